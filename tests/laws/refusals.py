"""Every refusal at the door of `attend` but those of what a mechanism holds: how to provoke it, and what it says."""

from collections.abc import Callable
from typing import NamedTuple

import torch

import regard
from regard import Additive, Causal, Dot, OptionError, Padding, RelativeBias, ShapeError


class Refused(NamedTuple):
    call: Callable[[], object]
    kind: type[Exception]
    rule: str
    got: str
    hint: str


def zeros(*shape: int, **kind: object) -> torch.Tensor:
    return torch.zeros(*shape, **kind)


def attend(query: torch.Tensor = zeros(2, 4, 3, 8), **changes: object) -> Callable[[], object]:  # noqa: B008
    arguments = {"key": query, "value": query, **changes}
    return lambda: regard.attend(query, **arguments)


ONE_OF_SCORES = "one of Dot, Bilinear, Additive, Cosine, Distance, Features"
MASK = "attend: mask must be made of mask objects"
JOINED = "Causal(), Padding(keys=lengths), joined with & | ~"
LENGTHS = "attend: Padding takes one whole number for every row of the batch"
START = "attend: query_start is one whole number, or one for every row of the batch"
BEGINNINGS = "query_start=0 for a prefix, or a tensor with the position of each row's first query"
AXES = "attend: query, key and value must have the same number of axes"
FORMS = "(*b, h, q, d), (h, q, d) or (q, d)"

DOOR = {
    "a score by name": Refused(
        attend(score="dot"), OptionError, "attend: score must be one of its objects", "'dot'", ONE_OF_SCORES
    ),
    "a score not made yet": Refused(
        attend(score=Dot),
        OptionError,
        "attend: score must be one of its objects",
        "<class 'regard.mechanisms.scores.Dot'>",
        ONE_OF_SCORES,
    ),
    "a normalizer by name": Refused(
        attend(normalizer="softmax"),
        OptionError,
        "attend: normalizer must be one of its objects",
        "'softmax'",
        "one of Softmax, SoftmaxWithSink, ReLU, SquaredReLU, Sigmoid, Plain, Normalized, Sparsemax, Entmax, TopK",
    ),
    "a position by name": Refused(
        attend(position="rotary"),
        OptionError,
        "attend: position must be one of its objects",
        "'rotary'",
        "one of Rotary, Alibi, RelativeBias, RelativeKeys, Bias, EdgeBias",
    ),
    "a mask by name": Refused(attend(mask="causal"), OptionError, MASK, "'causal'", JOINED),
    "a tensor as mask": Refused(
        attend(mask=zeros(3, 3, dtype=torch.bool)),
        OptionError,
        MASK,
        "a tensor (3, 3) of torch.bool",
        "Dense(tensor), where True may read",
    ),
    "a tensor joined to a mask": Refused(
        attend(mask=Causal() & zeros(3, 3, dtype=torch.bool)),
        OptionError,
        "attend: only masks join with & | ~",
        "a tensor (3, 3) of torch.bool",
        "Dense(tensor) for a matrix",
    ),
    "a name joined to a mask": Refused(
        attend(mask=Causal() & "padding"),
        OptionError,
        "attend: only masks join with & | ~",
        "'padding'",
        "Dense(tensor) for a matrix",
    ),
    "another d": Refused(
        attend(key=zeros(2, 4, 3, 5)),
        ShapeError,
        "attend: query and key must agree on their last axis, d",
        "query (2, 4, 3, 8), key (2, 4, 3, 5), value (2, 4, 3, 8)",
        "project key to 8, or check that the two arguments are not swapped",
    ),
    "another k": Refused(
        attend(value=zeros(2, 4, 2, 8)),
        ShapeError,
        "attend: key and value must have the same number of positions, k",
        "query (2, 4, 3, 8), key (2, 4, 3, 8), value (2, 4, 2, 8)",
        "one value for every key",
    ),
    "another b": Refused(
        attend(zeros(3, 4, 3, 8), key=zeros(1, 4, 3, 8), value=zeros(1, 4, 3, 8)),
        ShapeError,
        "attend: query, key and value must have the same batch axes, b",
        "query (3, 4, 3, 8), key (1, 4, 3, 8), value (1, 4, 3, 8)",
        "expand the smaller one",
    ),
    "another g": Refused(
        attend(value=zeros(2, 2, 3, 8)),
        ShapeError,
        "attend: key and value must have the same heads, g",
        "query (2, 4, 3, 8), key (2, 4, 3, 8), value (2, 2, 3, 8)",
        "one value head for every key head",
    ),
    "heads in no groups": Refused(
        attend(key=zeros(2, 3, 3, 8), value=zeros(2, 3, 3, 8)),
        ShapeError,
        "attend: the query's heads h must be a multiple of the key's heads g",
        "query (2, 4, 3, 8), key (2, 3, 3, 8), value (2, 3, 3, 8)",
        "h = 8 with g = 8, 4, 2 or 1, say",
    ),
    "other axes": Refused(
        attend(key=zeros(3, 8), value=zeros(3, 8)),
        ShapeError,
        AXES,
        "query (2, 4, 3, 8), key (3, 8), value (3, 8)",
        FORMS,
    ),
    "one axis": Refused(attend(zeros(8)), ShapeError, AXES, "query (8,), key (8,), value (8,)", FORMS),
    "whole numbers": Refused(
        attend(zeros(3, 8, dtype=torch.int64)),
        ShapeError,
        "attend: query, key and value must have one floating type",
        "torch.int64, torch.int64, torch.int64",
        "cast them: query.to(value.dtype)",
    ),
    "mixed types": Refused(
        attend(value=zeros(2, 4, 3, 8, dtype=torch.float64)),
        ShapeError,
        "attend: query, key and value must have one floating type",
        "torch.float32, torch.float32, torch.float64",
        "cast them: query.to(value.dtype)",
    ),
    "mixed devices": Refused(
        attend(value=zeros(2, 4, 3, 8, device="meta")),
        ShapeError,
        "attend: query, key and value must be on one device",
        "cpu, cpu, meta",
        "move them: key.to(query.device)",
    ),
    "a certain dropout": Refused(
        attend(dropout=1.0, seed=1),
        OptionError,
        "attend: dropout must be at least 0 and below 1",
        "1.0",
        "0.1",
    ),
    "dropout without a seed": Refused(
        attend(dropout=0.1),
        OptionError,
        "attend: dropout needs a seed, which decides what falls",
        "seed None",
        "seed=torch.randint(2**62, ()), drawn anew each step",
    ),
    "an unknown kernel": Refused(
        attend(kernel="spda"),
        OptionError,
        "attend: kernel: no such name",
        "'spda'",
        "'sdpa'? or one of auto, edges, folded, native, recurrent, sdpa, dense, tiled",
    ),
    "a kernel that cannot": Refused(
        attend(kernel="sdpa", score=Additive(zeros(8))),
        OptionError,
        "attend: kernel 'sdpa' must support the request",
        "additive scores are no matrix product",
        "kernel='auto'",
    ),
    "padded keys of another length": Refused(
        attend(zeros(2, 1, 1, 8), key=zeros(2, 1, 3, 8), value=zeros(2, 1, 3, 8), mask=Causal() & Padding([1, 2])),
        OptionError,
        "attend: Causal over padded keys of another length than the queries needs query_start",
        "1 queries, 3 keys, query_start None",
        BEGINNINGS,
    ),
    "too many lengths": Refused(
        attend(mask=Padding(keys=[1, 2, 3])),
        OptionError,
        LENGTHS,
        "3 lengths of torch.int64 for a batch of 2",
        "Padding(keys=tensor of shape (b,))",
    ),
    "lengths that are not whole": Refused(
        attend(mask=Padding(queries=torch.tensor([1.5, 2]))),
        OptionError,
        LENGTHS,
        "2 lengths of torch.float32 for a batch of 2",
        "Padding(keys=tensor of shape (b,))",
    ),
    "lengths that are truths": Refused(
        attend(mask=Padding(keys=torch.tensor([True, False]))),
        OptionError,
        LENGTHS,
        "2 lengths of torch.bool for a batch of 2",
        "Padding(keys=tensor of shape (b,))",
    ),
    "too many starts": Refused(
        attend(mask=Causal(), query_start=torch.tensor([0, 1, 2])),
        OptionError,
        START,
        "(3,) of torch.int64",
        "query_start=0, or a tensor of shape (2,)",
    ),
    "half a start": Refused(
        attend(mask=Causal(), query_start=0.5),
        OptionError,
        START,
        "0.5",
        "query_start=0, or a tensor of shape (2,)",
    ),
    "a start for each row of a grid": Refused(
        attend(position=RelativeBias(zeros(4, 3, 3), grid=2), query_start=torch.tensor([0, 1])),
        OptionError,
        "RelativeBias: on a grid all rows start at one place",
        "query_start as a tensor",
        "query_start=0",
    ),
    "too much to read back": Refused(
        lambda: regard.weights(zeros(1, 8, 8192, 1, device="meta"), zeros(1, 8, 8192, 1, device="meta")),
        OptionError,
        "weights: they would hold 2.1 GB",
        "65,536 rows of 8,192 weights",
        "top=16, queries=slice(0, 100), `regard.summary(...)`, or full=True",
    ),
    "none of the weights": Refused(
        lambda: regard.weights(zeros(3, 8), zeros(3, 8), top=0), OptionError, "weights: top counts keys", "0", "top=16"
    ),
    "queries that are not there": Refused(
        lambda: regard.weights(zeros(3, 8), zeros(3, 8), queries=slice(3, 5)),
        OptionError,
        "weights: queries are some of 3, side by side",
        "slice(3, 5, None)",
        "queries=slice(0, 8)",
    ),
    "a summary of nothing": Refused(
        lambda: regard.summary(zeros(3, 8), zeros(3, 8), block=0),
        OptionError,
        "summary: block counts queries and keys",
        "0",
        "block=64",
    ),
}
