"""`regard.explain`: what is to be explained, told apart."""

from pathlib import Path
from typing import Any

import torch

from regard.errors import OptionError, unknown
from regard.inspect.explain.matrices import Choices, Matrices, explained, tensor
from regard.inspect.explain.steps import Explained
from regard.layers.attention import Attention
from regard.mechanisms.catalogue import NORMALIZERS, SCORES
from regard.mechanisms.features import EluPlusOne
from regard.mechanisms.masks import Causal, Dense, Mask
from regard.mechanisms.normalizers import Normalizer
from regard.mechanisms.scores import Cosine, Distance, Dot, Features, Score

GIVEN = ("wq", "wk", "wv", "wo")


def explain(
    what: Any,
    *given: Any,
    score: Score | str = "dot",
    normalizer: Normalizer | str = "",
    mask: Mask | str | None = None,
    target: str | None = None,
    layer: str = "",
    head: int = 0,
    names: list[str] | None = None,
) -> Explained:
    """Every number between vectors and an answer, recomputed in float64 and held against what regard itself gives.

        explain(x, wq, wk, wv, wo)    vectors x (n, m); matrices (m, d), or (h, m, d) with one a head, each optional
        explain(layer, states)        a `layers.attention.Attention` and vectors (n, m)
        explain(model, item)          an estimator that has learned, a model, or the folder of one

    The steps: vectors, query, key, value, score, scale, mask, weights, weighted sum, heads joined; of a recurrent
    translator the encoder's states, z₀, match, weights, c₀, z₁, a word, and again until the end token. What comes out
    prints itself, and has `told(lang)`, `shown(lang, depth)`, `save(path)` (JSON, HTML), `difference`, and tables by
    name: `explained["A"]` are the weights.

    Args:
        what: vectors, a layer or a model, as above.
        given: matrices, states, or an item. A matrix that is left out is the query's, or the first that is there;
            without any, queries, keys and values are the vectors themselves.
        score: as for `attend`, or its name; `bilinear` by name has the matrix I, `additive` the weights 1.
        normalizer: as for `attend`, or its name; softmax unless given, normalized for features.
        mask: as for `attend`, or `causal`.
        target: of a translator, what is read while it is written; its own translation unless given.
        layer: which layer of a network, by the name that observers see (`encoder.0`); the first unless given.
        head: which head is shown, from 0.
        names: what the vectors are called.

    score, normalizer and mask belong to matrices: a layer has its own. Differences are rounding: around 1e-16 of
    matrices, which are float64, and 1e-7 times the numbers' size of models in float32. Cost: n² pairs, one by one in
    Python where there is a mask or a position, so it is for items that a person reads.

    Raises OptionError, ShapeError and DataError in three lines, as everywhere.

    The classic example: three vectors, one matrix for queries, keys and values.

    >>> told = explain([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 0], [0, 1], [1, 1]])
    >>> told["A"].round(3).tolist()
    [[0.401, 0.198, 0.401], [0.198, 0.401, 0.401], [0.248, 0.248, 0.503]]
    >>> told.difference < 1e-12
    True
    """
    if isinstance(what, Attention | str | Path) or _is_model(what):
        if score != "dot" or normalizer or mask is not None:
            got = ", ".join(
                name for name, each in (("score", score != "dot"), ("normalizer", normalizer), ("mask", mask)) if each
            )
            raise OptionError(
                "explain: a layer has a score, a normalizer and a mask of its own", got=got, hint="leave it out"
            )
        if len(given) != 1:
            hint = "regard.explain(model, item)"
            raise OptionError(
                "explain: a model reads one item, a layer one set of vectors", got=f"{len(given)} of them", hint=hint
            )
        return _of_model(what, given[0], (target, layer, head), names or [])
    if len(given) > len(GIVEN):
        raise OptionError(
            "explain: x, wq, wk, wv, wo", got=f"{len(given) + 1} matrices", hint="join heads in an axis: (h, m, d)"
        )
    x = tensor(what, "x", 2)
    found = {
        name: tensor(each, name, 2 if name == "wo" else 3)
        for name, each in zip(GIVEN, given, strict=False)
        if each is not None
    }
    _check_names(names, x)
    choices = Choices(score_of(score), normalizer_of(normalizer, score), mask_of(mask, len(x)), head, names or ())
    heads = max([len(each) for name, each in found.items() if each.dim() == 3 and name == "wq"], default=1)
    if not 0 <= head < heads:
        raise OptionError("explain: no such head", got=str(head), hint=f"0 to {heads - 1}")
    return explained(Matrices(x, **found), choices)


def _is_model(what: Any) -> bool:
    return not isinstance(what, torch.Tensor | list | tuple) and not hasattr(what, "__array__")


def _of_model(what: Any, item: Any, where: tuple[str | None, str, int], names: list[str]) -> Explained:
    from regard.inspect.explain.model import explained_layer, explained_model, model_of

    target, layer, head = where
    if isinstance(what, Attention):
        return explained_layer(what, item, names, head)
    return explained_model(model_of(what), item, target, layer, head)


def _check_names(names: list[str] | None, x: torch.Tensor) -> None:
    if names and len(names) != len(x):
        got = f"{len(names)} names, {len(x)} vectors"
        raise OptionError("explain: names must be as many as vectors", got=got, hint="one for each row of x")


def score_of(score: Score | str) -> Score | str:
    """A score by its name; `bilinear` and `additive` stay names until the vectors' size is known."""
    if not isinstance(score, str):
        return score
    if score not in SCORES:
        raise unknown("explain: score", score, SCORES)
    if score in ("bilinear", "additive"):
        return score
    named: dict[str, Score] = {"dot": Dot(), "cosine": Cosine(), "distance": Distance()}
    return named.get(score, Features(EluPlusOne()))


def normalizer_of(normalizer: Normalizer | str, score: Score | str) -> Normalizer:
    """A normalizer by its name; without one softmax, or for features normalized."""
    if not isinstance(normalizer, str):
        return normalizer
    features = score == "features" or isinstance(score, Features)
    name = normalizer or ("normalized" if features else "softmax")
    if name not in NORMALIZERS:
        raise unknown("explain: normalizer", name, NORMALIZERS)
    return NORMALIZERS[name]()


def mask_of(mask: Mask | str | None, count: int) -> Mask | None:
    """`causal`, or a matrix in rows of 0 and 1: `1 0; 1 1`."""
    if not isinstance(mask, str) or not mask:
        return mask or None if isinstance(mask, str) else mask
    if mask == "causal":
        return Causal()
    from regard.inspect.explain.typed import matrix

    allowed = matrix(mask, "mask")
    if allowed.shape != (count, count) or not bool(((allowed == 0) | (allowed == 1)).all()):
        hint = "causal, or a row of 0 and 1 for each vector: '1 0; 1 1'"
        raise OptionError(
            f"explain: mask must be {count} rows of {count} zeros and ones", got=repr(mask)[:80], hint=hint
        )
    return Dense(allowed.bool())
