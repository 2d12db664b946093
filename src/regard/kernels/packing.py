"""A request as a flat list of tensors and a string, and back: what an operator of torch can be called with."""

import ast
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

from torch import Tensor

from regard.kernels.readable import Graph, Readable
from regard.kernels.request import Request
from regard.kernels.terms import OffsetTerm, QueryTerm
from regard.mechanisms.catalogue import MASKS, NORMALIZERS
from regard.mechanisms.masks import Both, Either, Not, PerHead

KINDS: dict[str, Callable[..., Any]] = {
    kind.__name__: kind
    for kind in (
        *(Request, Readable, Graph, OffsetTerm, QueryTerm, Both, Either, Not, PerHead),
        *MASKS.values(),
        *NORMALIZERS.values(),
    )
}
"""Everything that a request consists of."""


def pack(request: Request) -> tuple[list[Tensor], str]:
    """The tensors of a request in the order in which they occur, and what is left of it when they are numbered."""
    tensors: list[Tensor] = []
    form = _packed(request, tensors)
    return tensors, repr(form)


def unpack(tensors: list[Tensor], form: str) -> Request:
    """The request again."""
    request = _unpacked(ast.literal_eval(form), tensors)
    assert isinstance(request, Request)
    return request


def _packed(part: Any, tensors: list[Tensor]) -> Any:
    if isinstance(part, Tensor):
        tensors.append(part)
        return ("tensor", len(tensors) - 1)
    if is_dataclass(part):
        return (type(part).__name__, tuple(_packed(getattr(part, field.name), tensors) for field in fields(part)))
    if isinstance(part, tuple | list):
        name = type(part).__name__ if hasattr(part, "_fields") else "tuple"
        return (name, tuple(_packed(one, tensors) for one in part))
    return part


def _unpacked(part: Any, tensors: list[Tensor]) -> Any:
    if not isinstance(part, tuple):
        return part
    name, inner = part
    if name == "tensor":
        return tensors[inner]
    parts = [_unpacked(one, tensors) for one in inner]
    return tuple(parts) if name == "tuple" else KINDS[name](*parts)
