"""The kernels, in the order in which the plan asks them."""

from collections.abc import Callable
from typing import NamedTuple

from regard.kernels import dense, sdpa
from regard.kernels.request import Request
from regard.shapes import Mixed


class Kernel(NamedTuple):
    """A way to compute a request: `refuses` gives a reason or None and looks at types and shapes only."""

    name: str
    refuses: Callable[[Request], str | None]
    run: Callable[[Request], Mixed]


KERNELS = {
    "sdpa": Kernel("sdpa", sdpa.refuses, sdpa.run),
    "dense": Kernel("dense", dense.refuses, dense.run),
}

SHORT = 512
"""Up to this many keys, eager products in half precision beat torch's fused kernel on a CPU (docs/benchmarks.md)."""


def prefers(kernel: Kernel, request: Request) -> str | None:
    """Why a kernel that could compute the request is not the first choice, or None."""
    half = request.query.dtype.itemsize < 4
    if kernel.name == "sdpa" and request.query.device.type == "cpu" and half and request.sizes[3] <= SHORT:
        return f"slower than eager products in half precision on a CPU up to {SHORT} keys"
    return None
