"""From what was asked for to a request and the kernel that computes it; what most calls ask for is settled once."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import lru_cache

import torch
from torch import Tensor

from regard.checks import check_choices, check_parameters, check_shapes, unknown
from regard.errors import OptionError
from regard.kernels.catalogue import KERNELS, Kernel, prefers
from regard.kernels.request import Request
from regard.lowering import Asked, lower
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Causal
from regard.mechanisms.normalizers import Softmax
from regard.mechanisms.scores import Dot

_only: ContextVar[str | None] = ContextVar("regard_only_kernel", default=None)

KNOWN = 4096
"""How many shapes and types stay settled."""


def requested(query: Tensor, key: Tensor, value: Tensor, choice: Choice, start: int | Tensor | None) -> Request:
    """The request for a call, checked."""
    check_choices(choice)
    check_shapes(query, key, value, choice.score)
    check_parameters(choice, query, key)
    return lower(Asked(_four_axes(query), _four_axes(key), _four_axes(value), choice, start))


def chosen(request: Request, name: str) -> Kernel:
    """The kernel of that name, which must support the request; for `auto`, the best."""
    if name == "auto":
        return KERNELS[_only.get() or pick(request)[0]]
    if name not in KERNELS:
        raise unknown("attend: kernel", name, ["auto", *KERNELS])
    if (reason := KERNELS[name].refuses(request)) is not None:
        raise OptionError(f"attend: kernel {name!r} must support the request", got=reason, hint="kernel='auto'")
    return KERNELS[name]


@contextmanager
def only(kernel: str) -> Iterator[None]:
    """Within this block `auto` is that kernel, which must support each request: for graphs that other programs read."""
    token = _only.set(kernel)
    try:
        yield
    finally:
        _only.reset(token)


def pick(request: Request) -> tuple[str, dict[str, str]]:
    """The first kernel that neither refuses nor has a better one behind it, and why those before it were not."""
    passed_over: dict[str, str] = {}
    for kernel in KERNELS.values():
        reason = kernel.refuses(request) or prefers(kernel, request)
        if reason is None:
            return kernel.name, passed_over
        passed_over[kernel.name] = reason
    raise AssertionError("some kernel takes every request")


def settled(
    query: Tensor, key: Tensor, value: Tensor, choice: Choice, start: int | Tensor | None
) -> tuple[Kernel, Request] | None:
    """Kernel and request of the plainest calls, found once for each of their shapes and types; None for others.

    Plain is softmax of dot products, unmasked or causal where every query reads: what holds no tensor and so depends on
    shapes and types alone.
    """
    score, normalizer, mask, positions = choice
    plain = type(score) is Dot and type(normalizer) is Softmax and positions == () and start is None
    if not plain or not (mask is None or type(mask) is Causal):
        return None
    kinds = {type(query), type(key), type(value)}
    if torch.compiler.is_compiling() or _only.get() or not kinds <= {Tensor, torch.nn.Parameter} or query.dim() != 4:
        return None
    shapes, types = (query.shape, key.shape, value.shape), (query.dtype, key.dtype, value.dtype)
    found = _settled(shapes, types, (query.device, key.device, value.device), score, mask)
    return None if found is None else (found[0], found[1].over(query, key, value))


@lru_cache(KNOWN)
def _settled(
    shapes: tuple[torch.Size, ...],
    types: tuple[torch.dtype, ...],
    devices: tuple[torch.device, ...],
    score: Dot,
    mask: Causal | None,
) -> tuple[Kernel, Request] | None:
    """As `settled`, over empty vectors; None where lowering does more than to pass the vectors on."""
    each = zip(shapes, types, devices, strict=True)
    query, key, value = (torch.empty((), dtype=dtype, device=device).expand(shape) for shape, dtype, device in each)
    request = requested(query, key, value, Choice(score, Softmax(), mask, ()), None)
    unchanged = request.query is query and request.key.shape == key.shape
    return (chosen(request, "auto"), request) if unchanged else None


def no_autocast(tensor: Tensor) -> AbstractContextManager[object]:
    """Within this block types are what the tensors say."""
    kind = tensor.device.type
    if not torch.amp.is_autocast_available(kind) or not torch.is_autocast_enabled(kind):
        return _UNCHANGED
    return torch.autocast(kind, enabled=False)


_UNCHANGED = nullcontext()


def _four_axes(tensor: Tensor) -> Tensor:
    if tensor.dim() == 4:
        return tensor
    if tensor.dim() < 4:
        return tensor.reshape((1,) * (4 - tensor.dim()) + tuple(tensor.shape))
    return tensor.flatten(0, -4)
