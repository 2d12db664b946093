"""The tasks: what is read, what is to be answered, and what a length counts."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from regard.data.synthetic.listops import FEWEST, expression, value
from regard.errors import OptionError

ASKED = "?"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How long items are and what they are made of.

    Attributes:
        shortest, longest: bounds of an item's length, both included; every length between is as likely, but for
            ListOps, whose grammar decides.
        symbols: different symbols to copy, reverse and sort, and different keys to recall.
        depth, arguments: of ListOps, operators within operators, and arguments of one, at the most.
    """

    shortest: int = 8
    longest: int = 16
    symbols: int = 26
    depth: int = 10
    arguments: int = 10

    def __post_init__(self) -> None:
        """Raises OptionError for what cannot be."""
        if not 1 <= self.shortest <= self.longest:
            rule, got = "lengths: from 1 on, the shortest first", f"{self.shortest} to {self.longest}"
            raise OptionError(rule, got=got, hint="--shortest 8 --length 16")
        for name, least in (("symbols", 2), ("depth", 1), ("arguments", 2)):
            if getattr(self, name) < least:
                got = str(getattr(self, name))
                raise OptionError(f"{name}: at least {least}", got=got, hint=f"leave --{name} out")


Drawn = tuple[list[str], list[str]]
"""Words that are read, and words that are the answer."""


class Task(NamedTuple):
    """What a task is: the kind of training it asks for, its words for people, and how an item is drawn."""

    kind: str
    what: str
    counts: str
    draw: Callable[[Random, Sizes], Drawn]


def name_of(number: int) -> str:
    """A symbol's name, the shorter and earlier in the alphabet the smaller its number.

    >>> [name_of(number) for number in (0, 25, 26, 27, 701, 702)]
    ['a', 'z', 'aa', 'ab', 'zz', 'aaa']
    """
    name = ""
    while number >= 0:
        name = LETTERS[number % 26] + name
        number = number // 26 - 1
    return name


def _symbols(random: Random, sizes: Sizes) -> list[int]:
    return [int(sizes.symbols * random.random()) for _ in range(_length(random, sizes))]


def _length(random: Random, sizes: Sizes) -> int:
    return sizes.shortest + int((sizes.longest - sizes.shortest + 1) * random.random())


def _copy(random: Random, sizes: Sizes) -> Drawn:
    read = [*map(name_of, _symbols(random, sizes))]
    return read, read


def _reverse(random: Random, sizes: Sizes) -> Drawn:
    read = [*map(name_of, _symbols(random, sizes))]
    return read, read[::-1]


def _sort(random: Random, sizes: Sizes) -> Drawn:
    numbers = _symbols(random, sizes)
    return [*map(name_of, numbers)], [*map(name_of, sorted(numbers))]


def _recall(random: Random, sizes: Sizes) -> Drawn:
    """Keys are dealt without being put back, so that each has one value."""
    if sizes.longest > sizes.symbols:
        got = f"{sizes.longest} keys of {sizes.symbols} symbols"
        raise OptionError("recall: every key of an item is another", got=got, hint=f"--symbols {sizes.longest}")
    deck, keys = [*range(sizes.symbols)], []
    for _ in range(_length(random, sizes)):
        place = int(len(deck) * random.random())
        deck[place], deck[-1] = deck[-1], deck[place]
        keys.append(name_of(deck.pop()))
    values = [str(int(10 * random.random())) for _ in keys]
    asked = int(len(keys) * random.random())
    pairs = [word for pair in zip(keys, values, strict=True) for word in pair]
    return [*pairs, ASKED, keys[asked]], [values[asked]]


def _listops(random: Random, sizes: Sizes) -> Drawn:
    if sizes.longest < FEWEST:
        raise OptionError(f"listops: at least {FEWEST} tokens", got=str(sizes.longest), hint="--length 50")
    tokens = expression(random, (sizes.shortest, sizes.longest), sizes.depth, sizes.arguments)
    return tokens, [str(value(tokens))]


TASKS = {
    "copy": Task("translate", "write down what was read", "symbols", _copy),
    "reverse": Task("translate", "write it down from the end to the beginning", "symbols", _reverse),
    "sort": Task("translate", "write it down in order, a before z before aa", "symbols", _sort),
    "recall": Task("classify", "pairs of a key and a digit, then a key: which digit was its", "pairs", _recall),
    "listops": Task("classify", "lists of digits within lists: which digit do they come to", "tokens", _listops),
}
