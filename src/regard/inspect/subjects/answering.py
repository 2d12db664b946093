"""A model of labels, classes or numbers with one item."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from regard.data.examples import Examples
from regard.errors import OptionError, nearest
from regard.inputs.batch import Batch, padded
from regard.inputs.text.vocabulary import UNKNOWN
from regard.inspect.capture.calls import Place
from regard.inspect.record import Axis, Step
from regard.inspect.subjects.axes import axis_of, brief_item
from regard.inspect.subjects.base import MOST_ANSWERS, Answer, Removal, Variant, fresh, own_place
from regard.inspect.subjects.variants import varied
from regard.models.answerer import Answerer
from regard.models.assembly import assembled

VECTORS = 16_384
"""Vectors that are read together."""


class Answering:
    """As `Subject` has it. A label is explained for each vector, a class or a number for the whole."""

    judged = "source"
    steps: tuple[Step, ...] = ()

    def __init__(self, model: Answerer, item: Any, target: Any = None, where: str = "item") -> None:
        self.model, self.network, self.encoded = model, model.network, model.given.encode(item, where)
        self.group = 2**model.network.halvings
        axis = axis_of(model.given, item, self.group)
        self.axes, self.labels = {"source": axis}, axis.labels
        if model.reads:
            self.axes["pool"] = Axis("pool", "answer", ("the whole",))
        kind, several = model.given.kind, model.targets.per_vector
        self.asks = kind == "story"
        if model.hops:
            self.axes["question"] = Axis("question", "answer", axis.labels[-1:])
        self.leaves = kind in ("text", "vectors", "graph", "story") and not several
        self.removal = Removal(_removed(kind, self.leaves), tuple(range(len(axis.labels) - self.asks)))
        model.network.eval()
        with torch.inference_mode():
            said = model.told(self._batch([Variant()]))[0]
        found = model.predict(Examples(kind, [item], origin=where))[0]
        self.answers, self.chosen = self._explained(said, found, target)
        self.headline = {
            "input": brief_item(item, kind),
            "output": _line(found),
            "target": self.answers[0].of.removeprefix("log p of ") if len(self.answers) == 1 else "each label",
            "confidence": _sureness(said, self.chosen, bool(model.targets.classes)),
            "task": model.targets.kind,
        }

    def told(self, network: nn.Module, variants: Sequence[Variant]) -> Tensor:
        """What each variant says of each answer (variants, answers)."""
        model = Answerer(self.model.given, self.model.targets, network)  # type: ignore[arg-type]
        together = max(1, VECTORS // max(len(self.encoded), 1))
        rows = [variants[start : start + together] for start in range(0, len(variants), together)]
        return torch.cat([self._of(model.told(self._batch(part))) for part in rows])

    def place(self, name: str) -> Place:
        """What a call of that name is."""
        return own_place(name)

    def readers(self, names: Sequence[str]) -> list[str]:
        """The pool where there is one, or all hops, else the last layer of attention."""
        pools = [name for name in names if name.startswith(("pool", "hop"))]
        return pools or [name for name in names if name.startswith("encoder")][-1:]

    def twin(self, seed: int) -> nn.Module:
        """The same network untrained."""
        model = self.model

        def make() -> nn.Module:
            return assembled(model.given, model.targets, model.network.options, model.network.head).network

        return fresh(make, seed).to(model.device)

    def _batch(self, variants: Sequence[Variant]) -> Batch:
        unknown = UNKNOWN if self.model.given.kind == "text" else None
        items = [varied(self.encoded, each, self.group, leaves=self.leaves, unknown=unknown) for each in variants]
        return padded(items).to(self.model.device)

    def _of(self, said: Tensor) -> Tensor:
        """The answers that are explained, of all that is said."""
        each = [said[:, place[0]] if len(place) == 1 else said[:, place[0], place[1]] for place in self.chosen]
        return torch.stack(each, 1)

    def _explained(self, said: Tensor, found: Any, target: Any) -> tuple[tuple[Answer, ...], list[tuple[int, ...]]]:
        targets = self.model.targets
        if not targets.per_vector:
            number = self._number(said, target)
            name = f"log p of class {targets.classes[number]}" if targets.classes else _number_called(number, targets)
            judged = np.arange(len(self.labels)) < len(self.labels) - 1 if self.asks else None
            return (Answer(name, 0, self._whole(), judged),), [(number,)]
        every = range(min(len(said), MOST_ANSWERS)) if target is None else [self._position(target, len(said))]
        answers: list[Answer] = []
        chosen: list[tuple[int, ...]] = []
        for position in every:
            best = int(said[position].argmax()) if targets.classes else 0
            best = targets.classes.index(found[position]) if targets.classes else best
            what = f"log p of label {found[position]}" if targets.classes else "the number"
            answers.append(Answer(f"{what} of {self.labels[position]}", position + 1, slice(position, position + 1)))
            chosen.append((position, best))
        return tuple(answers), chosen

    def _whole(self) -> slice:
        """The rows that the whole is read from, where no pool reads them: the last, or all."""
        pool = self.network.pool
        last = len(self.labels) - 1
        last_only = pool is not None and pool.kind == "last" and not self.model.hops
        return slice(last if last_only else 0, None)

    def _number(self, said: Tensor, target: Any) -> int:
        """Which number of the whole is explained: the likeliest class unless one is named."""
        classes = [str(name) for name in self.model.targets.classes]
        if target is None:
            return int(said.argmax()) if classes else 0
        if classes:
            if str(target) not in classes:
                rule = "look: the target must be a class that was there in training"
                raise OptionError(rule, got=repr(target)[:80], hint=nearest(str(target), classes[:20]))
            return classes.index(str(target))
        return self._position(target, len(said))

    def _position(self, target: Any, count: int) -> int:
        """A position, counted from 1."""
        if not str(target).isdigit() or not 1 <= int(target) <= count:
            rule = f"look: the target is the number of an answer, from 1 to {count:,}"
            raise OptionError(rule, got=repr(target)[:80], hint="1, or leave it out")
        return int(target) - 1


def _removed(kind: str, leaves: bool) -> str:
    if leaves:
        return {
            "graph": "the node is left out with its edges",
            "text": "the word is left out",
            "story": "the sentence is left out",
        }.get(kind, "the vector is left out")
    if kind == "text":
        return "the word becomes an unknown one without letters"
    what = {"image": "patch", "sound": "frames", "series": "step", "graph": "node"}.get(kind, "vector")
    return f"the numbers of the {what} become the training's mean"


def _number_called(number: int, targets: Any) -> str:
    return "the predicted number" if len(targets.mean) == 1 else f"predicted number {number + 1}"


def _line(found: Any) -> str:
    if isinstance(found, list):
        return " ".join(map(_line, found))
    return f"{found:.6g}" if isinstance(found, float) else str(found)


def _sureness(said: Tensor, chosen: list[tuple[int, ...]], classes: bool) -> str:
    """The probability of what is explained, of several labels the mean; empty for numbers."""
    if not classes:
        return ""
    each = [float(np.exp(float(said[place]))) for place in chosen]
    return f"{sum(each) / len(each):.4f}"
