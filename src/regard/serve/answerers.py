"""A model that is served and answers with labels, a class or numbers."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from regard.errors import DataError, OptionError
from regard.layers.attention import Attention
from regard.layers.propagation import Propagation
from regard.models.answerer import Answerer
from regard.models.records import answered
from regard.models.translator import Reading
from regard.serve.choices import AnswerChoices
from regard.serve.encoding import encoded, store_of
from regard.serve.examples import example_of
from regard.serve.items import name_of
from regard.serve.limits import Limits
from regard.serve.looking import Looking, looked, looking
from regard.serve.reading import table
from regard.serve.refusals import too_large, unfit
from regard.serve.served import Ready, Record, Served

CLASSES = 1_000
READING = (Attention, Propagation)
"""Layers that read by attention."""


class Looked(NamedTuple):
    """How to answer, and how many of the greatest weights are told; None is all."""

    choices: AnswerChoices
    top: int | None


class ServedAnswerer(Served):
    """`/predict` and `/encode`, `/look` where it reads by attention, `/attend` where that pools one answer.

    A blank text has no answer: its prediction, or vector, is null, and there is nothing of it to look at.
    """

    choosing: ClassVar = AnswerChoices
    model: Answerer

    def __init__(self, name: str, limits: Limits, model: Answerer) -> None:
        super().__init__(name, limits)
        self.model, self.network, self.stopping = model, model.network, model.network
        self.kind, self.input = model.targets.kind, model.given.kind
        looks = ("look",) if any(isinstance(each, READING) for each in model.network.modules()) else ()
        self.verbs = ("predict", "encode", *(("attend",) if model.reads else ()), *looks)

    def told(self) -> Record:
        """Network, classes, and how many numbers a representation has."""
        options, targets = self.model.network.options, self.model.targets
        told = {"network": options.network, "attention": options.attention, "width": options.width}
        shown = {"classes": [*targets.classes[:CLASSES]]} if targets.classes else {"numbers": targets.size}
        return {**told, "features": self.model.given.features, "count": targets.size, **shown}

    def example(self) -> Any:
        """An item of the input."""
        return example_of(self.model.given)

    def items(self, given: Sequence[Any]) -> list[Any]:
        """Where each word of a text is answered, spaces part them, as in a line that `regard predict` reads."""
        found = super().items(given)
        if self.input == "text" and self.model.targets.per_vector:
            return [each.split() if isinstance(each, str) else each for each in found]
        return found

    def wanted(self, verb: str, body: Any) -> AnswerChoices | Looked | Looking | bool:
        """From which probability on a class is told, of `/attend` how much; of `/encode`, whether every vector is."""
        if verb == "encode":
            return bool(body.each)
        if verb == "look":
            return looking(body)
        chosen: AnswerChoices = self.choices(body.choices)
        if chosen.unknown_below and not self.model.targets.one_class:
            rule = "request: choices: unknown_below: a probability belongs to one class of the whole"
            raise OptionError(rule, got=f"a model that answers {self.kind}", hint="leave it out")
        if verb == "predict":
            return chosen
        if body.targets is not None:
            raise unfit("targets: a model looks at its own answer, unless it translates", body.targets, "leave it out")
        return Looked(chosen, body.top)

    def ready(self, verb: str, asked: Any, items: Sequence[Any]) -> Ready:
        """Items as vectors, once; None in the place of a blank text."""
        paired = verb in ("attend", "look")
        if paired:
            items = [item for item, _ in items]
        filled = [place for place, item in enumerate(items) if not self._blank(item)]
        if paired and len(filled) < len(items):
            blank = next(place for place, item in enumerate(items) if self._blank(item))
            raise DataError(f"{name_of(blank)}: needs a text", got="a blank one", hint="leave it out")
        read = encoded(self.model.given, [items[place] for place in filled], self.measured)
        found: list[Any] = [None] * len(items)
        lengths = [0] * len(items)
        for place, each, length in zip(filled, read.items, read.lengths, strict=True):
            found[place], lengths[place] = each, length
        if verb == "encode":
            self._check_numbers(sum(lengths) if asked else len(filled))
        return Ready(found, lengths)

    def answers(self, verb: str, asked: Any, ready: Ready) -> list[Record]:
        """Predictions with their probabilities, vectors, or what answers were pooled from."""
        if verb == "attend":
            return self._looked(asked, ready)
        if verb == "look":
            return [looked(self.model, item, asked, self.limits) for item, _ in ready.items]
        filled = [place for place, each in enumerate(ready.items) if each is not None]
        store = store_of(self.model.given, Ready([ready.items[place] for place in filled], ready.lengths))
        name = "prediction" if verb == "predict" else "vectors" if asked else "vector"
        records: list[Record] = [{name: None} for _ in ready.items]
        if not filled:
            return records
        if verb == "predict":
            found = answered(self.model, store, unknown_below=asked.unknown_below, unknown=asked.unknown)
        else:
            found = [
                {name: _numbers(each)} for each in (self.model.encode(store) if asked else self.model.pooled(store))
            ]
        for place, record in zip(filled, found, strict=True):
            records[place] = record
        return records

    def _looked(self, asked: Looked, ready: Ready) -> list[Record]:
        """Each prediction as the only row, above the names of the states that it was pooled from."""
        store, choices = store_of(self.model.given, ready), asked.choices
        told = answered(self.model, store, unknown_below=choices.unknown_below, unknown=choices.unknown)
        records = []
        for (item, _), shares, record in zip(ready.items, self.model.shares(store), told, strict=True):
            answer = record["prediction"]
            name = ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)
            reading = Reading(self.model.names(item), [name], torch.as_tensor(shares)[None])
            records.append({"prediction": answer, **table(reading, asked.top, self.limits.numbers)})
        return records

    def _check_numbers(self, vectors: int) -> None:
        """Raises Refusal for more vectors than an answer may hold."""
        if (count := vectors * self.model.network.options.width) > self.limits.numbers:
            hint = "ask in several requests"
            raise too_large("--numbers", self.limits.numbers, f"{count:,}", "numbers an answer", hint)

    def _blank(self, item: Any) -> bool:
        return self.input == "text" and not (item.strip() if isinstance(item, str) else item)


def _numbers(vectors: NDArray[Any]) -> Any:
    """Nine digits of each, which give the same float32 again."""
    flat = [float(f"{each:.9g}") for each in np.asarray(vectors, np.float32).ravel()]
    return np.array(flat).reshape(vectors.shape).tolist()
