"""An estimator's constructor arguments as the choices of a training."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from regard.errors import OptionError
from regard.training.answer_config import AnswerConfig

NAMES = {each.name for each in fields(AnswerConfig)}


def answer_config(params: dict[str, Any], folder: Path, seed: int) -> AnswerConfig:
    """The choices; those of the constructor that are None, and those it does not know, follow the data."""
    given = {name: value for name, value in params.items() if name in NAMES and value is not None}
    return AnswerConfig(**given, model=str(folder), seed=seed)


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


def weights_of(classes: list[Any], class_weight: Any, sample_weight: Any) -> "np.ndarray[Any, Any] | None":
    """How much each item counts: its weight times its class's; `balanced` weighs classes as 1/(how often · classes)."""
    if sample_weight is None and class_weight is None:
        return None
    weights = np.ones(len(classes), np.float64)
    if sample_weight is not None:
        weights *= _checked(np.asarray(sample_weight, np.float64), len(classes))
    if class_weight is not None:
        names, numbers, counts = np.unique(np.asarray(classes), return_inverse=True, return_counts=True)
        if class_weight == "balanced":
            each = len(classes) / (len(names) * counts)
        elif isinstance(class_weight, dict):
            each = np.array([class_weight.get(name, 1.0) for name in names.tolist()])
        else:
            hint = "class_weight='balanced', or {'rare': 5.0}"
            raise OptionError("class_weight: must be 'balanced' or a dict", got=repr(class_weight)[:60], hint=hint)
        weights *= each[numbers]
    scaled: np.ndarray[Any, Any] = weights * len(weights) / weights.sum()
    return scaled


def _checked(weights: "np.ndarray[Any, Any]", items: int) -> "np.ndarray[Any, Any]":
    if weights.shape != (items,) or not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum():
        got = f"shape {weights.shape}" if weights.shape != (items,) else "negative, infinite, or all zero"
        hint = f"an array ({items},) of weights from 0 on"
        raise OptionError("sample_weight: one finite weight an item", got=got, hint=hint)
    return weights
