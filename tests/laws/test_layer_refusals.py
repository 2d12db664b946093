"""Choices of layers that cannot be are refused in three lines."""

from collections.abc import Callable

import pytest

import regard
from regard.layers.convolution import ConvBlock, Subsample
from regard.layers.neighbours import Context
from regard.layers.pooling import Pool
from regard.layers.stem import ConvStem

ODD = "ConvBlock: kernel is odd, and dilation at least 1"


@pytest.mark.parametrize(("make", "rule", "got", "hint"), [
    (lambda: ConvBlock(8, 4), ODD, "kernel 4, dilation 1", "kernel=5, dilation=1"),
    (lambda: ConvBlock(8, 0), ODD, "kernel 0, dilation 1", "kernel=5, dilation=1"),
    (lambda: ConvBlock(8, -3), ODD, "kernel -3, dilation 1", "kernel=5, dilation=1"),
    (lambda: ConvBlock(8, 3, dilation=0), ODD, "kernel 3, dilation 0", "kernel=5, dilation=1"),
    (lambda: Subsample(8, 6, 0), "Subsample: positions are halved at least once", "times 0", "times=2"),
    *((lambda patch=patch: ConvStem(patch, 1, 8), "ConvStem: convolutions halve patches, whose side is even",
       f"patch {patch}", "patch 4 or 8, or stem linear") for patch in (1, 7, 0, -2)),
    (lambda: Context(-1), "Context: the count of neighbours is at least 0", "-1", "2"),
    (lambda: Pool("avg", 8), "pool: no such name", "'avg'", "one of attention, mean, max, last"),
    (lambda: Pool("attnetion", 8), "pool: no such name", "'attnetion'",
     "'attention'? or one of attention, mean, max, last"),
    (lambda: Pool("attention", 8, 3), "Attention: width must be a multiple of heads, and heads of key_heads",
     "width 8, heads 3", "heads=4"),
])  # fmt: skip
def test_a_choice_that_cannot_be_is_refused(make: Callable[[], object], rule: str, got: str, hint: str) -> None:
    with pytest.raises(regard.OptionError) as caught:
        make()
    assert str(caught.value) == f"{rule}\n  got  {got}\n  try  {hint}"
