"""The laws bite: each mistake that libraries have shipped, made on purpose, is found by the first laws."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from attention_cases import KERNELS_OF, NAN, close, fixed, gradients
from torch import Tensor

import regard
from regard import lowering
from regard.kernels import dense, sdpa
from regard.kernels.request import Readable, Request
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Dot, Score

door: Any = importlib.import_module("regard.attend")
PADDED = regard.Causal() & regard.Padding(keys=[3, 0], queries=[2, 3])


def equals_the_reference() -> None:
    """Output, weights and gradients of every score and kernel; causal, padded, dropped and with a zero vector."""
    for score, kernel in KERNELS_OF:
        plain = fixed(score, kernel=kernel)
        plain.query[0, 0, 0] = 0.0
        masked = [replace(plain, mask=PADDED, query_start=2), replace(plain, mask=regard.Causal())]
        dropped = [replace(plain, dropout=0.4, seed=5)] if kernel == "dense" else []
        for case in (plain, *masked, *dropped):
            case = case.learning()
            output, (judged, weights) = case.attend(), case.judged()
            close(output, judged)
            close(case.weights(), weights)
            for found, expected in zip(gradients(output, case.leaves), gradients(judged, case.leaves), strict=True):
                close(found, expected)


def padding_never_matters() -> None:
    """NaN among padded keys, values and queries reaches neither output nor gradients."""
    for score, kernel in KERNELS_OF:
        clean = replace(fixed(score, kernel=kernel, mask=PADDED), query_start=2).learning()
        spoilt = clean.learning()
        with torch.no_grad():
            spoilt.key[0, :, 3:], spoilt.value[0, :, 3:], spoilt.query[0, :, 2:] = NAN, NAN, NAN
        outputs = clean.attend(), spoilt.attend()
        close(outputs[1], outputs[0])
        expected = gradients(outputs[0], clean.leaves)
        for found, same in zip(gradients(outputs[1], spoilt.leaves), expected, strict=True):
            close(found, same)


def test_without_a_mutation_the_checks_pass() -> None:
    equals_the_reference()
    padding_never_matters()


def lowered(change: Callable[[Score], Score]) -> tuple[object, str, object]:
    """Scores that are lowered as if they were others."""
    return door, "lower_score", lambda score, query, key: lowering.lower_score(change(score), query, key)


def of(kind: type, change: Callable[[Any], Score]) -> Callable[[Score], Score]:
    return lambda score: change(score) if isinstance(score, kind) else score


def readable(**changes: Callable[[Any], object]) -> tuple[object, str, object]:
    """Masks that are lowered and then changed."""

    def lower(*arguments: Any) -> Readable:
        found = lowering.lower_mask(*arguments)
        return replace(found, **{name: change(getattr(found, name)) for name, change in changes.items()})

    return door, "lower_mask", lower


dense_readable, standing = Readable.dense, Readable.standing
scores_of, kept_of = dense.scores, dense.kept


def inverted(self: Readable, *sizes: Any) -> Tensor | None:
    allowed = dense_readable(self, *sizes)
    return None if allowed is None else ~allowed


def softmax_over_queries(request: Request) -> Tensor:
    scores = dense.scores(request)
    allowed = request.readable.dense(*scores.shape[2:], scores.device)
    return (scores if allowed is None else scores.masked_fill(~allowed, -1e9)).softmax(-2)


def with_sigmoid(request: Request) -> Tensor:
    if request.kind == "dot":
        return scores_of(request)
    assert request.weight is not None
    key = request.key.repeat_interleave(request.group, 1)
    hidden = torch.sigmoid(request.query[..., :, None, :] + key[..., None, :, :])
    return (hidden * request.weight[:, None, None]).sum(-1)


def without_zero_guard(vectors: Tensor) -> Tensor:
    return vectors * vectors.square().sum(-1, keepdim=True).rsqrt().nan_to_num(posinf=0.0)


def first_group_only(heads: Tensor, group: int) -> Tensor:
    return heads.repeat(1, group, 1, 1)


def functional(**changes: object) -> SimpleNamespace:
    """torch.nn.functional with other arguments for its kernel."""
    kernel = torch.nn.functional.scaled_dot_product_attention
    return SimpleNamespace(scaled_dot_product_attention=lambda *a, **b: kernel(*a, **{**b, **changes}))


def half_kept(*arguments: Any) -> Tensor:
    return kept_of(*arguments) * (1 - arguments[1])


def with_next_seed(seed: int, *rest: Any) -> Tensor:
    return kept_of(seed + 1, *rest)


MUTATIONS: dict[str, tuple[object, str, object]] = {
    "mask polarity inverted": (Readable, "dense", inverted),
    "causal aligned top-left": readable(start=lambda start: 0),
    "causal without the query's own position": (Readable, "standing", lambda self, *a: standing(self, *a) - 1),
    "causal one position too far": (Readable, "standing", lambda self, *a: standing(self, *a) + 1),
    "causal mask dropped": readable(causal=lambda causal: False),
    "key lengths one too long": readable(key_lengths=lambda n: None if n is None else n + 1),
    "key lengths one too short": readable(key_lengths=lambda n: None if n is None else n - 1),
    "key lengths ignored": readable(key_lengths=lambda n: None),
    "query lengths ignored": readable(query_lengths=lambda n: None),
    "lengths of the rows swapped": readable(key_lengths=lambda n: None if n is None else n.flip(0)),
    "dot without its scale": lowered(of(Dot, lambda score: Dot(1.0))),
    "dot scaled by 1/d": lowered(of(Dot, lambda score: Dot(1 / 4))),
    "bilinear scaled": lowered(of(Bilinear, lambda score: Bilinear(score.matrix / 2))),
    "bilinear with the matrices of other heads": lowered(of(Bilinear, lambda score: Bilinear(score.matrix.flip(0)))),
    "bilinear cut off from its gradient": lowered(of(Bilinear, lambda score: Bilinear(score.matrix.detach()))),
    "additive scaled": lowered(of(Additive, lambda score: Additive(score.weight / 2))),
    "additive with the weights of other heads": lowered(of(Additive, lambda score: Additive(score.weight.flip(0)))),
    "additive with sigmoid": (dense, "scores", with_sigmoid),
    "cosine without temperature": lowered(of(Cosine, lambda score: Cosine(1.0))),
    "cosine times the temperature": lowered(of(Cosine, lambda score: Cosine(1 / score.temperature))),
    "cosine without normalising": (lowering, "unit", lambda vectors: vectors),
    "cosine of zero without its guard": (lowering, "unit", without_zero_guard),
    "softmax over queries": (dense, "_probabilities", softmax_over_queries),
    "grouped heads interleaved": (dense, "_spread", first_group_only),
    "empty rows uniform": (dense, "_blank", lambda rows, request: rows),
    "dropout not divided": (dense, "kept", half_kept),
    "dropout by another seed": (dense, "kept", with_next_seed),
    "dropout forgotten": (dense, "kept", lambda *arguments: 0.6),
    "the fused kernel without its scale": (sdpa, "F", functional(scale=1.0)),
    "the fused kernel without its mask": (sdpa, "F", functional(attn_mask=None)),
    "the fused kernel causal from the top left": (sdpa, "F", functional(attn_mask=None, is_causal=True)),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_mutation_is_caught(mutation: tuple[object, str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*mutation)
    with pytest.raises(AssertionError):
        equals_the_reference()


NAN_MUTATIONS: dict[str, tuple[object, str, object]] = {
    "nothing cleared": (door, "without_unreadable", lambda query, key, value, readable: (query, key, value)),
    "finite promised by nobody": readable(finite=lambda finite: True),
    "only key lengths looked at": (lowering, "_reach", lambda readable, queries, keys: None),
}


@pytest.mark.parametrize("mutation", NAN_MUTATIONS.values(), ids=NAN_MUTATIONS)
def test_a_nan_that_is_let_in_is_caught(mutation: tuple[object, str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*mutation)
    with pytest.raises(AssertionError):
        padding_never_matters()
