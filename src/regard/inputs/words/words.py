"""`TextInput`: each word as its number and the numbers of its character features."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from regard.errors import DataError
from regard.inputs.base import Encoded
from regard.inputs.text.normal import normalized
from regard.inputs.text.units import words
from regard.inputs.text.vocabulary import UNKNOWN
from regard.inputs.words.letters import features_of

FIRST = 2
"""The numbers below are 0, no word, and 1, a word that is not in the vocabulary."""


@dataclass(frozen=True, kw_only=True)
class TextOptions:
    """How text becomes numbers.

    Attributes:
        vocabulary: most words that have a vector of their own.
        features: most character features; 0 is none, and then a word never seen is only unknown.
        minimum_count: how often a feature or a word must be seen in training to be known.
    """

    vocabulary: int = 50_000
    features: int = 60_000
    minimum_count: int = 2


class TextInput:
    """Words and punctuation marks of a text, or the words of a list as they are.

    A word is one number of `words` and as many of `features` as it has known character features (`letters.py`).
    Words that training saw once have no number of their own: their letters speak for them. With `given` words, whose
    vectors somebody has learned elsewhere, a second number says which of those it is, as it stands or in lower case.

    >>> text = TextInput.learn(["ran home", "ran away", "run"], TextOptions())
    >>> text.names("She ran.")
    ['She', 'ran', '.']
    >>> text.encode("She ran", "here").values[:, 0].tolist()
    [1, 2]
    """

    kind: ClassVar[str] = "text"

    def __init__(
        self,
        options: TextOptions,
        known_words: Sequence[str],
        known_features: Sequence[str],
        given_words: Sequence[str] = (),
        given_size: int = 0,
    ) -> None:
        self.options, self.given_size = options, given_size
        self._words = {word: number for number, word in enumerate(known_words, FIRST)}
        self._features = {feature: number for number, feature in enumerate(known_features, 1)}
        self._given = {word: number for number, word in enumerate(given_words, 1)}
        self._rows: dict[str, list[int]] = {}

    @property
    def given(self) -> int:
        """How many different numbers of given words there are, 0 among them; 0 where none are given."""
        return 1 + len(self._given) if self._given else 0

    @property
    def vocabulary(self) -> set[str]:
        """The words of the training data that a vector may be given for: as they stand, and in lower case."""
        return self._words.keys() | {word.lower() for word in self._words}

    @property
    def words(self) -> int:
        """How many different word numbers there are."""
        return FIRST + len(self._words)

    @property
    def features(self) -> int:
        """How many different feature numbers there are, 0 among them."""
        return 1 + len(self._features)

    @classmethod
    def learn(cls, items: Sequence[str | Sequence[str]], options: TextOptions) -> "TextInput":
        """The words and character features that occur often enough in the items, the most frequent first."""
        counts: Counter[str] = Counter()
        for index, item in enumerate(items):
            counts.update(cut(item, f"item {index + 1}"))
        letters: Counter[str] = Counter()
        if options.features:
            for word, count in counts.items():
                letters.update(dict.fromkeys(features_of(word), count))
        known = _frequent(counts, options.vocabulary, options.minimum_count)
        return cls(options, known, _frequent(letters, options.features, options.minimum_count))

    @property
    def covered(self) -> int:
        """How many of the words with a number of their own have a given vector, too."""
        return sum(word in self._given or word.lower() in self._given for word in self._words)

    def with_given(self, words: Sequence[str], size: int) -> "TextInput":
        """The same, with words whose vectors of this size are given."""
        return TextInput(self.options, [*self._words], [*self._features], words, size)

    def encode(self, item: str | Sequence[str], where: str) -> Encoded:
        """Numbers (n, c): the word's own, that of its given vector if any are given, its features', then zeros."""
        rows = [self._row(word) for word in cut(item, where)]
        values = np.zeros((len(rows), max(map(len, rows))), np.int32)
        for place, row in enumerate(rows):
            values[place, : len(row)] = row
        return Encoded(values)

    def augmented(self, encoded: Encoded, random: np.random.Generator) -> Encoded:
        """The same: words are dropped where they are embedded."""
        return encoded

    def names(self, item: str | Sequence[str]) -> list[str]:
        """The words."""
        return cut(item, "text")

    def shown(self, item: str | Sequence[str]) -> dict[str, NDArray[Any]]:
        """Nothing: words are drawn as they are called."""
        return {}

    def to_json(self) -> dict[str, Any]:
        """The options and the vocabularies."""
        known = {"options": asdict(self.options), "words": [*self._words], "features": [*self._features]}
        return {**known, "given": [*self._given], "given_size": self.given_size} if self._given else known

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "TextInput":
        """What `to_json` gave."""
        record = {"given": [], "given_size": 0, **record}
        for name in ("words", "features", "given"):
            if not all(isinstance(each, str) for each in record[name]):
                raise TypeError(f"{name} must be texts")
        if not isinstance(record["given_size"], int):
            raise TypeError("given_size must be a whole number")
        known = (record["words"], record["features"], record["given"], record["given_size"])
        return cls(TextOptions(**record["options"]), *known)

    def _row(self, word: str) -> list[int]:
        row = self._rows.get(word)
        if row is None:
            known = (self._features.get(feature, 0) for feature in features_of(word)) if self._features else ()
            given = [self._given.get(word, self._given.get(word.lower(), 0))] if self._given else []
            row = [self._words.get(word, UNKNOWN), *given, *(number for number in known if number)]
            if len(self._rows) < 500_000:
                self._rows[word] = row
        return row


def cut(item: str | Sequence[str], where: str) -> list[str]:
    """The words of a text, or of a list, each in Unicode NFC; DataError where there are none or they are no text.

    >>> cut("It's  nice, isn't it?", "here")
    ['It', "'", 's', 'nice', ',', 'isn', "'", 't', 'it', '?']
    """
    if isinstance(item, str):
        found = [word.strip() for word in words(normalized(item)) if word.strip()]
    else:
        found = [_word(word, where) for word in item]
    if not found:
        raise DataError(f"{where}: a text must have words", got=repr(item)[:60], hint="leave blank texts out")
    return found


def _word(word: object, where: str) -> str:
    if not isinstance(word, str) or not (found := normalized(word)):
        got = repr(word)[:60] if isinstance(word, str) else f"{repr(word)[:60]}, a {type(word).__name__}"
        raise DataError(f"{where}: every token must be a text that is not blank", got=got, hint="['New', 'York']")
    return found


def _frequent(counts: Counter[str], most: int, least: int) -> list[str]:
    ranked: Iterable[tuple[int, str]] = sorted((-count, name) for name, count in counts.items() if count >= least)
    return [name for _, name in list(ranked)[:most]]
