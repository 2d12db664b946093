"""Alignments as text: Pharaoh's links and JSON."""

import json
import math

import pytest
import torch

from regard.errors import DataError, OptionError
from regard.inspect.alignment import Alignment, as_json, pharaoh

WEIGHTS = torch.tensor([[0.9, 0.1, 0.0], [0.1, 0.5, 0.4], [0.0, 0.0, 0.0], [0.5, 0.5, 0.0]])


def test_each_target_token_links_to_the_source_token_it_reads_most() -> None:
    assert pharaoh(WEIGHTS) == "0-0 1-1 0-3"


def test_with_a_threshold_all_links_above_it_are_given() -> None:
    assert pharaoh(WEIGHTS, threshold=0.45) == "0-0 1-1 0-3 1-3"
    assert pharaoh(WEIGHTS, threshold=0.95) == ""


def test_weights_may_come_straight_from_a_model() -> None:
    assert pharaoh(WEIGHTS.bfloat16().requires_grad_()) == pharaoh(WEIGHTS.tolist())


def test_json_holds_tokens_and_weights_as_they_are() -> None:
    alignment = Alignment(["\x1b[31m", "年"], ["\ud800"], [[1 / 3, math.nan]])
    assert json.loads(json.dumps(as_json(alignment), allow_nan=False)) == {
        "source": ["\x1b[31m", "年"],
        "target": ["\ud800"],
        "weights": [[0.333333, None]],
    }


def test_what_cannot_be_written_is_an_error() -> None:
    with pytest.raises(OptionError, match=r"at least 0 and less than 1\n  got  threshold=1.0\n  try  threshold=0.2"):
        pharaoh(WEIGHTS, threshold=1.0)
    with pytest.raises(DataError, match="must be numbers\n  got  NaN for target token 1\n  try  the model has"):
        pharaoh([[0.5, 0.5], [math.nan, 0.5]])
    with pytest.raises(DataError, match=r"pharaoh: weights are a table \(q, k\).*\n  got  an array of shape \(3,\)\n"):
        pharaoh([0.1, 0.2, 0.7])
    with pytest.raises(DataError, match=r"alignment: weights are .*\n  got  weights \(1, 1\), target 1, source 2"):
        as_json(Alignment(["a", "b"], ["x"], [[1.0]]))
