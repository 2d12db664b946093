"""Lines into a vocabulary."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from regard.errors import DataError, OptionError, nearest
from regard.inputs.text.library import library
from regard.inputs.text.normal import normalized
from regard.inputs.text.plain import splitter
from regard.inputs.text.units import SUBWORD_UNITS, UNITS, cutter, opened
from regard.inputs.text.vocabulary import KINDS, SPECIALS, Vocabulary

# For training only, and only a run of more than 1,000 characters without a space is cut: the time grows with
# its square, and the library's unigram trainer overflows the stack at a million.
_STRETCHES = re.compile("(?: ?[^ ]{1,1000}(?= |$))+| ?[^ ]{1,1000}| ")


def learn(lines: Iterable[str], *, kind: str, size: int, protected: Sequence[str], minimum_count: int) -> Vocabulary:
    """See `Text.learn`."""
    if isinstance(lines, str) or isinstance(protected, str):
        name = "lines" if isinstance(lines, str) else "protected"
        raise OptionError(f"Text.learn: {name} is a list of strings", got="one string", hint="put it in a list")
    symbols = _symbols(protected)
    smallest = len(SPECIALS) + len(symbols) + 1
    _check(kind=kind, size=size, smallest=smallest, minimum_count=minimum_count)
    texts = [text for text in map(normalized, lines) if text]
    if not texts:
        raise DataError(
            "Text.learn: at least one line must hold text",
            got="none that does",
            hint="check the file or column",
        )
    if kind == "byte":
        return Vocabulary(kind, symbols)
    room = size - smallest + 1
    if kind in UNITS:
        return Vocabulary(kind, symbols, _frequent(texts, kind, symbols, room, minimum_count))
    parts = _parts(texts, symbols, minimum_count)
    return (_bpe if kind == "bpe" else _unigram)(parts, symbols, room, minimum_count)


def _symbols(protected: Sequence[str]) -> tuple[str, ...]:
    symbols = tuple(dict.fromkeys(map(normalized, protected)))
    for symbol in symbols:
        if not symbol or symbol in SPECIALS:
            raise OptionError(
                f"Text.learn: a protected symbol holds text and is none of {' '.join(SPECIALS)}",
                got=repr(symbol),
                hint="leave it out, or write it differently in the data and here",
            )
    return symbols


def _check(*, kind: str, size: int, smallest: int, minimum_count: int) -> None:
    if kind not in KINDS:
        raise OptionError("Text.learn: unknown kind of text", got=repr(kind), hint=nearest(kind, KINDS))
    if size < smallest:
        raise OptionError(
            "Text.learn: the size has room for the specials, the protected symbols and one token more",
            got=f"size={size}",
            hint=f"size={smallest} or more",
        )
    if minimum_count < 1:
        raise OptionError(
            "Text.learn: minimum_count counts occurrences",
            got=f"minimum_count={minimum_count}",
            hint="1 or more",
        )


def _frequent(
    texts: Iterable[str], kind: str, symbols: Sequence[str], room: int, minimum_count: int
) -> tuple[str, ...]:
    """The most frequent words or characters, the most frequent first, equals in alphabetical order."""
    split, taken, first = splitter(kind, symbols), set(symbols), UNITS[kind][1]
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(split(opened(text, symbols, first) if first else text))
    if first and symbols:
        counts[" "] = max(minimum_count, *counts.values())  # the space before a protected symbol, whether seen or not
    ranked = sorted((-count, token) for token, count in counts.items() if token not in taken)
    return tuple(token for count, token in ranked if -count >= minimum_count)[:room]


def _parts(texts: list[str], symbols: Sequence[str], minimum_count: int) -> list[str]:
    """The texts, cut at protected symbols, at characters rarer than `minimum_count`, in endless words."""
    cut = cutter(symbols)
    parts = [part for text in texts for part in cut(opened(text, symbols))[::2] if part]
    counts: Counter[str] = Counter()
    if minimum_count > 1:
        for part in parts:
            counts.update(part)
    rare = "".join(re.escape(character) for character, count in counts.items() if count < minimum_count)
    if rare:
        parts = [piece for part in parts for piece in re.split(f"[{rare}]", part) if piece]
    return [piece for part in parts for piece in _STRETCHES.findall(part)] or [" "]


def _bpe(parts: list[str], symbols: tuple[str, ...], room: int, minimum_count: int) -> Vocabulary:
    tokenizers = library()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=room,
        min_frequency=max(2, minimum_count),  # a pair that was seen once is no evidence
        initial_alphabet=[" "],
        show_progress=False,
    )
    model = _trained(tokenizers.models.BPE(), trainer, parts)
    tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
    merges = tuple((left, right) for left, right in model["merges"])
    return Vocabulary("bpe", symbols, tuple(tokens), merges=merges)


def _unigram(parts: list[str], symbols: tuple[str, ...], room: int, minimum_count: int) -> Vocabulary:
    tokenizers = library()
    alphabet = len({" "}.union(*parts))
    trainer = tokenizers.trainers.UnigramTrainer(
        vocab_size=max(room, alphabet + 1),  # below that its pruning never ends
        initial_alphabet=[" "],
        show_progress=False,
    )
    model = _trained(tokenizers.models.Unigram(), trainer, parts)
    ranked = sorted(_steady(dict(model["vocab"])), key=lambda piece: (-piece[1], piece[0]))
    return Vocabulary(
        "unigram",
        symbols,
        tuple(piece for piece, _ in ranked),
        scores=tuple(score for _, score in ranked),
    )


def _steady(scores: dict[str, float]) -> Iterator[tuple[str, float]]:
    """The pieces with scores that do not depend on the order in which the library went through a hash table.

    That order differs from run to run. It moves the scores by some 1e-11 (they are rounded to 1e-4), and it
    hands out the scores of the characters that are only there for completeness: those get the lowest one.
    """
    lowest = min(scores.values())
    completing = lowest + 1e-4 * sum(len(piece) == 1 for piece in scores)
    for piece, score in scores.items():
        yield piece, round(lowest if len(piece) == 1 and score <= completing else score, 4)


def _trained(model: object, trainer: object, parts: list[str]) -> Any:
    """The model after training, as the library writes it to JSON."""
    tokenizers = library()
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split(tokenizers.Regex(SUBWORD_UNITS), "isolated")
    tokenizer.train_from_iterator(parts, trainer)
    return json.loads(tokenizer.to_str())["model"]
