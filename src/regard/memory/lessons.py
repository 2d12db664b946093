"""What a memory is taught: of each item the states that its answers are told from, and these answers."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor

from regard.data.examples import Examples
from regard.data.item_pairs import AnyPairs
from regard.data.stream import Stretches, places_told
from regard.errors import DataError
from regard.inputs.store import Store
from regard.inputs.text import END
from regard.memory.entries import Origin, Value, content_id
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.given import told
from regard.models.numbers import Numbered, numbers_of
from regard.models.targets import listed, plain
from regard.models.translator import Translator

ARROW = " → "


class Lesson(NamedTuple):
    """One item: its number, keys (n, m), and a value each."""

    number: int
    keys: Tensor
    values: list[Value]


class Lessons(Protocol):
    """Items with answers, as one kind of model reads them."""

    def __len__(self) -> int:
        """How many items."""
        ...

    def origin(self, number: int) -> Origin:
        """Where an item came from, and what is shown of it."""
        ...

    def ids(self, number: int) -> list[bytes]:
        """The content hashes of its entries: what is read and what is answered, whatever the file is called."""
        ...

    def taught(self, numbers: Sequence[int]) -> Iterator[Lesson]:
        """Keys and values of these items, in any order; here the network computes."""
        ...


class Translations:
    """Sources and targets: an entry for each token of a target and its end, told from those before it."""

    def __init__(self, model: Translator, pairs: AnyPairs) -> None:
        self.model, self.pairs = model, pairs
        self.known = model.stored(pairs.sources)
        self.wanted = Numbered(numbers_of(model.target, pairs.targets))

    def __len__(self) -> int:
        return len(self.pairs)

    def origin(self, number: int) -> Origin:
        """`train.de:17`, and `source → target`."""
        source = self.pairs.sources if isinstance(self.known, Numbered) else None
        before = str(source[number]) + ARROW if isinstance(source, list) else ""
        return Origin(self.pairs.where(number), before + self.pairs.targets[number])

    def ids(self, number: int) -> list[bytes]:
        """Of the numbers of both sides."""
        read = self.known.numbers[number] if isinstance(self.known, Numbered) else None
        source = self.known[number].values if isinstance(self.known, Store) else np.array(read, np.int32)
        target = self.wanted.numbers[number]
        whole = content_id("translate", source.tobytes(), np.array(target, np.int32).tobytes())
        return numbered(whole, len(target))

    def taught(self, numbers: Sequence[int]) -> Iterator[Lesson]:
        """By one pass over known targets."""
        with torch.no_grad():
            for part in told(
                self.model, self.known.take(numbers), self.wanted.take(numbers), lambda i: self.pairs.where(numbers[i])
            ):
                lengths = part.lengths.tolist()
                each = zip(torch.split(part.states, lengths), torch.split(part.tokens, lengths), strict=True)
                for index, (states, tokens) in zip(part.indices.tolist(), each, strict=True):
                    yield Lesson(numbers[index], states, tokens.tolist())


class Texts:
    """Lines that a generator goes on with: an entry for each token. An item is a stretch of at most a window."""

    def __init__(self, model: Generator, files: Sequence[Examples]) -> None:
        self.model = model
        self.lines = [(each.items[i], each.where(i)) for each in files for i in range(len(each))]
        self.stream = model.stream([line for line, _ in self.lines])
        self.stretches = model.stretches(self.stream)
        self.line = np.cumsum(self.stream.tokens == END) - 1

    def __len__(self) -> int:
        return len(self.stretches.starts)

    def origin(self, number: int) -> Origin:
        """The line where what it tells begins, and that text."""
        told = places_told(self._one(number))
        line = int(self.line[told[0]])
        text = self.model.text.decode(self.stream.tokens[told + 1].tolist())
        return Origin(self.lines[min(line, len(self.lines) - 1)][1], text)

    def ids(self, number: int) -> list[bytes]:
        """Of the tokens that are read and told."""
        one = self._one(number)
        start, length = int(one.starts[0]), int(one.lengths[0])
        whole = content_id("generate", self.stream.tokens[start : start + length + 1].tobytes())
        return numbered(whole, length - int(one.context[0]))

    def taught(self, numbers: Sequence[int]) -> Iterator[Lesson]:
        """By one pass over the known text."""
        chosen = self.stretches.take(np.asarray(numbers))
        by_start = dict(zip(zip(chosen.starts.tolist(), chosen.context.tolist(), strict=True), numbers, strict=True))
        with torch.no_grad():
            for part, states, tokens in self.model.told(self.stream, chosen):
                sizes = (part.lengths - part.context).tolist()
                names = zip(part.starts.tolist(), part.context.tolist(), strict=True)
                each = zip(names, torch.split(states, sizes), torch.split(tokens, sizes), strict=True)
                yield from (Lesson(by_start[name], keys, values.tolist()) for name, keys, values in each)

    def _one(self, number: int) -> Stretches:
        return self.stretches.take(np.array([number]))


class Answers:
    """Items with a class, or with a label for every vector: an entry for the whole, or for every vector."""

    def __init__(self, model: Answerer, examples: Examples) -> None:
        self.model, self.examples = model, examples
        self.store = Store(model.given, examples)

    def __len__(self) -> int:
        return len(self.examples)

    def origin(self, number: int) -> Origin:
        """`train.csv:17`, and `text → class`."""
        item = self.examples.items[number]
        words = " ".join(item) if isinstance(item, list) and all(isinstance(word, str) for word in item) else item
        shown = brief_of(words) + ARROW if isinstance(words, str) else ""
        return Origin(self.examples.where(number), shown + " ".join(map(str, self.answers(number))))

    def ids(self, number: int) -> list[bytes]:
        """Of the item's numbers and its answers."""
        encoded, answers = self.store[number], self.answers(number)
        cells = b"" if encoded.cells is None else encoded.cells.tobytes()
        links = [] if encoded.links is None else [each.tobytes() for each in encoded.links if each is not None]
        return numbered(content_id(encoded.values.tobytes(), cells, *links, json.dumps(answers)), len(answers))

    def taught(self, numbers: Sequence[int]) -> Iterator[Lesson]:
        """The vector that a class is told from, or the states of all vectors that have a label."""
        part = self.store.take(numbers)
        read = self.model.encode(part) if self.model.targets.per_vector else self.model.pooled(part)[:, None]
        for number, states in zip(sorted(numbers), read, strict=True):
            answers = self.answers(number)
            if len(states) != len(answers):
                rule = f"{self.examples.where(number)}: there must be a label for every vector"
                raise DataError(rule, got=f"{len(answers)} of {len(states)}", hint="one label each, or null for none")
            there = [place for place, answer in enumerate(answers) if answer is not None]
            yield Lesson(number, torch.from_numpy(states[there]), [answers[place] for place in there])

    def answers(self, number: int) -> list[Value]:
        """One, or one for every vector, of which None is none."""
        assert self.examples.answers is not None, "what is taught has answers"
        answer = self.examples.answers[number]
        if not self.model.targets.per_vector:
            return [plain(answer)]
        return [plain(each) for each in listed(answer, self.examples.where(number))]


def brief_of(text: str, longest: int = 200) -> str:
    """The text, or its beginning."""
    return text if len(text) <= longest else text[:longest] + "…"


def numbered(whole: bytes, count: int) -> list[bytes]:
    """A hash for each entry of an item."""
    return [content_id(whole, str(place)) for place in range(count)]
