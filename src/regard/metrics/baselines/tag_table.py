"""The most frequent tag of every word: what labelling is without any context."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from regard.errors import DataError
from regard.metrics.tags import check_tags


@dataclass(frozen=True)
class TagTable:
    """A tag for every word that was seen, one for its lower-case form, and one for all others.

    Attributes:
        words: the tag of each word.
        lowercase: the tag of each word in lower case, for those not seen as they are written.
        other: the tag of what is not seen at all.
    """

    name: ClassVar[str] = "most frequent tag per word"
    words: dict[str, Any]
    lowercase: dict[str, Any]
    other: Any

    def predict(self, items: Sequence[Sequence[str]]) -> list[list[Any]]:
        """A tag for every word of every item."""
        return [[self._tag(word) for word in item] for item in items]

    def _tag(self, word: str) -> Any:
        if word in self.words:
            return self.words[word]
        return self.lowercase.get(word.lower(), self.other)


def most_frequent_tag(items: Sequence[Sequence[str]], answers: Sequence[Sequence[Any]]) -> TagTable:
    """The table of training items, lists of words, and their tags; of equally frequent tags the one seen first.

    A tag of None is none and counts nowhere. DataError where an item has not one tag for every word, or nothing
    has a tag. Two seconds for ten million words.

    >>> most_frequent_tag([["The", "can", "can"]], [["DET", "AUX", "VERB"]]).predict([["the", "can", "leaks"]])
    [['DET', 'AUX', 'DET']]
    """
    check_tags("most frequent tag", items, answers)
    counts: dict[str, Counter[Any]] = defaultdict(Counter)
    for words, tags in zip(items, answers, strict=True):
        for word, tag in zip(words, tags, strict=True):
            if tag is not None:
                counts[word][tag] += 1
    if not counts:
        hint = "give labelled training items"
        raise DataError("most frequent tag: needs words with tags", got="none at all", hint=hint)
    lowercase: dict[str, Counter[Any]] = defaultdict(Counter)
    for word, tags_of_word in counts.items():
        lowercase[word.lower()].update(tags_of_word)
    return TagTable(_first(counts.items()), _first(lowercase.items()), _most(sum(lowercase.values(), Counter())))


def _first(counts: Iterable[tuple[str, Counter[Any]]]) -> dict[str, Any]:
    return {word: _most(tags) for word, tags in counts}


def _most(tags: Counter[Any]) -> Any:
    return tags.most_common(1)[0][0]
