"""A tokenizer that the user brings: a tokenizer.json as the library `tokenizers` writes it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from regard.data.files import shown
from regard.errors import DataError
from regard.inputs.text.library import library
from regard.inputs.text.normal import Span, checked
from regard.inputs.text.vocabulary import BEGIN, END, PAD, SPECIALS, UNKNOWN, UNKNOWN_AS_TEXT, Vocabulary

KIND_OF_MODEL = {"BPE": "bpe", "Unigram": "unigram", "WordLevel": "word", "WordPiece": "wordpiece"}

_NAMES = {
    UNKNOWN: ("<unk>", "[UNK]"),
    PAD: ("<pad>", "[PAD]", "<|pad|>"),
    END: ("</s>", "[SEP]", "<eos>", "[EOS]", "<|end_of_text|>", "<|endoftext|>"),
    BEGIN: ("<s>", "[CLS]", "<bos>", "[BOS]", "<|begin_of_text|>", "<|startoftext|>"),
}


def read_foreign(path: Path) -> Vocabulary:
    """A user's file as a vocabulary; DataError where it is no tokenizer.json."""
    try:
        text = path.read_text(encoding="utf-8")
        model = json.loads(text)["model"]
        kind = KIND_OF_MODEL[str(model["type"])]
    except (OSError, ValueError, RecursionError, LookupError, TypeError) as error:
        raise _unreadable(path, error) from error
    vocabulary = Vocabulary(kind, tokenizer=text)
    try:
        Foreign(vocabulary)
    except ValueError as error:
        raise _unreadable(path, error) from error
    return vocabulary


def _unreadable(path: Path, error: BaseException) -> DataError:
    kinds = ", ".join(KIND_OF_MODEL)
    return DataError(
        f"{path}: must be a tokenizer.json of the library tokenizers, its model one of {kinds}",
        got=f"{type(error).__name__}: {shown(' '.join(str(error).split())[:200])}",
        hint="save it with tokenizer.save('tokenizer.json') and pass that file",
    )


class Foreign:
    """Their ids become ours: their specials the four, all other tokens 4, 5, … in the order of their ids."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._tokenizer = tokenizer = _opened(vocabulary.tokenizer)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = True  # a special that is written out in a text is text
        theirs = tokenizer.get_vocab(with_added_tokens=True)
        roles = _roles(theirs, json.loads(vocabulary.tokenizer)["model"])
        by_id = sorted(theirs, key=lambda token: (theirs[token], token))
        others = [token for token in by_id if theirs[token] not in roles]
        self._ours = {theirs[token]: id for id, token in enumerate(others, len(SPECIALS))}
        # Where a model reads one of them in ordinary text, the text is UNKNOWN, never the special.
        self._ours |= dict.fromkeys(roles, UNKNOWN)
        self.tokens = (*SPECIALS, *others)

    def encode(self, lines: Sequence[str]) -> list[list[int]]:
        return [[self._ours[id] for id in encoding.ids] for encoding in self._read(lines)]

    def spans(self, line: str) -> list[Span]:
        (encoding,) = self._read([line])
        return [_trimmed(line, start, end) for start, end in encoding.offsets]

    def decode(self, ids: Sequence[int]) -> str:
        known = (*SPECIALS[:UNKNOWN], UNKNOWN_AS_TEXT, *self.tokens[UNKNOWN + 1 :])
        tokens = [known[id] for id in ids if id == UNKNOWN or id > END]
        decoder = self._tokenizer.decoder
        return str(decoder.decode(tokens)) if decoder else " ".join(tokens)

    def _read(self, lines: Sequence[str]) -> Any:
        texts = list(map(checked, lines))
        try:
            return self._tokenizer.encode_batch(texts, add_special_tokens=False)
        except Exception as error:  # the library has no finer one
            raise DataError(
                "text: the tokenizer file must be able to read every line",
                got=str(error),
                hint="give the tokenizer an unknown token",
            ) from error


def _opened(text: str) -> Any:
    """The library's tokenizer; ValueError where it refuses, or breaks on, the file."""
    tokenizers = library()
    try:
        return tokenizers.Tokenizer.from_str(text)
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise ValueError(str(error)) from error  # a panic of the library is no Exception


def _roles(theirs: dict[str, int], model: dict[str, Any]) -> dict[int, int]:
    """Their ids of the specials -> ours: the unknown token that their model names, else the usual names."""
    named = model.get("unk_token")
    if isinstance(model.get("unk_id"), int):
        named = model["vocab"][model["unk_id"]][0]
    roles: dict[int, int] = {}
    for ours, names in _NAMES.items():
        candidates = ((named,) if ours == UNKNOWN and named else ()) + names
        found = [theirs[name] for name in candidates if name in theirs and theirs[name] not in roles]
        if found:
            roles[found[0]] = ours
    return roles


def _trimmed(line: str, start: int, end: int) -> Span:
    while end - start > 1 and line[start].isspace():
        start += 1
    return start, end
