"""What a look asks of its subject: axes, answers, and what is said of them when a part of the item is gone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from regard.inspect.capture.calls import Place
from regard.inspect.record import Axis, Step

MOST_ANSWERS = 32
"""Answers of one look that are explained."""


class Variant(NamedTuple):
    """An item with some of its positions removed, or with another position's content at each (`order`, of all)."""

    without: tuple[int, ...] = ()
    order: tuple[int, ...] | None = None


class Answer(NamedTuple):
    """One number that is explained.

    Attributes:
        of: in words, `log p of class 'cat'`.
        step: of the target, from 1; 0 for the whole.
        rows: of the readers, which belong to it.
        judged: the positions that it can have been read from; None for all.
    """

    of: str
    step: int
    rows: slice
    judged: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Removal:
    """How positions are removed, in words, and what they are shuffled among.

    Attributes:
        how: `the piece is left out`; empty where nothing can be removed.
        moved: positions whose content a shuffle may move.
    """

    how: str
    moved: tuple[int, ...]


class Subject(Protocol):
    """A model and an item.

    Attributes:
        headline: what the record begins with.
        axes: by name.
        judged: the axis whose positions are removed.
        answers: what is explained, the whole first.
        steps: of writing.
        removal: how.
    """

    headline: dict[str, str]
    axes: dict[str, Axis]
    judged: str
    answers: tuple[Answer, ...]
    steps: tuple[Step, ...]
    removal: Removal

    @property
    def network(self) -> nn.Module:
        """What calls `attend`."""
        ...

    def told(self, network: nn.Module, variants: Sequence[Variant]) -> Tensor:
        """What each variant says of each answer (variants, answers), to be differentiated; NaN where it cannot."""
        ...

    def place(self, name: str) -> Place:
        """What a call of that name is."""
        ...

    def readers(self, names: Sequence[str]) -> list[str]:
        """Of the calls of a pass, those whose rows answer."""
        ...

    def twin(self, seed: int) -> nn.Module | None:
        """The same network untrained; None where nobody knows how to build it."""
        ...


PLACES = {
    "encoder": ("self", "source", "source"),
    "decoder": ("self", "target", "target"),
    "source": ("cross", "target", "source"),
    "past": ("self", "text", "text"),
    "propagation": ("self", "source", "source"),
    "pool": ("pool", "pool", "source"),
    "hop": ("cross", "question", "source"),
}
"""Of the calls of regard's own networks, the role and the axes of queries and keys."""


def own_place(name: str) -> Place:
    """What a call of regard's own networks is.

    >>> own_place("source.0 (2)")
    Place(name='decoder 1 cross (2)', role='cross', layer=1, queries='target', keys='source')
    >>> own_place("hop.0").name
    'hop 1'
    """
    called, _, again = name.partition(" ")
    kind, _, number = called.partition(".")
    role, queries, keys = PLACES[kind]
    layer = int(number) + 1 if number else int(again.strip("()") or 1)
    named = f"{'decoder' if kind == 'source' else kind} {layer}"
    shown = kind if role == "pool" else named if kind == "hop" else f"{named} {role}"
    return Place(f"{shown} {again}".strip() if number else shown, role, layer, queries, keys)


def fresh(make: Callable[[], nn.Module], seed: int) -> nn.Module:
    """What is made with fresh weights of that seed, ready to answer."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make().eval()
