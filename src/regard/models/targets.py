"""Answers as numbers and back: one class, several, a number; for the whole or for every vector."""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.data.files import brief
from regard.errors import DataError

NONE = -1
"""In place of a class where a vector has no answer: it is neither trained nor scored."""

Class = str | int | float | bool


@dataclass(frozen=True)
class Targets:
    """What a model answers.

    Attributes:
        kind: `label` (an answer for every vector), `classify` or `regress` (one for the whole).
        classes: names of the classes, in order; empty where the answer is a number.
        several: whether an item may have any number of the classes.
        scheme: how labels mark spans, `BIO`, `BIOES`, …, if they do (data/spans.py).
        mean, spread: of the training answers, where they are numbers; a model learns (answer − mean)/spread.
    """

    kind: str
    classes: tuple[Class, ...] = ()
    several: bool = False
    scheme: str | None = None
    mean: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        """How many numbers a network gives for one answer."""
        return len(self.classes) or len(self.mean)

    @property
    def one_class(self) -> bool:
        """Whether the answer is one class of the whole, which has one probability."""
        return bool(self.classes) and not self.per_vector and not self.several

    @property
    def per_vector(self) -> bool:
        """Whether every vector has an answer of its own."""
        return self.kind == "label"

    def encode(self, answer: Any, where: str, *, to_learn: bool = True) -> NDArray[Any]:
        """The answer as the loss takes it: class numbers (), (n,); 0 and 1 (v,); scaled numbers (v,), (n, v).

        A label that training did not have counts nothing in a loss that is not `to_learn` from: rare ones may all
        have fallen to the validation items. Raises DataError for any other class that training did not have, or an
        answer of another form.
        """
        if not self.classes:
            return self._scaled(answer, where)
        if self.several:
            numbers = [self._number(each, where) for each in listed(answer, where)]
            return np.isin(np.arange(len(self.classes)), numbers).astype(np.float32)
        if self.per_vector:
            each_answer = listed(answer, where)
            if not to_learn:
                each_answer = [each if plain(each) in self._numbers else None for each in each_answer]
            return np.array([NONE if each is None else self._number(each, where) for each in each_answer], np.int64)
        return np.array(self._number(answer, where), np.int64)

    def named(self, numbers: NDArray[np.integer[Any]]) -> list[Class]:
        """The classes of these numbers."""
        return [self.classes[number] for number in numbers.tolist()]

    def unscaled(self, numbers: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Numbers (..., v) that a network gave, as answers; (...) where v is 1."""
        answers: NDArray[np.float64] = numbers.astype(np.float64) * np.array(self.spread) + np.array(self.mean)
        return answers[..., 0] if len(self.mean) == 1 else answers

    def to_json(self) -> dict[str, Any]:
        """All of it, in JSON's types."""
        return {name: list(each) if isinstance(each, tuple) else each for name, each in asdict(self).items()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Targets":
        """What `to_json` gave; TypeError or ValueError where the record cannot be that."""
        if not isinstance(record, dict):
            raise TypeError("targets must be an object")
        known: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in record.items()}
        made = cls(**known)
        if made.kind not in ("label", "classify", "regress") or not isinstance(made.several, bool):
            raise ValueError("targets must be of a kind")
        numbers = [made.mean, made.spread]
        if not all(isinstance(each, tuple) for each in (made.classes, *numbers)) or not made.size:
            raise ValueError("targets must have classes, or a mean and a spread")
        if len(made.mean) != len(made.spread) or not np.isfinite(np.array(numbers, np.float64)).all():
            raise ValueError("each mean needs a spread, and both are numbers")
        if not all(isinstance(each, Class) for each in made.classes) or len(set(made.classes)) < len(made.classes):
            raise ValueError("classes must be different names")
        if not isinstance(made.scheme, str | None):
            raise ValueError("the scheme of labels must be a name")
        return made

    @cached_property
    def _numbers(self) -> dict[Class, int]:
        return {name: number for number, name in enumerate(self.classes)}

    def _number(self, name: Any, where: str) -> int:
        number = self._numbers.get(plain(name))
        if number is None:
            known = ", ".join(brief(str(each)) for each in self.classes[:8]) + " …" * (len(self.classes) > 8)
            raise DataError(
                f"{where}: the answer must be a class that was there in training",
                got=repr(name)[:80],
                hint=f"one of {known}",
            )
        return number

    def _scaled(self, answer: Any, where: str) -> NDArray[np.float32]:
        numbers, width = as_numbers(answer, where), len(self.mean)
        if not _fits(numbers, self):
            rule = f"{where}: the answer must be {width} number{'s' * (width > 1)}" + " a vector" * self.per_vector
            raise DataError(rule, got=repr(answer)[:80], hint="the same form as the training answers")
        rows = numbers.reshape((-1, width) if self.per_vector else (width,))
        scaled: NDArray[np.float32] = ((rows - np.array(self.mean)) / np.array(self.spread)).astype(np.float32)
        return scaled


def plain(name: Any) -> Any:
    """A class of numpy's types as one of Python's."""
    return name.item() if isinstance(name, np.generic) else name


def as_numbers(answer: Any, where: str) -> NDArray[np.float64]:
    """Finite numbers; DataError where there are others or none."""
    try:
        numbers = np.asarray(answer, np.float64)
    except (TypeError, ValueError) as error:
        hint = "numbers, or train classify for classes"
        raise DataError(f"{where}: the answer must be a number", got=repr(answer)[:80], hint=hint) from error
    if not np.isfinite(numbers).all():
        raise DataError(f"{where}: the answer must be finite", got=repr(answer)[:80], hint="leave such items out")
    return numbers


def listed(answer: Any, where: str) -> list[Any]:
    """The answers of one item, one after the other; DataError where there is no list of them."""
    if isinstance(answer, str) or not hasattr(answer, "__iter__"):
        got = repr(answer)[:80]
        raise DataError(f"{where}: the answers must be a list", got=got, hint="one answer a vector: ['B', 'I', 'O']")
    return list(answer)


def _fits(numbers: NDArray[np.float64], targets: Targets) -> bool:
    width = len(targets.mean)
    last = numbers.shape[-1] if numbers.ndim else 1
    if targets.per_vector:
        return numbers.ndim in (1, 2) and (last == width if numbers.ndim == 2 else width == 1)
    return numbers.size == width and numbers.ndim <= 1
