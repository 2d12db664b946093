"""Alignment shares that one can count on the fingers."""

import math

import pytest
import torch

from regard.errors import DataError
from regard.metrics import AlignmentShare, Gold, alignment_share

SPANS = [(0, 4), (4, 5), (5, 7), (7, 7)]  # "2026", "/", "11", end mark
WEIGHTS = torch.tensor([[0.7, 0.1, 0.1, 0.1], [0.1, 0.6, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 1.0, 0.0]])


def test_hits_are_rows_whose_largest_weight_lies_in_the_span() -> None:
    gold = [Gold(0, 0, 4), Gold(1, 0, 4), Gold(3, 5, 7)]
    result = alignment_share(WEIGHTS, SPANS, gold)
    assert result == (2, 3)
    assert str(result) == "largest weight inside the gold span 66.7 % (95 % 20.8 to 93.9)  2 of 3"


def test_a_token_that_reaches_over_the_border_lies_outside() -> None:
    assert alignment_share(WEIGHTS, SPANS, [(0, 0, 3)]) == (0, 1)
    assert alignment_share(WEIGHTS, SPANS, [(0, 1, 4)]) == (0, 1)
    assert alignment_share(WEIGHTS, SPANS, [(0, 0, 9)]) == (1, 1)


def test_an_end_mark_lies_in_no_span() -> None:
    assert alignment_share(WEIGHTS, SPANS, [(2, 5, 7), (2, 0, 7)]) == (0, 2)


def test_weights_may_come_straight_from_a_model() -> None:
    assert alignment_share(WEIGHTS.bfloat16().requires_grad_(), SPANS, [Gold(0, 0, 4)]) == (1, 1)


def test_a_row_that_reads_nothing_misses() -> None:
    assert alignment_share([[0.0, 0.0]], [(0, 1), (1, 2)], [(0, 0, 1)]) == (0, 1)


def test_no_gold_is_no_share() -> None:
    result = alignment_share(WEIGHTS, SPANS, [])
    assert math.isnan(result.share)
    assert str(result) == "largest weight inside the gold span: no gold spans"
    assert AlignmentShare(1, 4).share == 0.25


def test_what_does_not_fit_is_an_error() -> None:
    with pytest.raises(DataError, match=r"a span for each source token\n  got  weights \(4, 4\), 3 spans\n  try"):
        alignment_share(WEIGHTS, SPANS[:3], [])
    with pytest.raises(DataError, match="must be one of the rows\n  got  target 4, 4 rows\n  try  count"):
        alignment_share(WEIGHTS, SPANS, [(4, 0, 4)])
    with pytest.raises(DataError, match="must be numbers\n  got  NaN in row 0\n  try  the model has diverged"):
        alignment_share([[math.nan, 1.0]], [(0, 1), (1, 2)], [(0, 0, 1)])
