"""Leaving out what may not be read, whatever it holds, at the price of a pass over numbers.

A product with 0 would keep a NaN, and `where` branches at every number on a CPU: 5 to 25 times the price of a pass.
The backward of ReLU is a choice between a number and 0 that no torch branches at; it can be differentiated too.
Graphs for other programs (torch.export) have `where`, which every runtime knows.
"""

import torch
from torch import Tensor


def widened(x: Tensor) -> Tensor:
    """Half precision in float32; anything else as it is."""
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x


def numbers(allowed: Tensor, like: Tensor) -> Tensor:
    """1 where a boolean is true, else 0, in the precision of `like`. Bytes convert ten times faster than booleans."""
    return allowed.to(like.dtype) if _exported() else allowed.view(torch.int8).to(like.dtype)


def kept(x: Tensor, chosen: Tensor, above: float = 0.0) -> Tensor:
    """x where `chosen`, which broadcasts to x, lies above a number, else 0: a new tensor."""
    if _exported():
        return torch.where(chosen > above, x, 0.0)
    return torch.ops.aten.threshold_backward(x, chosen.expand_as(x), above)  # type: ignore[no-any-return]


def keep_(x: Tensor, allowed: Tensor | None) -> Tensor:
    """x with 0 written where it may not be read. Not for tensors that need a gradient."""
    if allowed is None:
        return x
    if _exported():
        return torch.where(allowed, x, 0.0)
    chosen = numbers(allowed, x).expand_as(x)
    return torch.ops.aten.threshold_backward.grad_input(x, chosen, 0, grad_input=x)  # type: ignore[no-any-return]


def filled(scores: Tensor, allowed: Tensor | None) -> Tensor:
    """Scores, with the lowest finite number where they may not be read; `scores` itself if they all may."""
    if allowed is None:
        return scores
    if _exported():
        return torch.where(allowed, scores, torch.finfo(scores.dtype).min)
    hidden = (allowed.view(torch.int8) - 1).to(scores.dtype)
    return kept(scores, hidden, above=-0.5).add_(hidden, alpha=torch.finfo(scores.dtype).max)


def largest(scores: Tensor) -> tuple[Tensor, Tensor]:
    """The largest of every row of `filled` scores, 0 if it may read nothing, and whether that is so: (…, q, 1) each.

    Constants to autograd.
    """
    lowest = torch.finfo(scores.dtype).min
    if not scores.shape[-1]:
        top = scores.new_full((*scores.shape[:-1], 1), lowest)
    else:
        top = scores.detach().amax(-1, keepdim=True)
    empty = top <= lowest
    return top.masked_fill_(empty, 0.0), empty


def _exported() -> bool:
    """Whether torch.export traces; torch.compile keeps what is quicker."""
    return torch.compiler.is_exporting()
