"""`StoryInput`: each sentence as the numbers of its words, and how long ago it was told; the question comes last."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from regard.data.items import Story
from regard.errors import DataError, OptionError
from regard.inputs.base import Encoded
from regard.inputs.batch import stacked
from regard.inputs.learning import first_of, item_name
from regard.inputs.text.normal import normalized
from regard.inputs.text.units import words

UNKNOWN = 1
FIRST = 2
"""Word number 0 is none, 1 one that training never saw."""


@dataclass(frozen=True, kw_only=True)
class StoryOptions:
    """How stories are read.

    Attributes:
        vocabulary: most words that have a number of their own.
        sentences: how many of a story's sentences are read, the last ones.
        gaps: share of a story's sentences that training may find missing: so many empty places, at random, make what
            comes before them older, so that ages mean a little less.
    """

    vocabulary: int = 50_000
    sentences: int = 50
    gaps: float = 0.1

    def __post_init__(self) -> None:
        """Raises OptionError for a number that makes no sense."""
        for name in ("vocabulary", "sentences"):
            if not isinstance(value := getattr(self, name), int) or value < 1:
                raise OptionError(f"{name}: must be at least 1", got=str(value), hint="50")
        if not 0 <= self.gaps <= 1:
            raise OptionError("gaps: must be from 0 to 1", got=str(self.gaps), hint="0.1")


class StoryInput:
    """Sentences and the question after them: words in lower case, without punctuation marks.

    Numbers (n, w): a row for each sentence that is read, the question last, zeros behind its words. `cells` (n, 1)
    tell how many sentences ago each was told, counted from 1; the question has 0. Random ages in training as in
    Sukhbaatar et al. 2015, arXiv 1503.08895, section 4.1.

    >>> story = Story(("Mary went home.", "John slept."), "Where is Mary?")
    >>> given = StoryInput.learn([story], StoryOptions())
    >>> encoded = given.encode(story, "here")
    >>> encoded.values.tolist(), encoded.cells[:, 0].tolist()
    ([[2, 7, 3], [5, 6, 0], [8, 4, 2]], [2, 1, 0])
    """

    kind: ClassVar[str] = "story"

    def __init__(self, options: StoryOptions, known: Sequence[str], longest: int) -> None:
        self.options, self.longest = options, longest
        self._words = {word: number for number, word in enumerate(known, FIRST)}

    @property
    def features(self) -> int:
        """How many different word numbers there are, 0 and 1 among them."""
        return FIRST + len(self._words)

    @classmethod
    def learn(cls, items: Sequence[Any], options: StoryOptions) -> "StoryInput":
        """The words of the items, the most frequent first, and how many sentences the longest story has."""
        first_of(items, cls.kind)
        counts: Counter[str] = Counter()
        longest = 0
        for index, item in enumerate(items):
            story = as_story(item, item_name(index))
            longest = max(longest, len(story.sentences))
            for text in (*story.sentences[-options.sentences :], story.question):
                counts.update(words_of(text, item_name(index)))
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        return cls(options, ranked[: options.vocabulary], longest)

    def encode(self, item: Any, where: str) -> Encoded:
        """Word numbers (n, w) and ages (n, 1). Raises DataError unless the item is a story whose texts have words."""
        texts = self._read(as_story(item, where))
        rows = [[self._words.get(word, UNKNOWN) for word in words_of(text, where)] for text in texts]
        values = stacked([np.array(row, np.int32) for row in rows])
        return Encoded(values, cells=np.arange(len(rows) - 1, -1, -1)[:, None])

    def augmented(self, encoded: Encoded, random: np.random.Generator) -> Encoded:
        """The same sentences in the same order, some of them older."""
        sentences = len(encoded) - 1
        most = -(-sentences * self.options.gaps // 1)
        if not most or encoded.cells is None:
            return encoded
        places = sentences + int(random.integers(0, int(most), endpoint=True))
        ages = np.sort(random.permutation(places)[:sentences] + 1)[::-1]
        ages = np.minimum(ages, self.options.sentences)
        return replace(encoded, cells=np.concatenate((ages, [0]))[:, None])

    def names(self, item: Any) -> list[str]:
        """The sentences that are read, and the question."""
        return self._read(as_story(item, "story"))

    def shown(self, item: Any) -> dict[str, NDArray[Any]]:
        """Nothing: sentences are drawn as they are called."""
        return {}

    def numbers_of(self, answers: Sequence[Any]) -> tuple[int, ...]:
        """For each answer the number of the word that it is; 0 where it is no word of the stories."""
        return tuple(self._words.get(str(each).lower(), 0) for each in answers)

    def to_json(self) -> dict[str, Any]:
        """The options, the vocabulary, and the length of the longest story."""
        return {"options": asdict(self.options), "words": [*self._words], "longest": self.longest}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "StoryInput":
        """What `to_json` gave; KeyError, TypeError or ValueError where the record cannot be that."""
        known, longest = record["words"], record["longest"]
        if not isinstance(known, list) or not all(isinstance(word, str) for word in known):
            raise TypeError("words must be texts")
        if len({*known}) < len(known) or not isinstance(longest, int):
            raise ValueError("words must be different ones, and the longest story a whole number of sentences")
        return cls(StoryOptions(**record["options"]), known, longest)

    def _read(self, story: Story) -> list[str]:
        """The last sentences, and the question."""
        return [*story.sentences[-self.options.sentences :], story.question]


def as_story(item: Any, where: str) -> Story:
    """The item, be it a pair of sentences and a question. Raises DataError for anything else."""
    if isinstance(item, Story):
        return item
    pair = isinstance(item, tuple | list) and len(item) == 2
    if not pair or isinstance(item[0], str) or not hasattr(item[0], "__iter__"):
        got = f"{type(item).__name__} {item!r}"[:60]
        hint = '(["Mary went home.", "John slept."], "Where is Mary?")'
        raise DataError(f"{where}: a story is sentences and a question", got=got, hint=hint)
    return Story((*item[0],), item[1])


def words_of(text: Any, where: str) -> list[str]:
    """The words of a sentence in lower case; of one that is punctuation marks alone, these.

    >>> words_of("Mary went home, didn't she?", "here")
    ['mary', 'went', 'home', 'didn', 't', 'she']
    """
    if not isinstance(text, str):
        got = f"{type(text).__name__} {text!r}"[:60]
        raise DataError(f"{where}: sentences and questions must be texts", got=got, hint='"Mary went home."')
    found = [word.strip() for word in words(normalized(text.lower())) if word.strip()]
    if not found:
        raise DataError(f"{where}: a sentence must have words", got=repr(text)[:60], hint="leave blank ones out")
    return [word for word in found if any(map(str.isalnum, word))] or found
