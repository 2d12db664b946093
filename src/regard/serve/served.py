"""A model that is served: what every kind of it offers to the worker and to those who ask."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

from torch import nn

from regard.data.strict_json import text_of
from regard.errors import DataError, nearest
from regard.memory.giving import Model
from regard.serve.choices import Choices, fitted
from regard.serve.items import item_of, name_of
from regard.serve.limits import Limits
from regard.serve.refusals import Refusal, too_large, unfit

Record = dict[str, Any]


class Ready(NamedTuple):
    """Items as the model reads them, and how many tokens or vectors each has."""

    items: Sequence[Any]
    lengths: Sequence[int]


class Computes(Protocol):
    """What the worker's thread asks: a model that is served, or its memory."""

    def ready(self, verb: str, asked: Any, items: Sequence[Any]) -> Ready:
        """See `Served`."""
        ...

    def answers(self, verb: str, asked: Any, ready: Ready) -> list[Record]:
        """See `Served`."""
        ...


class Remembers(Computes, Protocol):
    """A model's memory, as the routes see it; remembering.py is one."""

    verbs: tuple[str, ...]

    def told(self) -> Record:
        """What `GET /models` says of it."""
        ...

    def items(self, body: Any) -> Sequence[Any]:
        """What a request is about, of the right form."""
        ...

    def wanted(self, body: Any) -> Any:
        """What a request chose, checked and hashable."""
        ...


class Served:
    """A model under its folder's name. `ready`, `answers` and `streamed` are called by the worker's thread alone.

    Attributes:
        kind: of model, as `regard train` calls it.
        input: of items, one of `data.items.KINDS`.
        verbs: what may be asked of it.
        model: what answers.
        choosing: the choices that its answers know.
        network: all of its parameters.
        stopping: the part of it that is called at each step of its computations.
        remembering: its memory, if it was given one.
    """

    kind: str
    input: str
    verbs: tuple[str, ...]
    choosing: ClassVar[type[Choices]]
    model: Model
    network: nn.Module
    stopping: nn.Module

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.remembering: Remembers | None = None

    @property
    def does(self) -> tuple[str, ...]:
        """What may be asked of it and of its memory."""
        return self.verbs + (() if self.remembering is None else self.remembering.verbs)

    @property
    def parameters(self) -> int:
        """How many numbers it has learned."""
        return sum(each.numel() for each in self.network.parameters())

    def told(self) -> Record:
        """What `GET /models` says of it beside its name and kind."""
        raise NotImplementedError

    def example(self) -> Any:
        """An item that it can read."""
        raise NotImplementedError

    def wanted(self, verb: str, body: Any) -> Any:
        """What a request chose, checked and hashable: requests that want the same may be computed together."""
        raise NotImplementedError

    def ready(self, verb: str, asked: Any, items: Sequence[Any]) -> Ready:
        """The items, read; `asked` is what `wanted` gave.

        Raises RegardError for an item that cannot be read, Refusal for one that is too long.
        """
        raise NotImplementedError

    def answers(self, verb: str, asked: Any, ready: Ready) -> list[Record]:
        """A record for each item, of one request or of several that want the same."""
        raise NotImplementedError

    def streamed(self, asked: Any, item: str) -> Iterator[tuple[str, Record]]:
        """Events with their names, the last of them `done`."""
        raise NotImplementedError

    def choices(self, given: dict[str, Any]) -> Any:
        """The named choices of a request, each of its type."""
        return fitted(self.choosing, given, "choices")

    def items(self, given: Sequence[Any]) -> list[Any]:
        """The items of a request's JSON. Raises DataError for one of another form."""
        found = [item_of(self.input, each, name_of(index)) for index, each in enumerate(given)]
        if self.input == "text":
            for index, item in enumerate(found):
                self._check_characters(item, name_of(index))
        return found

    def targets(self, given: Sequence[str]) -> list[str]:
        """Targets of a request, none of them too long."""
        found = [text_of(target, "the target", name_of(index)) for index, target in enumerate(given)]
        for index, target in enumerate(found):
            self._check_characters(target, name_of(index))
        return found

    def check(self, verb: str) -> None:
        """Raises Refusal unless the model does that."""
        if verb not in self.does:
            hint = nearest(verb, (f"/{each}" for each in self.does))
            raise unfit(f"/{verb} is nothing that a model of kind {self.kind} does", self.name, hint)

    def measured(self, lengths: Sequence[int]) -> None:
        """Raises Refusal for an item, or for items together, of more tokens or vectors than are borne."""
        for index, length in enumerate(lengths):
            if length > self.limits.length:
                self._too_long(name_of(index), length)
        if sum(lengths) > self.limits.total:
            got = f"{sum(lengths):,} in {len(lengths):,} items"
            raise too_large("--total", self.limits.total, got, "tokens or vectors", "ask in several requests")

    def _too_long(self, where: str, length: int) -> None:
        got = f"{length:,} in {where.removeprefix('request, ')}"
        raise too_large("--length", self.limits.length, got, "tokens or vectors an item", "break it into parts")

    def _check_characters(self, item: str | list[str], where: str) -> None:
        count = len(item) if isinstance(item, str) else sum(map(len, item))
        if count > self.limits.characters:
            got = f"{count:,} in {where.removeprefix('request, ')}"
            most, hint = self.limits.characters, "break it into sentences"
            raise too_large("16 × --length", most, got, "characters a text", hint)


def texts(given: Sequence[Any]) -> list[str]:
    """The items. Raises DataError for a list of words among them."""
    for index, each in enumerate(given):
        if not isinstance(each, str):
            got, hint = f"a list of {len(each)}", "give the whole text as one"
            raise DataError(f"{name_of(index)}: must be a text", got=got, hint=hint)
    return list(given)


def found(models: dict[str, Served], name: str | None) -> Served:
    """The model of this name, or the only one."""
    if name is None and len(models) == 1:
        return next(iter(models.values()))
    if name is None:
        got = f"no name, and {len(models)} models"
        raise Refusal(422, "request: needs model", got=got, hint=f'"model": one of {", ".join(models)}')
    if name not in models:
        raise Refusal(404, "request: no such model", got=repr(name)[:80], hint=nearest(name[:80], models))
    return models[name]
