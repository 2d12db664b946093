"""Who is measured: models by name, in groups of one architecture."""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

from benchmarks.training.ours import Ours
from benchmarks.training.peers import Marian
from benchmarks.training.shapes import MEDIUM, RECURRENT_WIDTH, SMALL, Shape
from benchmarks.training.textbook import Textbook, TextbookRecurrent
from torch import nn

PRECISIONS = ("fp32", "bf16")


class Contestant(NamedTuple):
    """One row: the architecture, who made it, and in which precision its products are."""

    group: str
    maker: str
    precision: str

    @property
    def name(self) -> str:
        """`3 + 3 × 256, Marian, bf16`."""
        return ", ".join(self)


def made(one: Contestant) -> nn.Module:
    """The model, with fresh weights."""
    return MAKERS[one.group, one.maker]()


def ours(of: Shape) -> nn.Module:
    """regard's transformer of a shape."""
    choices = {"width": of.width, "layers": of.layers, "feed_forward": of.feed_forward, "heads": of.heads}
    return Ours(**choices, dropout=of.dropout)


RECURRENT = f"additive GRU × {RECURRENT_WIDTH}"
MAKERS: dict[tuple[str, str], Callable[[], nn.Module]] = {
    (SMALL.title, "textbook"): partial(Textbook, SMALL),
    (SMALL.title, "regard"): partial(ours, SMALL),
    (MEDIUM.title, "textbook"): partial(Textbook, MEDIUM),
    (MEDIUM.title, "Marian"): partial(Marian, MEDIUM),
    (MEDIUM.title, "regard"): partial(ours, MEDIUM),
    (RECURRENT, "textbook"): TextbookRecurrent,
    (RECURRENT, "regard"): partial(Ours, network="recurrent", attention="additive", width=RECURRENT_WIDTH, dropout=0.0),
}
ALL = [Contestant(*which, precision) for which in MAKERS for precision in PRECISIONS]


def present(only: list[str]) -> list[Contestant]:
    """Those whose name holds one of the texts, and whose library is there."""
    there = find_spec("transformers") is not None
    return [one for one in ALL if any(part in one.name for part in only) and (there or one.maker != "Marian")]
