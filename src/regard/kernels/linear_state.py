"""What linear attention carries from chunk to chunk: sums over all keys read so far, however many they were."""

from typing import NamedTuple

import torch
from torch import Tensor

from regard.shapes import Key, Value


class LinearState(NamedTuple):
    """memory (b, g, f, e) = Σ key ⊗ value, total (b, g, f) = Σ key, both in at least float32; count (b,), of keys.

    f·(e + 1) numbers a head, whatever was read. A value that is passed in and returned, never changed in place.
    """

    memory: Tensor
    total: Tensor
    count: Tensor  # type: ignore[assignment]  # hides tuple.count, which nobody misses

    @classmethod
    def empty(
        cls,
        batch: int,
        heads: int,
        features: int,
        size: int,
        *,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> "LinearState":
        """Nothing read yet, for `heads` key heads, keys of `features` numbers and values of `size`.

        >>> LinearState.empty(2, 4, 8, 16).memory.shape
        torch.Size([2, 4, 8, 16])
        """
        wide = torch.promote_types(dtype, torch.float32)
        total = torch.zeros(batch, heads, features, dtype=wide, device=device)
        memory = total.new_zeros(batch, heads, features, size)
        return cls(memory, total, torch.zeros(batch, dtype=torch.int64, device=device))

    def select(self, rows: Tensor, *, same_source: bool = False) -> "LinearState":
        """The given rows, in that order, repeated where asked."""
        return LinearState(*(each.index_select(0, rows) for each in self))

    def after(self, key: Key, value: Value, count: Tensor | int, decay: Tensor | None = None) -> "LinearState":
        """The state once these have been read, too; `count` of them, the first, are keys, the others zero.

        With a decay, ln γ (g or 1,), what was there counts γ^count, and a key as it has aged since it was read.
        """
        memory, total = self.memory, self.total
        if decay is not None:
            count_of_rows = torch.as_tensor(count, device=key.device).expand(len(key))[:, None, None]
            left = (count_of_rows * decay[None, :, None]).exp()
            ages = (count_of_rows - 1 - torch.arange(key.shape[2], device=key.device)).clamp(min=0)
            key = key.to(memory.dtype) * (ages * decay[None, :, None]).exp()[..., None]
            memory, total = memory * left[..., None], total * left
        total = total + key.sum(2, dtype=total.dtype)
        return LinearState(memory + summed(key, value, memory.dtype), total, self.count + count)


def summed(key: Key, value: Value, dtype: torch.dtype) -> Tensor:
    """Σ key ⊗ value over all positions: (b, g, f, e)."""
    return key.to(dtype).mT @ value.to(dtype)
