"""The laws bite: each mistake that libraries have shipped, made on purpose, is found by the first laws."""

import importlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
import torch
from attention_case import Case, close, gradients
from attention_cases import fixed
from attention_choices import SINGLES
from torch import Tensor

from regard.kernels import dense, sdpa
from regard.kernels.readable import Readable
from regard.kernels.request import Request
from regard.lowering import Asked
from regard.mechanisms import masks, normalizers, positions, scores
from regard.mechanisms.features import EluPlusOne, RandomFeatures, Rectified

planning: Any = importlib.import_module("regard.planning")


@pytest.fixture(autouse=True)
def nothing_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What plain calls were found to need is found anew, so that no mutation hides behind it."""
    monkeypatch.setattr(planning, "settled", lambda *call: None)


class Judged(NamedTuple):
    """A case and what the reference says to it."""

    case: Case
    output: Tensor
    weights: Tensor
    gradients: list[Tensor]


@cache
def judged() -> list[Judged]:
    """Every mechanism with the plainest of the others, for h = 4, and some that are dropped or start elsewhere."""
    cases = [fixed(one.score, one.normalizer, one.position, mask=one.mask) for one in SINGLES]
    cases.append(fixed("distance", "sigmoid"))
    cases += [fixed(mask=mask, dropout=0.4) for mask in ("none", "causal & padding", "edges")]
    cases += [replace(case, query_start=torch.tensor([-1, 2])) for case in (fixed(mask="causal"), fixed(mask="window"))]
    found = []
    for case in (each.learning() for each in cases):
        output, weights = case.judged()
        found.append(Judged(case, output.detach(), weights.detach(), gradients(output, case.leaves)))
    return found


def agree(case: Case, output: Tensor, weights: Tensor, expected: list[Tensor]) -> None:
    """Output, weights and gradients of every kernel that takes the case are those of the reference."""
    for found in case.by_kernels().values():
        close(found, output)
        for ours, theirs in zip(gradients(found, case.leaves), expected, strict=True):
            close(ours, theirs)
    close(case.weights(), weights)


@pytest.mark.slow
def test_without_a_mutation_everything_agrees() -> None:
    for each in judged():
        agree(*each)


class Mutation(NamedTuple):
    """A kind of mechanism, and what is lowered in its place."""

    kind: type
    change: Callable[[Any], object]


def swapped(thing: Any, mutation: Mutation) -> Any:
    """The choice, or any part of it, with the mutation's kind changed wherever it stands."""
    if isinstance(thing, mutation.kind):
        return mutation.change(thing)
    if isinstance(thing, tuple):
        parts = [swapped(each, mutation) for each in thing]
        return type(thing)(*parts) if hasattr(thing, "_fields") else tuple(parts)
    if is_dataclass(thing):
        changes = {field.name: swapped(getattr(thing, field.name), mutation) for field in fields(thing)}
        return replace(thing, **changes)
    return thing


def holds(thing: Any, kind: type) -> bool:
    """Whether a mechanism of the kind stands anywhere in it."""
    met: list[object] = []
    swapped(thing, Mutation(kind, lambda one: met.append(one) or one))
    return bool(met)


def other(name: str, change: Callable[[Any], object]) -> Callable[[Any], object]:
    """The same mechanism with one of its parts changed."""
    return lambda one: replace(one, **{name: change(getattr(one, name))})


def flipped(numbers: Tensor) -> Tensor:
    """What belongs to other heads, or to the reverse order."""
    return numbers.flip(0)


def without_last(nodes: Tensor) -> Tensor:
    """The last edge but one twice, in place of the last."""
    return torch.cat((nodes[:-1], nodes[-2:-1]))


CHOSEN: dict[str, Mutation] = {
    "dot without its scale": Mutation(scores.Dot, lambda one: scores.Dot(1.0)),
    "dot scaled by 1/d": Mutation(scores.Dot, lambda one: scores.Dot(1 / 4)),
    "bilinear scaled": Mutation(scores.Bilinear, other("matrix", lambda x: x / 2)),
    "bilinear of other heads": Mutation(scores.Bilinear, other("matrix", flipped)),
    "bilinear cut off from its gradient": Mutation(scores.Bilinear, other("matrix", torch.Tensor.detach)),
    "additive scaled": Mutation(scores.Additive, other("weight", lambda x: x / 2)),
    "additive of other heads": Mutation(scores.Additive, other("weight", flipped)),
    "cosine without temperature": Mutation(scores.Cosine, lambda one: scores.Cosine(1.0)),
    "cosine times the temperature": Mutation(scores.Cosine, other("temperature", lambda x: 1 / x)),
    "distance without its half": Mutation(scores.Distance, other("width", lambda x: x / 2**0.5)),
    "distance not squared": Mutation(scores.Distance, other("width", torch.Tensor.sqrt)),
    "elu for relu": Mutation(Rectified, lambda one: EluPlusOne()),
    "relu for elu": Mutation(EluPlusOne, lambda one: Rectified()),
    "random features longer": Mutation(RandomFeatures, other("directions", lambda x: 1.1 * x)),
    "sink forgotten": Mutation(normalizers.SoftmaxWithSink, lambda one: normalizers.Softmax()),
    "sink with the other sign": Mutation(normalizers.SoftmaxWithSink, other("sink", torch.Tensor.neg)),
    "relu not per key": Mutation(normalizers.ReLU, lambda one: normalizers.ReLU()),
    "relu squared": Mutation(normalizers.ReLU, lambda one: normalizers.SquaredReLU(True)),
    "squared relu not squared": Mutation(normalizers.SquaredReLU, lambda one: normalizers.ReLU(True)),
    "sigmoid with the other sign": Mutation(normalizers.Sigmoid, other("bias", torch.Tensor.neg)),
    "sigmoid of other heads": Mutation(normalizers.Sigmoid, other("bias", flipped)),
    "plain not per key": Mutation(normalizers.Plain, lambda one: normalizers.Plain()),
    "normalized without its floor": Mutation(normalizers.Normalized, lambda one: normalizers.Plain()),
    "sparsemax as entmax": Mutation(normalizers.Sparsemax, lambda one: normalizers.Entmax()),
    "top-k of one more": Mutation(normalizers.TopK, other("count", lambda x: x + 1)),
    "entmax of another alpha": Mutation(normalizers.Entmax, other("alpha", lambda x: x + 0.01)),
    "entmax of other heads": Mutation(normalizers.Entmax, other("alpha", flipped)),
    "entmax cut off from alpha": Mutation(normalizers.Entmax, other("alpha", torch.Tensor.detach)),
    "causal without the query's own position": Mutation(masks.Causal, lambda one: one & ~masks.Window(0, 0)),
    "causal one position too far": Mutation(masks.Causal, lambda one: one | masks.Window(0, 1)),
    "causal the other way": Mutation(masks.Causal, lambda one: ~one),
    "window one shorter before": Mutation(masks.Window, other("before", lambda x: max(x - 1, 0))),
    "window one longer after": Mutation(masks.Window, other("after", lambda x: x + 1)),
    "window without its middle": Mutation(masks.Window, lambda one: one & ~masks.Window(0, 0)),
    "stride one longer": Mutation(masks.Strided, other("every", lambda x: x + 1)),
    "one more is global": Mutation(masks.Global, other("count", lambda x: x + 1)),
    "key lengths one too long": Mutation(masks.Padding, other("keys", lambda x: x + 1)),
    "key lengths one too short": Mutation(masks.Padding, other("keys", lambda x: x - 1)),
    "key lengths ignored": Mutation(masks.Padding, other("keys", lambda x: None)),
    "query lengths ignored": Mutation(masks.Padding, other("queries", lambda x: None)),
    "lengths of the rows swapped": Mutation(masks.Padding, other("keys", flipped)),
    "marked keys inverted": Mutation(masks.Keys, lambda one: ~one),
    "documents of other rows": Mutation(masks.Documents, other("ids", flipped)),
    "queries of other documents": Mutation(
        masks.Documents, other("queries", lambda x: None if x is None else x.flip(-1))
    ),
    "blocks of other heads": Mutation(masks.Blocks, other("layout", flipped)),
    "matrix inverted": Mutation(masks.Dense, other("matrix", torch.Tensor.logical_not)),
    "matrices of other rows": Mutation(masks.Dense, other("matrix", flipped)),
    "an edge lost": Mutation(masks.Edges, lambda one: masks.Edges(without_last(one.source), without_last(one.target))),
    "edges from other nodes": Mutation(masks.Edges, other("source", flipped)),
    "and for or": Mutation(masks.Either, lambda one: one.left & one.right),
    "or for and": Mutation(masks.Both, lambda one: one.left | one.right),
    "not forgotten": Mutation(masks.Not, lambda one: one.mask),
    "masks of other heads": Mutation(masks.PerHead, lambda one: masks.PerHead(one.masks[::-1])),
    "rotary with another base": Mutation(positions.Rotary, other("base", lambda x: 2 * x)),
    "rotary with other pairs": Mutation(positions.Rotary, other("interleaved", lambda x: not x)),
    "rotary without its grid": Mutation(positions.Rotary, other("grid", lambda x: None if x else 2)),
    "alibi with the other sign": Mutation(positions.Alibi, other("slopes", torch.Tensor.neg)),
    "alibi of other heads": Mutation(positions.Alibi, other("slopes", flipped)),
    "alibi on a wider grid": Mutation(positions.Alibi, other("grid", lambda x: x + 1 if x else 1)),
    "relative bias one-way": Mutation(positions.RelativeBias, other("two_way", lambda x: not x)),
    "relative bias of other heads": Mutation(positions.RelativeBias, other("table", flipped)),
    "relative bias reversed": Mutation(positions.RelativeBias, other("table", lambda x: x.flip(-1))),
    "relative keys reversed": Mutation(positions.RelativeKeys, other("table", lambda x: x.flip(-2))),
    "relative keys of other heads": Mutation(positions.RelativeKeys, other("table", flipped)),
    "bias of other rows": Mutation(positions.Bias, other("bias", flipped)),
    "bias of other keys": Mutation(positions.Bias, other("bias", lambda x: x.flip(-1))),
    "bias cut off from its gradient": Mutation(positions.Bias, other("bias", torch.Tensor.detach)),
    "biases of other edges": Mutation(positions.EdgeBias, other("bias", lambda x: x.flip(-1))),
    "biases of other heads": Mutation(positions.EdgeBias, other("bias", flipped)),
}
"""Other mechanisms in the place of those that were asked for."""


@pytest.mark.parametrize("mutation", CHOSEN.values(), ids=CHOSEN)
def test_another_mechanism_is_noticed(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    lower = planning.lower
    monkeypatch.setattr(planning, "lower", lambda asked: lower(asked._replace(choice=swapped(asked.choice, mutation))))
    concerned = [each for each in judged() if holds(each.case.choice, mutation.kind)]
    with pytest.raises(AssertionError):
        for each in concerned:
            agree(*each)


def lowered(change: Callable[[Request], Request]) -> tuple[object, str, object]:
    """Requests that are changed after lowering."""
    lower = planning.lower
    return planning, "lower", lambda asked: change(lower(asked))


def readable(**changes: Callable[[Any], object]) -> tuple[object, str, object]:
    """Requests whose masks are changed after lowering."""

    def change(request: Request) -> Request:
        new = {name: make(getattr(request.readable, name)) for name, make in changes.items()}
        return replace(request, readable=replace(request.readable, **new))

    return lowered(change)


def asked(change: Callable[[Asked], Asked]) -> tuple[object, str, object]:
    """Calls that are changed before lowering."""
    lower = planning.lower
    return planning, "lower", lambda one: lower(change(one))


def functional(**changes: object) -> SimpleNamespace:
    """torch.nn.functional with other arguments for its kernel."""
    kernel = torch.nn.functional.scaled_dot_product_attention
    return SimpleNamespace(scaled_dot_product_attention=lambda *a, **b: kernel(*a, **{**b, **changes}))


kept_of = dense.kept
MADE: dict[str, tuple[object, str, object]] = {
    "queries one position later": asked(lambda one: one._replace(start=None if one.start is None else one.start + 1)),
    "aligned top-left": asked(lambda one: one._replace(start=0)),
    "starts of other rows": asked(
        lambda one: one._replace(start=one.start.flip(0)) if isinstance(one.start, Tensor) else one
    ),
    "everybody reads everything": lowered(lambda request: replace(request, readable=Readable())),
    "other masks forgotten": readable(others=lambda others: ()),
    "terms of queries forgotten": lowered(lambda request: replace(request, row=None)),
    "terms of keys forgotten": lowered(lambda request: replace(request, column=None)),
    "terms of offsets forgotten": lowered(lambda request: replace(request, offsets=())),
    "grouped heads interleaved": (dense, "_spread", lambda heads, group: heads.repeat(1, group, 1, 1)),
    "empty rows uniform": (dense, "_blank", lambda rows, *_: rows),
    "dropout not divided": (dense, "kept", lambda *arguments: kept_of(*arguments) * (1 - arguments[1])),
    "dropout by another seed": (dense, "kept", lambda seed, *rest: kept_of(seed + 1, *rest)),
    "dropout forgotten": (dense, "kept", lambda *arguments: 0.6),
    "the fused kernel without its scale": (sdpa, "F", functional(scale=1.0)),
    "the fused kernel without its mask": (sdpa, "F", functional(attn_mask=None)),
    "the fused kernel causal from the top left": (sdpa, "F", functional(attn_mask=None, is_causal=True)),
}
"""Mistakes in the code."""


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MADE.values(), ids=MADE)
def test_a_mistake_is_noticed(mutation: tuple[object, str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    judged()
    monkeypatch.setattr(*mutation)
    with pytest.raises(AssertionError):
        for each in judged():
            agree(*each)
