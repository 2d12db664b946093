"""Who may read whom, as data. True always means *may read*; masks are joined with `&`."""

from dataclasses import dataclass
from typing import Union, final

from torch import Tensor


class _Joinable:
    def __and__(self, other: "Mask") -> "Both":
        return Both(self, other)  # type: ignore[arg-type]


@final
@dataclass(frozen=True)
class Causal(_Joinable):
    """A query reads the keys at its own position and before: query i stands at query_start + i.

    >>> Causal() & Padding(keys=[3, 5])
    Both(left=Causal(), right=Padding(keys=[3, 5], queries=None, finite=False))
    """


@final
@dataclass(frozen=True, eq=False)
class Padding(_Joinable):
    """Only the first `keys[b]` keys of row b exist, and only its first `queries[b]` queries.

    Padded keys are absent; padded queries read nothing, so their output is zero. Lengths are whole numbers,
    one for every row of the batch; more than there are positions means all of them.

    What is padded may hold anything, NaN too, and is cleared first. `finite=True` promises that nothing is NaN
    or infinite where it cannot be read, which saves that pass: for layers, which know what they were given.
    """

    keys: Tensor | list[int] | None = None
    queries: Tensor | list[int] | None = None
    finite: bool = False


@final
@dataclass(frozen=True)
class Both(_Joinable):
    """What both masks allow: `left & right`."""

    left: "Mask"
    right: "Mask"


Mask = Union[Causal, Padding, Both]  # noqa: UP007  (a forward reference cannot be joined with |)


def parts(mask: Mask | None) -> list[Causal | Padding]:
    """The simple masks that a joined one consists of, left to right."""
    if mask is None:
        return []
    if isinstance(mask, Both):
        return parts(mask.left) + parts(mask.right)
    return [mask]
