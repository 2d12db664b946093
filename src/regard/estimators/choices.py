"""An estimator's constructor arguments as the choices of a training."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np

from regard.errors import OptionError
from regard.models.answerer import Answerer
from regard.models.targets import plain
from regard.training.answer_config import AnswerConfig

NAMES = {each.name for each in fields(AnswerConfig)}


def answer_config(params: dict[str, Any], seed: int) -> AnswerConfig:
    """The choices; those of the constructor that are None, and those it does not know, follow the data."""
    given = {name: value for name, value in params.items() if name in NAMES and value is not None}
    return AnswerConfig(**given, seed=seed)


def one_pass(params: dict[str, Any], seed: int) -> AnswerConfig:
    """The choices of one pass over the data at an even rate, however long `fit` would train."""
    limits = {"epochs": 1, "steps": 0, "max_minutes": 0.0, "patience": 0}
    return replace(answer_config({**params, **limits}, seed), schedule="constant", warmup=0, average=1)


def refuse_other(start: Answerer, config: AnswerConfig, kind: str) -> None:
    """Raises OptionError where a choice, or the kind of input, is not that of the weights to begin with."""
    there = {**asdict(start.network.options), **asdict(start.network.head), "input": start.given.kind}
    asked = {name: value for name in there if (value := getattr(config, name, None)) is not None}
    asked = {**asked, "input": kind, "longest": there["longest"]}
    other = sorted(name for name, value in asked.items() if value != there[name])
    if other:
        got = ", ".join(f"{name} {there[name]!r} → {asked[name]!r}" for name in other[:3])
        rule, hint = "warm_start: must go on with the model that is there", "warm_start=False, or clone(estimator).fit"
        raise OptionError(rule, got=got, hint=hint)


def seed_of(random_state: Any) -> int:
    """A seed: the number itself, one drawn from a generator, or a fresh one where None is given.

    >>> seed_of(7)
    7
    """
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31))
    if isinstance(random_state, int | np.integer) and 0 <= random_state < 2**32:
        return int(random_state)
    hint = "a whole number for the same result every time, or None"
    raise OptionError("random_state: must be a seed, a generator or None", got=repr(random_state)[:60], hint=hint)


def weights_of(classes: Sequence[Any], class_weight: Any, sample_weight: Any) -> "np.ndarray[Any, Any] | None":
    """How much each item counts: its weight times its class's; `balanced` weighs classes as 1/(how often · classes).

    >>> weights_of(["a", "a", "a", "b"], "balanced", None).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    if sample_weight is None and class_weight is None:
        return None
    weights = np.ones(len(classes), np.float64)
    if sample_weight is not None:
        weights *= _checked(np.asarray(sample_weight, np.float64), len(classes))
    if class_weight is not None:
        by_class = _by_class([plain(name) for name in classes], class_weight)
        weights *= [by_class[plain(name)] for name in classes]
    scaled: np.ndarray[Any, Any] = weights * len(weights) / weights.sum()
    return scaled


def _by_class(classes: list[Any], class_weight: Any) -> dict[Any, float]:
    if any(isinstance(name, list | tuple | set | frozenset) for name in classes):
        got, hint = "several classes an item", "leave it out, or sample_weight in fit"
        raise OptionError("class_weight: is for items of one class each", got=got, hint=hint)
    counts = Counter(classes)
    if isinstance(class_weight, str) and class_weight == "balanced":
        return {name: len(classes) / (len(counts) * count) for name, count in counts.items()}
    if not isinstance(class_weight, dict):
        hint = "class_weight='balanced', or {'rare': 5.0}"
        raise OptionError("class_weight: must be 'balanced' or a dict", got=repr(class_weight)[:60], hint=hint)
    if not counts.keys() & class_weight.keys() or any(not 0 <= each < np.inf for each in class_weight.values()):
        hint = f"a weight from 0 on for some of {', '.join(repr(name) for name in list(counts)[:5])}"
        raise OptionError("class_weight: must weigh classes that are there", got=repr(class_weight)[:60], hint=hint)
    return {name: class_weight.get(name, 1.0) for name in counts}


def _checked(weights: "np.ndarray[Any, Any]", items: int) -> "np.ndarray[Any, Any]":
    got = ""
    if weights.shape != (items,):
        got = f"shape {weights.shape}"
    elif not np.isfinite(weights).all() or (weights < 0).any():
        got = "negative or infinite ones"
    elif not weights.any():
        got = "only zeros"
    if got:
        hint = f"an array ({items},) of weights from 0 on, which are not all zero"
        raise OptionError("sample_weight: one finite weight an item", got=got, hint=hint)
    return weights
