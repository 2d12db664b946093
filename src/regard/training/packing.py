"""Pairs without padding: the sentences of a batch end to end, in one row of sources and one of targets."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from regard.data.batches import Indices
from regard.data.ragged import Ragged
from regard.inputs.text import BEGIN
from regard.networks.base import Network, Packed
from regard.shapes import States


class PackedBatch(NamedTuple):
    """One batch: what the network reads, source and target, each in one row, and the target's next tokens (1, q)."""

    source: Packed
    target: Packed
    target_out: Tensor

    @classmethod
    def of(cls, source: Ragged, target: Ragged, indices: Indices) -> "PackedBatch":
        """The chosen pairs, whose texts end with the end token, in their order.

        >>> batch = PackedBatch.of(Ragged([[5, 3], [3]]), Ragged([[7, 8, 3], [9, 3]]), np.array([1, 0]))
        >>> batch.source.tokens.tolist(), batch.source.ids.tolist()
        ([[3, 5, 3]], [[0, 1, 1]])
        >>> batch.target.tokens.tolist(), batch.target_out.tolist()
        ([[2, 9, 2, 7, 8]], [[9, 3, 7, 8, 3]])
        """
        out = _packed(target.take(indices))
        begins = torch.nn.functional.pad(out.ids.diff() != 0, (1, 0), value=True)
        return cls(
            _packed(source.take(indices)),
            out._replace(tokens=out.tokens.roll(1).masked_fill(begins, BEGIN)),
            out.tokens,
        )

    def to(self, device: str) -> "PackedBatch":
        """The same on a device."""
        source, target = (Packed(*(each.to(device) for each in side)) for side in (self.source, self.target))
        return PackedBatch(source, target, self.target_out.to(device))

    @property
    def answers(self) -> int:
        """How many target tokens there are."""
        return self.target_out.numel()

    def states(self, network: Network) -> tuple[States, Tensor]:
        """The states (t, m) that the target tokens are told from, and these (t)."""
        return network.packed(self.source, self.target)[0], self.target_out[0]


def _packed(side: Ragged) -> Packed:
    ids = np.repeat(np.arange(len(side)), side.lengths)
    return Packed(*(torch.from_numpy(each.astype(np.int64))[None] for each in (side.flat, ids)))
