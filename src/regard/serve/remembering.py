"""The memory of a model that is served: read with every answer, shown by `/recall`, written where that is allowed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from regard.errors import DataError
from regard.memory.giving import Model, give
from regard.memory.memory import Memory
from regard.memory.recalling import Recalled, lessons_of, recalled
from regard.memory.remembering import remember, settle_classes
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator
from regard.serve.bodies import ForgetBody, PredictBody, RecallBody, RememberBody
from regard.serve.items import name_of
from regard.serve.refusals import unfit
from regard.serve.served import Ready, Record, Served

WRITES = ("remember", "forget")
"""Verbs that change a memory."""
AskedOf = RecallBody | RememberBody | ForgetBody


class Taught(NamedTuple):
    """Items and their answers, which come under one name."""

    items: Sequence[Any]
    answers: Sequence[Any]


class Shown(NamedTuple):
    """How an item is answered, and how many entries of each answer are shown."""

    wanted: Any
    top: int


class Remembering:
    """What the worker asks in a model's place. `ready` and `answers` are called by its thread alone.

    Attributes:
        verbs: what may be asked: `recall`, and with permission `remember` and `forget`.
    """

    def __init__(self, served: Served, model: Model, memory: Memory, *, writing: bool) -> None:
        self.served, self.model, self.memory = served, model, memory
        self.verbs: tuple[str, ...] = ("recall", *WRITES) if writing else ("recall",)
        give(model, memory)

    def told(self) -> Record:
        """What `GET /models` says of it."""
        return {"entries": self.memory.count()}

    def items(self, body: AskedOf) -> Sequence[Any]:
        """What a request is about, of the right form: items to look up, one lot to remember, one name to forget."""
        if isinstance(body, ForgetBody):
            return [body.name]
        items = self.served.items(body.items)
        return items if isinstance(body, RecallBody) else [self._taught(items, body.answers or [])]

    def wanted(self, body: AskedOf) -> Any:
        """How a recalled item is answered, or under which name items are remembered."""
        if isinstance(body, RecallBody):
            asked = PredictBody(model=body.model, items=body.items, choices=body.choices)
            return Shown(self.served.wanted("predict", asked), body.top)
        return body.name

    def ready(self, verb: str, asked: Any, items: Sequence[Any]) -> Ready:
        """The items, none of them too long. Raises as `Served.ready` does, and DataError for a blank text."""
        if verb == "forget":
            return Ready(items, [1])
        read = items if verb == "recall" else items[0].items
        _check_filled(read)
        lengths = self.served.ready("predict", asked.wanted if verb == "recall" else None, read).lengths
        if verb == "recall":
            return Ready(items, lengths)
        if isinstance(self.model, Translator):
            self.served.measured([len(self.model.target.encode(text)) for text in items[0].answers])
        return Ready(items, [sum(lengths)])

    def answers(self, verb: str, asked: Any, ready: Ready) -> list[Record]:
        """What each item read; how many entries there are now."""
        if verb == "recall":
            return [self._recalled(asked, item) for item in ready.items]
        if verb == "forget":
            return [{"forgotten": self.memory.forget(name), **self.told()} for name in ready.items]
        return [self._remembered(asked, each) for each in ready.items]

    def _taught(self, items: Sequence[Any], answers: Sequence[Any]) -> Taught:
        if isinstance(self.model, Generator) and answers:
            raise unfit("answers: a text that goes on is its own answer", answers, "leave them out")
        if not isinstance(self.model, Generator) and len(answers) != len(items):
            raise unfit(f"answers: one for each of {len(items)} items", answers)
        if isinstance(self.model, Translator):
            answers = self.served.targets(answers)
        if isinstance(self.model, Answerer) and (wrong := [each for each in answers if not _fits(self.model, each)]):
            form = "a list of classes" if self.model.targets.per_vector else "a class"
            raise unfit(f"answers: each must be {form}", wrong[0])
        return Taught(items, answers)

    def _remembered(self, name: str, taught: Taught) -> Record:
        """New classes first, so that the model can answer them as soon as the first entry is there."""
        lessons = lessons_of(self.model, taught.items, taught.answers, name)
        if isinstance(self.model, Answerer):
            settle_classes(self.memory, lessons)
            give(self.model, self.memory)
        new = 0
        for done in remember(self.memory, lessons):
            new = done.new
        return {"items": len(lessons), "new": new, **self.told()}

    def _recalled(self, shown: Shown, item: Any) -> Record:
        """The answer, and of each token, class or label what was read; of a text that goes on, its own tokens."""
        best = item
        if not isinstance(self.model, Generator):
            found = self.served.answers("predict", shown.wanted, self.served.ready("predict", shown.wanted, [item]))[0]
            best = found["candidates"][0]["prediction"] if "candidates" in found else found["prediction"]
        lessons = lessons_of(self.model, [item], [best], "request")
        rows = recalled(self.model, self.memory, lessons, shown.top) if len(lessons) else []
        return {"prediction": best, "recalled": [_record(row) for row in rows]}


def _record(row: Recalled) -> Record:
    names = ("weight", "answer", "from", "text")
    entries = [dict(zip(names, entry, strict=True)) for entry in row.entries]
    return {"answer": row.answer, "share": row.share, "entries": entries}


def _fits(model: Answerer, answer: Any) -> bool:
    """Whether JSON's value is a class, or a list with one, or null, for each vector."""
    if model.targets.per_vector:
        return isinstance(answer, list) and all(each is None or isinstance(each, str | int | float) for each in answer)
    return isinstance(answer, str | int | float)


def _check_filled(items: Sequence[Any]) -> None:
    """Raises DataError for a text without a word."""
    for index, item in enumerate(items):
        words = item if isinstance(item, list) and all(isinstance(word, str) for word in item) else [item]
        if all(isinstance(word, str) and not word.strip() for word in words):
            raise DataError(f"{name_of(index)}: needs a text", got="a blank one", hint="leave it out")
