"""Every refusal at the door of `attend` is provoked, and its three lines are read."""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

import regard
from regard import Additive, Bilinear, Causal, Cosine, Dot, OptionError, Padding, ShapeError, checks, lowering


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


ONE_OF_SCORES = "one of Dot, Bilinear, Additive, Cosine"
ONE_OF_MASKS = "one of Causal, Padding, Both"
LENGTHS = "attend: Padding takes one whole number for every row of the batch"
START = "attend: query_start is one whole number, or one for every row of the batch"
BEGINNINGS = "query_start=0 for a prefix, or a tensor with the position of each row's first query"
AXES = "attend: query, key and value must have the same number of axes"
FORMS = "(*b, h, q, d), (h, q, d) or (q, d)"

CASES = {
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
        "one of Softmax",
    ),
    "a mask by name": Refused(
        attend(mask="causal"), OptionError, "attend: mask must be one of its objects", "'causal'", ONE_OF_MASKS
    ),
    "a tensor as mask": Refused(
        attend(mask=zeros(3, 3, dtype=torch.bool)),
        OptionError,
        "attend: mask must be made of mask objects",
        "a tensor (3, 3) of torch.bool",
        "Causal(), Padding(keys=lengths), or both joined with &",
    ),
    "a tensor joined to a mask": Refused(
        attend(mask=Causal() & zeros(3, 3, dtype=torch.bool)),
        OptionError,
        "attend: mask must be made of mask objects",
        "a tensor (3, 3) of torch.bool",
        "Causal(), Padding(keys=lengths), or both joined with &",
    ),
    "a name joined to a mask": Refused(
        attend(mask=Causal() & "padding"),
        OptionError,
        "attend: mask must be one of its objects",
        "'padding'",
        ONE_OF_MASKS,
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
    "an additive weight of another size": Refused(
        attend(score=Additive(zeros(5))),
        ShapeError,
        "Additive: weight must fit the query and key",
        "(5,)",
        "(8,) or (4, 8)",
    ),
    "a bilinear matrix of another size": Refused(
        attend(score=Bilinear(zeros(8, 5))),
        ShapeError,
        "Bilinear: matrix must fit the query and key",
        "(8, 5)",
        "(8, 8) or (4, 8, 8)",
    ),
    "temperatures for other heads": Refused(
        attend(score=Cosine(zeros(3))),
        ShapeError,
        "Cosine: temperature must fit the query and key",
        "(3,)",
        "() or (1,) or (4,)",
    ),
    "a temperature of zero": Refused(
        attend(score=Cosine(0.0)),
        OptionError,
        "Cosine: temperature must be positive",
        "0.0",
        "1.0, or 0.1 for sharper",
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
        "'sdpa'? or one of auto, sdpa, dense",
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
        "attend: a causal mask over padded keys of another length than the queries needs query_start",
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
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_error_says_the_rule_what_came_and_what_to_try(case: Refused) -> None:
    with pytest.raises(case.kind) as caught:
        case.call()
    assert str(caught.value) == f"{case.rule}\n  got  {case.got}\n  try  {case.hint}"
    assert isinstance(caught.value, regard.RegardError) and isinstance(caught.value, ValueError)


@pytest.mark.parametrize("module", [checks, lowering], ids=["checks", "lowering"])
def test_every_raise_of_the_module_is_among_the_cases(module: object) -> None:
    path = Path(inspect.getfile(module))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    written = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Raise)}
    provoked = set()
    for case in CASES.values():
        with pytest.raises(case.kind) as caught:
            case.call()
        provoked |= {entry.lineno + 1 for entry in caught.traceback if Path(entry.path) == path}
    assert written <= provoked
