"""The parameters of positions: what a layer owns so that `attend` gets mechanisms."""

import torch
from torch import nn

from regard.checks import unknown
from regard.mechanisms.catalogue import POSITIONS
from regard.mechanisms.positions import Alibi, Position, RelativeBias, RelativeKeys, Rotary

NAMES = ["rotary", "alibi", "relative-bias", "relative-keys"]
BUCKETS, REACH = 32, 16
"""Buckets of a relative bias, and offsets to each side of relative keys, where they are chosen by name."""


class Placing(nn.Module):
    """Owns what the named position has to learn, for `heads` heads of size `size`; called, it gives mechanisms.

    relative-bias: a table (h, 32) of T5's buckets. relative-keys: a table (33, d). rotary and alibi learn nothing.
    Position objects, one or a tuple, are taken as they are.
    """

    def __init__(self, position: str | Position | tuple[Position, ...] | None, size: int, heads: int) -> None:
        super().__init__()
        if isinstance(position, str) and position not in NAMES:
            raise unknown("position", position, NAMES)
        self.position = position
        if position == "relative-bias":
            self.table = nn.Parameter(torch.zeros(heads, BUCKETS))
        elif position == "relative-keys":
            self.table = nn.Parameter(torch.empty(2 * REACH + 1, size).normal_(std=size**-0.5))

    def forward(self) -> Position | tuple[Position, ...] | None:
        """The mechanisms with the parameters as they are now."""
        match self.position:
            case "relative-bias":
                return RelativeBias(self.table)
            case "relative-keys":
                return RelativeKeys(self.table)
            case "rotary":
                return Rotary()
            case "alibi":
                return Alibi()
            case str() as name:
                raise unknown("position", name, list(POSITIONS))
            case position:
                return position

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return str(self.position)
