"""Matrices that are packed once for products with a few rows: what a decoder multiplies by at every step.

    y = x · Wᵀ + b    of states x, or of x normed

torch packs a matrix of bfloat16 at every call, and rounds states by a pass of its own; where rows are few, that is
most of the time. Only where there is the native core.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from regard.kernels.native_call import TYPES, done, up
from regard.native import CALL, CHOICE, MATRIX, NORM, address, library

PANEL = 64
"""Columns that lie together (src/native/affine.h)."""
WHOLE = 16
"""Rows of states are written by so many numbers."""
KINDS = (*TYPES, torch.int8)
"""Types of matrices, in the order of src/native/affine.h."""
EACH = (1, 2, 4)
"""Neighbours of a sum that lie together."""
PARTED = 16
"""Panels of a part of a vocabulary (src/native/call.h)."""
NO_NORM = NORM.pack(0, 0, 0.0)
NO_MATRIX = bytes(MATRIX.size)


class Packed:
    """Layers that read the same states, side by side, as one matrix (n, k) of a type; sums are float32.

    Of int8, the greatest number of each row of W becomes 127, and of each state: whatever else is in a batch.

    Attributes:
        told: itself as the core sees it; it must live as long.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None = None, dtype: torch.dtype = torch.float32) -> None:
        self.n, self.k = weight.shape
        self.kind = KINDS.index(dtype)
        beyond = up(self.n, PANEL) - self.n
        weight, self._scales, self._higher = weight.detach(), None, None
        if dtype == torch.int8:
            scales = weight.float().abs().amax(1, keepdim=True) / 127
            weight = (weight / scales.clamp_min(torch.finfo(torch.float32).tiny)).round()
            self._scales = pad(scales[:, 0], (0, beyond)).contiguous()
            self._higher = pad(128 * weight.sum(1), (0, beyond)).to(torch.int32)
        self._panels = _panels(weight.to(dtype), EACH[self.kind])
        self._bias = None if bias is None else pad(bias.detach().float(), (0, beyond))
        where = map(address, (self._panels, self._bias, self._scales, self._higher))
        self.told = MATRIX.pack(*where, self.k, self.n, self.kind)

    @classmethod
    def of(cls, *layers: nn.Linear, dtype: torch.dtype) -> "Packed":
        """Those layers."""
        return cls(torch.cat([each.weight for each in layers]), torch.cat([each.bias for each in layers]), dtype)

    def __call__(
        self, x: Tensor, norm: nn.LayerNorm | None = None, *, relu: bool = False, onto: Tensor | None = None
    ) -> Tensor:
        """y (r, n) of states (r, k), both float32; added to `onto` in place, where n is a multiple of 16."""
        rows, width = x.shape[0], up(self.n, WHOLE)
        y = x.new_empty(rows, width) if onto is None else onto
        call, _kept = self._call(x, norm, y, onto is not None, relu)
        done(library().affine(call, torch.get_num_threads()))
        return y if width == self.n else y[:, : self.n]

    def likeliest(
        self, x: Tensor, count: int, lowest: int = 0, norm: nn.LayerNorm | None = None
    ) -> tuple[Tensor, Tensor]:
        """What `likeliest` (kernels/likeliest.py) finds in y, of which no row is ever written."""
        call, (values, words, *_kept) = self.choice(x, count, lowest, norm)
        done(library().words(call))
        return values, words

    def choice(
        self, x: Tensor, count: int, lowest: int = 0, norm: nn.LayerNorm | None = None
    ) -> tuple[bytes, tuple[Tensor, ...]]:
        """That call as the core sees it, and what must live as long: where values and words will be, x, and room."""
        rows, parts = x.shape[0], -(-self.n // (PANEL * PARTED))
        values, words = x.new_empty(rows, count, dtype=torch.float32), torch.empty(rows, count, dtype=torch.int64)
        some, theirs = torch.empty(parts, rows, 2 + count), torch.empty(parts, rows, 1 + count, dtype=torch.int64)
        floors = torch.full((rows,), -torch.inf)
        call, kept = self._call(x, norm, None, False, False)
        where = map(address, (values, words, some, theirs, floors))
        told = CHOICE.pack(*where, lowest, count, parts, torch.get_num_threads())
        return call + told, (values, words, some, theirs, floors, *kept)

    def _call(
        self, x: Tensor, norm: nn.LayerNorm | None, y: Tensor | None, onto: bool, relu: bool
    ) -> tuple[bytes, tuple[Tensor, ...]]:
        """A call as the core sees it, and what must live as long."""
        x = x if x.stride(-1) == 1 else x.contiguous()
        rows = x.shape[0]
        ready = made_ready(rows, self.k, self.kind) if self.kind or norm else None
        where = map(address, (x, ready, y))
        call = CALL.pack(*where, x.stride(0), 0 if y is None else y.stride(0), rows, onto, relu)
        return self.told + norm_told(norm) + call, (x,) if ready is None else (x, ready)


def made_ready(rows: int, k: int, kind: int) -> Tensor:
    """Room for rows of so many numbers that are ready for a matrix of a kind."""
    return torch.empty(up(rows, WHOLE), up(k, 64) * 4 // EACH[kind] + 64, dtype=torch.uint8)


def norm_told(norm: nn.LayerNorm | None) -> bytes:
    """A norm as the core sees it."""
    return NO_NORM if norm is None else NORM.pack(address(norm.weight), address(norm.bias), norm.eps)


def _panels(weight: Tensor, each: int) -> Tensor:
    """(n, k) as panels (⌈n / 64⌉, ⌈k / each⌉, 64, each) of neighbours in k, with zeros at the ends."""
    n, k = weight.shape
    whole = pad(weight, (0, up(k, each) - k, 0, up(n, PANEL) - n))
    return whole.view(-1, PANEL, whole.shape[1] // each, each).transpose(1, 2).contiguous()
