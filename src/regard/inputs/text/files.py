"""A vocabulary as one JSON file, and back with every doubt."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from regard.errors import FolderError
from regard.inputs.text.foreign import KIND_OF_MODEL
from regard.inputs.text.vocabulary import KINDS, Vocabulary

FORMAT, VERSION = "regard text", 1


def write(vocabulary: Vocabulary, path: Path) -> None:
    """UTF-8, one key a line; the same vocabulary gives the same bytes."""
    data = {"format": FORMAT, "version": VERSION, **asdict(vocabulary)}
    entries = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in data.items())
    body = ",\n".join(entries)
    path.write_bytes(f"{{\n{body}\n}}\n".encode())


def read(path: Path) -> Vocabulary:
    """FolderError, naming the file, for anything that `write` would not have written."""
    try:
        return _vocabulary(json.loads(path.read_bytes().decode()))
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> FolderError:
    """The error for a file that cannot be what `write` wrote."""
    return FolderError(
        f"{path}: must be a text tokenizer as Text.save writes it",
        got=" ".join(str(error).split())[:200],
        hint="restore the file from a copy, or train the model again",
    )


def _vocabulary(data: Any) -> Vocabulary:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f'no key "format" that says "{FORMAT}"')
    if data.get("version") != VERSION:
        raise ValueError(f"format version {data.get('version')!r}, but this regard reads version {VERSION}")
    vocabulary = Vocabulary(
        kind=_value(data, "kind", "a string", _is_text),
        protected=tuple(_value(data, "protected", "a list of strings", _list_of(_is_text))),
        tokens=tuple(_value(data, "tokens", "a list of strings", _list_of(_is_text))),
        merges=tuple(map(tuple, _value(data, "merges", "a list of pairs of strings", _list_of(_is_pair)))),
        scores=tuple(_value(data, "scores", "a list of finite numbers", _list_of(_is_number))),
        tokenizer=_value(data, "tokenizer", "a string", _is_text),
    )
    (_check_foreign if vocabulary.tokenizer else _check_own)(vocabulary)
    return vocabulary


def _value(data: dict[str, Any], name: str, expected: str, good: Callable[[Any], bool]) -> Any:
    if name not in data:
        raise ValueError(f'the key "{name}" is missing')
    if not good(data[name]):
        raise ValueError(f'"{name}" is not {expected}')
    return data[name]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_text, value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _list_of(good: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(good, value))


def _check_own(vocabulary: Vocabulary) -> None:
    kind, tokens = vocabulary.kind, vocabulary.all_tokens
    if kind not in KINDS:
        raise ValueError(f'"kind" is {kind!r}, none of {", ".join(KINDS)}')
    known: set[str] = set()
    for token in tokens:
        if not token or token in known:
            raise ValueError(f"the token {token!r} stands there twice" if token else "a token is empty")
        known.add(token)
    for left, right in vocabulary.merges:
        if not known.issuperset((left, right, left + right)):
            raise ValueError(f"the merge of {left!r} and {right!r} is out of range of the tokens")
    expected = {
        "tokens": kind != "byte" or not vocabulary.tokens,
        "merges": kind == "bpe" or not vocabulary.merges,
        "scores": len(vocabulary.scores) == (len(vocabulary.tokens) if kind == "unigram" else 0),
    }
    for name, fits in expected.items():
        if not fits:
            raise ValueError(f'"{name}" has {len(getattr(vocabulary, name))} entries, wrong for {kind}')


def _check_foreign(vocabulary: Vocabulary) -> None:
    if vocabulary.kind not in KIND_OF_MODEL.values():
        raise ValueError(f'"kind" is {vocabulary.kind!r}, none of {", ".join(KIND_OF_MODEL.values())}')
    if vocabulary.all_tokens[4:]:
        raise ValueError('"tokens" must be empty beside a "tokenizer"')
