"""What the weights say, in the native core (src/native/read.h): a second pass over the scores, in tiles."""

from dataclasses import replace

import torch
from torch import Tensor

from regard.kernels import native
from regard.kernels.native_call import Held, Plan, what
from regard.kernels.request import Request
from regard.mechanisms.normalizers import Normalized, Plain
from regard.native import FORWARD, PART, READING, address, library


def takes(request: Request) -> bool:
    """Whether it can read this: what the native kernel takes, where no weight is negative."""
    if torch.compiler.is_compiling() or isinstance(request.normalizer, Plain | Normalized):
        return False
    return native.refuses(request) is None


def greatest(request: Request, top: int) -> tuple[Tensor, Tensor]:
    """The `top` greatest weights of each query and their keys, (b, h, q, top), falling; then 0 and −1.

    Cost: two passes over the scores, and one comparison a weight.
    """
    weights = torch.empty(*request.sizes[:3], top)
    keys = torch.empty(weights.shape, dtype=torch.int64)
    _read(request, READING.pack(top, 0, address(weights), address(keys), 0, 0, 0))
    return weights.to(request.query.dtype), keys


def summary(request: Request, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Entropy (b, h, q), column sums (b, h, k), block maxima (b, h, ⌈q/size⌉, ⌈k/size⌉).

    Cost: two passes over the scores, a logarithm a weight.
    """
    b, h, q, k = request.sizes
    entropy, columns = torch.zeros(b, h, q), torch.zeros(b, h, k)
    blocks = torch.zeros(b, h, -(-q // size), -(-k // size))
    _read(request, READING.pack(0, size, 0, 0, address(entropy), address(columns), address(blocks)))
    entropy, columns, blocks = (each.to(request.query.dtype) for each in (entropy, columns, blocks))
    return entropy, columns, blocks


def _read(request: Request, reading: bytes) -> None:
    """A forward pass over values without numbers, for its statistics; then the reading, head by head."""
    b, h, q, k = request.sizes
    bare = replace(request, value=request.value[..., :0], dropout=0.0)
    made, plan, held = native.forward(bare), Plan.of(bare), Held.of(bare)
    call = held.packed(made) + FORWARD + what(bare, plan)
    native.prepare(bare, call)
    at_once = max(torch.get_num_threads(), int(native.AT_ONCE / max(1, 2 * q * k * (request.query.shape[-1] + 16))))
    for first in range(0, b * h, at_once):
        native.done(library().read(PART.pack(first, min(first + at_once, b * h), 0, 0) + call, reading))
