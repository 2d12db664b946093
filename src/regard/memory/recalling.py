"""What an answer read of a memory: which remembered examples, how strongly; and lessons of items that are at hand."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from regard.data.examples import Examples
from regard.data.item_pairs import ItemPairs
from regard.data.pairs import Pairs
from regard.inputs.text import Text
from regard.memory.entries import Value
from regard.memory.giving import Model
from regard.memory.lessons import Answers, Lessons, Texts, Translations
from regard.memory.memory import Memory
from regard.memory.mixing import Mixing
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator


class Entry(NamedTuple):
    """One that was read: its weight among those that were, its answer, where it came from, what is shown of it."""

    weight: float
    answer: str
    origin: str
    text: str


class Recalled(NamedTuple):
    """An answer, or one token of it: the share that the memory had in it, and what it read, strongest first."""

    answer: str
    share: float
    entries: list[Entry]


def recalled(model: Model, memory: Memory, lessons: Lessons, top: int, number: int = 0) -> list[Recalled]:
    """What the answers of one item read: at most `top` entries of each."""
    mixing = Mixing.of(memory)
    with torch.no_grad():
        lesson = next(iter(lessons.taught([number])))
    read = memory.read(lesson.keys, mixing.k, mixing.temperature)
    count = read.weights.shape[1]
    shares = mixing.lambda_of(read.distances).tolist() if count else [0.0] * len(lesson.keys)
    found = []
    for row, value in enumerate(lesson.values):
        each = zip(read.weights[row].tolist(), read.values[row], read.origins[row], strict=True)
        entries = [Entry(weight, named(model, said), *origin) for weight, said, origin in each]
        found.append(Recalled(named(model, value), shares[row], entries[:top]))
    return found


def named(model: Model, value: Value) -> str:
    """A token or a class, as people read it."""
    if isinstance(model, Answerer):
        return str(value)
    text = model.target if isinstance(model, Translator) else model.text
    return text.token(int(str(value)))


def lessons_of(model: Model, items: Sequence[Any], answers: Sequence[Any], origin: str) -> Lessons:
    """Items with their answers, numbered from 1 behind `origin`; of a generator texts alone, whose answers are theirs.

    Raises DataError for answers of another form than the model's.
    """
    lines = range(1, len(items) + 1)
    if isinstance(model, Generator):
        return Texts(model, [Examples("text", items, origin=origin, lines=lines)])
    if isinstance(model, Answerer):
        return Answers(model, Examples(model.given.kind, items, answers, origin=origin, lines=lines))
    if isinstance(model.source, Text):
        return Translations(model, Pairs.of(items, answers, origin))
    return Translations(model, ItemPairs.of(Examples(model.source.kind, items, answers, origin=origin, lines=lines)))
