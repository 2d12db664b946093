"""What plain calls need is found once for each shape: the same as if it were found anew, and nothing else is kept."""

from dataclasses import fields
from typing import Any

import pytest
import torch
from torch import Tensor

import regard
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Mask
from regard.planning import chosen, requested, settled

SHAPES = [(1, 1, 4, 4), (2, 3, 5, 9), (2, 3, 9, 5), (1, 2, 1, 7), (1, 2, 0, 7), (1, 2, 7, 0), (1, 1, 600, 600)]
CAUSAL = regard.Causal()


def vectors(shape: tuple[int, int, int, int], dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor, Tensor]:
    b, h, q, k = shape
    sizes = (b, h, q, 4), (b, h, k, 4), (b, h, k, 3)
    return tuple(torch.randn(size, dtype=dtype) for size in sizes)  # type: ignore[return-value]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("mask", [None, CAUSAL])
@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_what_would_be_found_anew(
    shape: tuple[int, int, int, int], mask: Mask | None, dtype: torch.dtype
) -> None:
    for scale in (None, 0.5):
        given, choice = vectors(shape, dtype), Choice(regard.Dot(scale), regard.Softmax(), mask, ())
        truth = requested(*given, choice, None)
        for _ in range(2):
            found = settled(*given, choice, None)
            if found is None:
                assert 0 in shape or shape[2] < shape[3] or mask is not None
                continue
            assert found[0] is chosen(truth, "auto")
            for field in fields(truth):
                one, other = getattr(found[1], field.name), getattr(truth, field.name)
                assert torch.equal(one, other) if isinstance(one, Tensor) else one == other, field.name


def test_the_usual_calls_are_settled() -> None:
    for mask in (None, CAUSAL):
        assert settled(*vectors((2, 2, 6, 6)), Choice(regard.Dot(), regard.Softmax(), mask, ()), None) is not None


@pytest.mark.parametrize(
    "other",
    [
        {"mask": regard.Padding(keys=[3, 4])},
        {"mask": CAUSAL & regard.Window(2, 0)},
        {"positions": (regard.Rotary(),)},
        {"score": regard.Cosine(0.1)},
        {"normalizer": regard.Sparsemax()},
    ],
    ids=str,
)
def test_what_holds_more_is_not(other: dict[str, Any]) -> None:
    plain = Choice(regard.Dot(), regard.Softmax(), None, ())
    assert settled(*vectors((2, 1, 5, 5)), plain._replace(**other), None) is None
    assert settled(*vectors((2, 1, 5, 5)), plain, 0) is None


def test_a_wrong_call_is_refused_every_time() -> None:
    query, key, value = vectors((2, 1, 5, 5))
    for _ in range(3):
        with pytest.raises(regard.ShapeError, match="query and key must agree"):
            regard.attend(query, key[..., :2], value)
