"""A pattern of layers: a word for each says whom its self-attention reads, as in `local:64 local:64 global`."""

from dataclasses import fields

from regard.checks import unknown
from regard.errors import OptionError
from regard.networks.reads import Across, Best, Everybody, Local, Longformer, Mixtures, Reads

WORDS: dict[str, type[Reads]] = {
    "global": Everybody,
    "local": Local,
    "longformer": Longformer,
    "strided": Across,
    "top-k": Best,
    "linformer": Mixtures,
}
"""What a word means; numbers behind it, after colons, are those of its class."""


def reads_of(pattern: str, layers: int) -> tuple[Reads, ...]:
    """What each layer reads; a pattern of fewer words begins again after its last.

    Raises OptionError for a word or a number that cannot be, and for more words than layers.

    >>> reads_of("local:8 global", 3)
    (Local(window=8), Everybody(), Local(window=8))
    """
    words = [_read(word) for word in pattern.split()]
    if not words or len(words) > max(layers, 1):
        raise OptionError(
            "pattern: one word for each layer, or fewer, which begin again after the last",
            got=f"{len(words)} words for {layers} layers: {pattern!r}",
            hint="'local local global'",
        )
    return tuple(words[layer % len(words)] for layer in range(layers))


def _read(word: str) -> Reads:
    name, *numbers = word.split(":")
    if name not in WORDS:
        raise unknown("pattern", name, WORDS)
    kind = WORDS[name]
    known = [each.name for each in fields(kind)]
    if len(numbers) > len(known) or not all(each.isdecimal() and 0 < int(each) < 2**31 for each in numbers):
        form = ":".join([name, *(each.upper() for each in known)])
        rule = f"pattern: {name} is written {form}, in whole numbers from 1 on" if known else "pattern: global is alone"
        raise OptionError(rule, got=word, hint=":".join([name, *(str(each.default) for each in fields(kind))]))
    return kind(*map(int, numbers))


def packs(pattern: str) -> bool:
    """Whether texts can stand end to end in one row."""
    return all(_read(word).packs for word in pattern.split())


def all_global(pattern: str) -> bool:
    """Whether every layer reads everybody."""
    return all(isinstance(each, Everybody) for each in map(_read, pattern.split()))
