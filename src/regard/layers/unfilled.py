"""Modules made for their shapes, or to be filled from a file: no number of theirs is drawn."""

from collections.abc import Callable
from typing import Any

from torch.overrides import TorchFunctionMode


class Unfilled(TorchFunctionMode):
    """While it is entered, `torch.nn.init` leaves every tensor as it is.

    Drawing numbers on the meta device, which has none, or computing with them, makes torch load its compiler: seconds
    for nothing. So constructors draw by `torch.nn.init`, and those that compute do not where tensors are meta.

    >>> import torch
    >>> with torch.device("meta"), Unfilled():
    ...     torch.nn.Embedding(5, 3).weight.shape
    torch.Size([5, 3])
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """The tensor as it is, for a function of `torch.nn.init`; whatever else comes, as ever."""
        given = kwargs or {}
        if getattr(func, "__module__", None) == "torch.nn.init":
            return given["tensor"] if "tensor" in given else args[0]
        return func(*args, **given)
