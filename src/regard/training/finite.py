"""Numbers that stay numbers: where a loss or a gradient first is none, and what is said of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from regard.errors import RegardError

NAMED = 5
"""Items of a batch that are named."""


class NotFinite(Exception):
    """An update that was not made, because `what` is not finite; the weights are as they were."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NumbersError(RegardError, ArithmeticError):
    """A training that came upon a loss or a gradient that is no finite number."""


def told(step: int, what: str, items: list[str]) -> NumbersError:
    """The error for a step whose numbers are not finite; `items` are those of its batches."""
    names = ", ".join(items[:NAMED]) + f" and {len(items) - NAMED:,} more" * (len(items) > NAMED)
    return NumbersError(
        f"training, step {step:,}: loss and gradients must be finite numbers; the step was not made",
        got=f"{what}; items {names}",
        hint="look at these items; a smaller --learning-rate, --precision fp32, or --skip-bad-batches 10",
    )


def bad_gradients(network: nn.Module) -> str:
    """`a gradient of encoder.0.attention.query.weight and 3 more that is not finite`."""
    names = [
        name
        for name, each in network.named_parameters()
        if each.grad is not None and not bool(torch.isfinite(each.grad).all())
    ]
    return f"a gradient that is not finite, of {names[0]}" + f" and {len(names) - 1} more" * (len(names) > 1)


@contextmanager
def first_bad_layer(network: nn.Module) -> Iterator[list[str]]:
    """Within it, the first layer that turns finite numbers into others writes its name into the list."""
    found: list[str] = []

    def watch(name: str) -> Any:
        def hook(module: nn.Module, given: tuple[Any, ...], result: Any) -> None:
            if not found and _bad(result):
                found.append(name if not _bad(given) else f"what comes into {name}")

        return hook

    handles: list[RemovableHandle] = [
        module.register_forward_hook(watch(name)) for name, module in network.named_modules() if name
    ]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


def _bad(value: Any) -> bool:
    """Whether a tensor, or one in a tuple, holds a floating-point number that is not finite."""
    if isinstance(value, Tensor):
        return value.is_floating_point() and not bool(torch.isfinite(value).all())
    return isinstance(value, tuple) and any(map(_bad, value))
