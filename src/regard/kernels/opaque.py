"""A kernel as one operator that torch.compile and torch.export do not look into, and that meta tensors pass.

The kernels that work in tiles look at values to decide what to skip, which no traced graph can. Compiled, their
backward computes the forward pass once more; a gradient of a gradient is not promised.
"""

from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensor

from regard.kernels.catalogue import KERNELS, Kernel
from regard.kernels.packing import pack, unpack
from regard.kernels.request import Request
from regard.shapes import Mixed

TRACED = ("dense", "sdpa")
"""Kernels of plain torch, which are traced as they are."""


def run(kernel: Kernel, request: Request) -> Mixed:
    """What the kernel computes: by itself, or as an operator where there are no values to look at."""
    query = request.query
    traced = torch.compiler.is_compiling() or query.is_meta or isinstance(query, FakeTensor)
    if not traced or kernel.name in TRACED:
        return kernel.run(request)
    tensors, form = pack(request)
    mixed: Mixed = _attend(tensors, form, kernel.name)
    return mixed


@torch.library.custom_op("regard::attend", mutates_args=())
def _attend(tensors: list[Tensor], form: str, kernel: str) -> Tensor:
    return KERNELS[kernel].run(unpack(tensors, form))


@_attend.register_fake
def _(tensors: list[Tensor], form: str, kernel: str) -> Tensor:
    request = unpack(tensors, form)
    return request.value.new_empty(*request.query.shape[:3], request.value.shape[3])


@torch.library.custom_op("regard::attend_backward", mutates_args=())
def _backward(gradient: Tensor, tensors: list[Tensor], form: str, kernel: str) -> list[Tensor]:
    leaves = [each.detach().requires_grad_(each.is_floating_point()) for each in tensors]
    wanted = [each for each in leaves if each.requires_grad]
    with torch.enable_grad(), _recording():
        mixed = KERNELS[kernel].run(unpack(leaves, form))
    found = torch.autograd.grad(mixed, wanted, gradient, allow_unused=True, materialize_grads=True)
    return [each.clone() for each in found]


def _recording() -> AbstractContextManager[object]:
    """Within an operator torch records nothing for autograd; within this block it does."""
    keys = torch._C.DispatchKeySet(torch._C.DispatchKey.AutogradFunctionality)
    excluded = torch._C._dispatch_tls_local_exclude_set() - keys
    return torch._C._ForceDispatchKeyGuard(torch._C._dispatch_tls_local_include_set(), excluded)


@_backward.register_fake
def _(gradient: Tensor, tensors: list[Tensor], form: str, kernel: str) -> list[Tensor]:
    return [torch.empty_like(each) for each in tensors if each.is_floating_point()]


def _remember(ctx: Any, inputs: tuple[list[Tensor], str, str], output: Tensor) -> None:
    tensors, ctx.form, ctx.kernel = inputs
    ctx.save_for_backward(*tensors)


def _derive(ctx: Any, gradient: Tensor) -> tuple[list[Tensor | None], None, None]:
    tensors = list(ctx.saved_tensors)
    found = iter(_backward(gradient, tensors, ctx.form, ctx.kernel))
    return [next(found) if each.is_floating_point() else None for each in tensors], None, None


_attend.register_autograd(_derive, setup_context=_remember)
