"""The kernels, in the order in which the plan asks them, and what each is not the first choice for."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch

from regard.kernels import dense, edges, folded, native, native_narrow, native_short, recurrent, sdpa, tiled
from regard.kernels.native_masks import Masked
from regard.kernels.request import Request
from regard.native import library
from regard.shapes import Mixed


class Kernel(NamedTuple):
    """A way to compute a request: `refuses` gives a reason or None and looks at types and shapes only."""

    name: str
    refuses: Callable[[Request], str | None]
    run: Callable[[Request], Mixed]


KERNELS = {
    "edges": Kernel("edges", edges.refuses, edges.run),
    "folded": Kernel("folded", folded.refuses, folded.run),
    "native": Kernel("native", native.refuses, native.run),
    "recurrent": Kernel("recurrent", recurrent.refuses, recurrent.run),
    "sdpa": Kernel("sdpa", sdpa.refuses, sdpa.run),
    "dense": Kernel("dense", dense.refuses, dense.run),
    "tiled": Kernel("tiled", tiled.refuses, tiled.run),
}

MANY = 1 << 15
"""From so many pairs on, the native core's work outweighs the call of it (docs/benchmarks.md)."""
SEVERAL = 1 << 11
"""The same for few queries, in float32; in half precision torch's ways of computing them are slower than any call."""
SHORT = 512
"""Up to this many keys, eager products in half precision beat torch's fused kernel on a CPU (docs/benchmarks.md)."""
FEW = 1 << 20
"""Up to this many numbers, all scores at once cost less than the tiles' bookkeeping."""
ROWS = 16
"""Up to so many queries, all scores at once hold but so many times what the keys do."""


def prefers(kernel: Kernel, request: Request) -> str | None:
    """Why a kernel that could compute the request is not the first choice, or None."""
    b, h, q, k = request.sizes
    half = request.query.dtype.itemsize < 4
    match kernel.name:
        case "folded" if q < ROWS:
            return f"with fewer queries than {ROWS}, most folds have none"
        case "native":
            return _torch_is_better(request)
        case "recurrent" if k < 2 * request.query.shape[-1]:
            return "with fewer keys than two for every feature, all pairs cost less than a state"
        case "sdpa" if request.query.device.type == "cpu" and half and k <= SHORT:
            return f"slower than eager products in half precision on a CPU up to {SHORT} keys"
        case "dense" if not half or k > SHORT or request.kind == "additive":
            held = b * h * q * k * (request.query.shape[-1] if request.kind == "additive" else 1)
            if held > FEW and q > ROWS and tiled.refuses(request) is None:
                return f"it would hold {held:,} numbers at once"
    return None


def _torch_is_better(request: Request) -> str | None:
    """Why the native core is not the first choice."""
    b, h, q, k = request.sizes
    half, few, dot = request.query.dtype.itemsize < 4, q <= native_narrow.FEW, request.kind == "dot"
    pairs, least = b * h * q * k, SEVERAL if few else MANY
    if half and dot and not few and not library().paired:
        return "this processor has no products of bfloat16: the core computes them at the rate of float32"
    if half and dot and not few and _tiles() and not library().tiled:
        return "torch multiplies bfloat16 by this processor's tiles (AMX), which the core in use does not know"
    if pairs < least and dot and not half:
        return f"with fewer pairs than {least:,}, the call costs more than it saves"
    if dot and not few and q < ROWS and not native_short.takes(request, Masked()):
        return f"with fewer queries than {ROWS}, and more than {native_narrow.FEW}, lanes are left empty"
    if torch.compiler.is_compiling():
        return "torch's own kernels can be compiled into a graph"
    if library().isa == "baseline":
        return "only with AVX2 or AVX-512 is it known to be faster than torch"
    if recurrent.refuses(request) is None and k >= 2 * request.query.shape[-1]:
        return "a state costs less than all pairs"
    return None


@cache
def _tiles() -> bool:
    """Whether the processor multiplies bfloat16 by tiles."""
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("amx_bf16"))
