"""`Text`: a learned tokenizer."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from regard.errors import OptionError
from regard.inputs.text.files import damaged, read, write
from regard.inputs.text.foreign import Foreign, read_foreign
from regard.inputs.text.learn import learn
from regard.inputs.text.normal import Span
from regard.inputs.text.plain import Bytes, Whole
from regard.inputs.text.subwords import Subwords
from regard.inputs.text.units import UNITS
from regard.inputs.text.vocabulary import Coder, Vocabulary, shown


class Text:
    """Lines of text as token numbers. Get one from `learn`, `from_file` or `load`.

    Ids 0 to 3 are PAD, UNKNOWN, BEGIN, END. A line that spells "<s>" is ordinary text, never the special.

    Every line is first brought to one form: Unicode NFC, each run of whitespace one space, none at the ends.
    Beyond that nothing is lost: where no token is UNKNOWN, `decode(encode(line))` is the line in that form.

    kind: "word", "spaced", "character", "byte", "bpe" or "unigram" (for a user's WordPiece file, "wordpiece").
    size: the number of ids, the specials included.
    """

    kind: str
    size: int

    def __init__(self, vocabulary: Vocabulary) -> None:
        """ValueError if a user's tokenizer within it cannot be read; MissingError without `tokenizers`."""
        self._vocabulary = vocabulary
        self._coder = _coder(vocabulary)
        self.kind = vocabulary.kind
        self.size = len(self._coder.tokens)

    @classmethod
    def learn(
        cls,
        lines: Iterable[str],
        *,
        kind: str = "bpe",
        size: int = 8000,
        protected: Sequence[str] = (),
        minimum_count: int = 1,
    ) -> "Text":
        """A tokenizer of about `size` ids for these lines. The same lines give the same tokenizer, always.

        word       words (with the space before them), numbers, punctuation marks, symbols; each Chinese,
                   Japanese, Thai, Lao, Khmer or Burmese character is a word. The most frequent are kept
        spaced     what stands between spaces, whatever it is, such as phones. The most frequent are kept
        character  Unicode characters. The most frequent are kept
        byte       the 256 bytes of UTF-8, always all; `size` and `minimum_count` do not matter
        bpe        pieces of words, merged pair by pair; punctuation marks, symbols and digits stand alone,
                   and text without spaces is cut anywhere. A merge needs two occurrences at least
        unigram    the same, with the pieces of a unigram language model

        `.size` tells how many ids there are: fewer than asked for where the text does not support more, and
        more for bpe and unigram where it takes more to hold every character. What occurs less often than
        `minimum_count` is left out (words and characters are UNKNOWN then, pairs are not merged).

        `protected` symbols, say "<date>" or "@@", are always one token; the longest wins where several match.

        OptionError: an unknown kind, a size without room for a single token. DataError: no line holds text.
        MissingError: bpe and unigram without the library `tokenizers`. Cost: all lines are held in memory.
        """
        return cls(learn(lines, kind=kind, size=size, protected=protected, minimum_count=minimum_count))

    @classmethod
    def from_file(cls, path: str | Path) -> "Text":
        """The user's own tokenizer.json, in the format of the library `tokenizers`.

        Its normaliser, splitting and decoder apply, and lines reach it as they are. Its truncation, padding
        and templates do not. Its ids are renumbered. Its specials, known by their usual names (<pad> [PAD],
        <s> [CLS] <bos>, </s> [SEP] <eos> <|endoftext|>, …), and the unknown token that its model names,
        become our four; all others follow from 4 on, in their order. A special spelled out in a line is
        ordinary text, or UNKNOWN where the file's model has only one way to read it.

        DataError: not such a file. MissingError: without the library `tokenizers`.
        """
        return cls(read_foreign(Path(path)))

    def encode(self, line: str) -> list[int]:
        """The ids of one line, without BEGIN and END; none for a blank line. DataError: a lone surrogate."""
        return self._coder.encode([line])[0]

    def encode_batch(self, lines: Sequence[str]) -> list[list[int]]:
        """`encode` for many lines."""
        return self._coder.encode(lines)

    def decode(self, ids: Sequence[int]) -> str:
        """The text as a person writes it, without specials, with "⁇" for UNKNOWN.

        OptionError: an id out of range.
        """
        ids = list(map(int, ids))
        for id in ids:
            self._check(id)
        return self._coder.decode(ids)

    def pieces(self, line: str) -> list[str]:
        """How each token of the line is displayed; "▁" stands for a space."""
        return [shown(self._coder.tokens[id]) for id in self.encode(line)]

    def spans(self, line: str) -> list[Span]:
        """For each token, where it starts and ends in `line`, in characters, without the space before it.

        A byte has the span of its character. What NFC composes or reorders has the span of the whole.
        """
        return self._coder.spans(line)

    def token(self, id: int) -> str:
        """How one id is displayed: "▁world", "<unk>". OptionError: out of range."""
        self._check(id)
        return shown(self._coder.tokens[id])

    def save(self, path: Path) -> None:
        """Write one JSON file."""
        write(self._vocabulary, Path(path))

    @classmethod
    def load(cls, path: Path) -> "Text":
        """What `save` wrote: the same ids. FolderError if the file is missing or damaged in any way."""
        path = Path(path)
        vocabulary = read(path)
        try:
            return cls(vocabulary)
        except ValueError as error:
            raise damaged(path, error) from error

    def __repr__(self) -> str:
        return f"Text(kind={self.kind!r}, size={self.size})"

    def _check(self, id: int) -> None:
        if not 0 <= id < self.size:
            raise OptionError(
                "Text: an id must be in the vocabulary",
                got=f"{id}",
                hint=f"0 to {self.size - 1}; were these ids made by another tokenizer?",
            )


def _coder(vocabulary: Vocabulary) -> Coder:
    if vocabulary.tokenizer:
        return Foreign(vocabulary)
    if vocabulary.kind == "byte":
        return Bytes(vocabulary)
    return (Whole if vocabulary.kind in UNITS else Subwords)(vocabulary)
