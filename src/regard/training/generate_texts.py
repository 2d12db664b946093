"""Lines of text to train a generator on, to validate it on, to test it on; and the tokenizer they give."""

from array import array
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from regard.data.examples import Examples
from regard.data.files import shown
from regard.data.lines import read_lines
from regard.data.share import share
from regard.errors import DataError
from regard.folder.record import checksum
from regard.inputs.text import Text, default_kind
from regard.inputs.text.normal import normalized
from regard.training.generate_config import GenerateConfig, LinesChoices
from regard.training.progress import Watcher

SAMPLE = 10_000
HELD_OUT = 50_000
"""Most characters at the end of a continuous text that are set aside."""


class TextParts(NamedTuple):
    """The lines to train on, to validate on, and, if any, to test on."""

    train: list[str]
    valid: list[str]
    test: list[str] | None = None


def read_texts(config: GenerateConfig, watcher: Watcher) -> TextParts:
    """The lines of the configuration's files; without validation data a part is set aside and announced."""
    train, valid, test = (
        lines_of(config, files, watcher) if files else None for files in (config.data, config.valid, config.test)
    )
    assert train is not None
    what = "texts, one a line" if config.each_line else "lines of one continuous text"
    watcher.say(f"Read {len(train):,} {what}, from {' and '.join(map(shown, config.data))}.")
    if changed := sum(normalized(line) != line for line in train):
        watcher.say(f"{changed:,} lines have more white space than single spaces between words; it is read as these.")
    if valid is not None:
        return TextParts(train, valid, test)
    return with_validation(train, test, config, watcher)


def with_validation(train: list[str], test: list[str] | None, config: GenerateConfig, watcher: Watcher) -> TextParts:
    """The parts, with the end of a continuous text, or a share of the lines, set aside from training."""
    if config.each_line:
        kept, held = shared(train, config.seed)
        watcher.say(
            f"No validation data was given: {len(held):,} of the lines are set aside for it, chosen by seed "
            f"{config.seed}, and never trained on."
        )
        return TextParts(kept, held, test)
    cut = last_part(train)
    watcher.say(
        f"No validation data was given: the last {len(train) - cut:,} lines are set aside for it and never trained on."
    )
    return TextParts(train[:cut], train[cut:], test)


def shared(lines: list[str], seed: int, count: int | None = None) -> tuple[list[str], list[str]]:
    """The lines without, and with, a seeded share of them. Raises DataError for fewer than 10."""
    kept, held = share(Examples("text", lines, origin="data"), seed, count)
    return list(kept.items), list(held.items)


def last_part(lines: list[str], part: float = 0.1) -> int:
    """Where the last part of a text begins, by characters, and at most 50,000 of them; in whole lines.

    >>> last_part(["a" * 10] * 50)
    45
    """
    if len(lines) < 2:
        rule, hint = "data: a text must have lines to train on and lines to validate on", "--valid FILE of its own"
        raise DataError(rule, got="one line", hint=hint)
    room = min(sum(len(line) + 1 for line in lines) * part, HELD_OUT)
    cut = len(lines) - 1
    room -= len(lines[cut]) + 1
    while cut > 1 and room >= len(lines[cut - 1]) + 1:
        cut -= 1
        room -= len(lines[cut]) + 1
    return cut


def lines_of(choices: LinesChoices, files: list[str], watcher: Watcher) -> list[str]:
    """The lines of files, one after the other; it is said how many blank ones were left out."""
    read = files_of(choices, files)
    if blanks := sum(sum(each.skipped.values()) for each in read):
        watcher.say(f"{blanks:,} blank lines were left out, as chosen.")
    return [line for each in read for line in each.items]


def files_of(choices: LinesChoices, files: list[str]) -> list[Examples]:
    """The lines of each file, and where they stand; blank ones are refused or left out where every line is a text."""
    read = [_file(choices, path) for path in files]
    blanks = sum(sum(each.skipped.values()) for each, _ in read)
    if blanks and choices.blank == "error":
        first = next(first for _, first in read if first)
        hint = "delete them, --blank skip, which drops and counts them, or --each-line false for a continuous text"
        raise DataError(f"{first}: a line that is a text must not be blank", got=f"{blanks:,} blank ones", hint=hint)
    if not any(line.strip() for each, _ in read for line in each.items):
        hint = "check that this is the right file"
        raise DataError(f"{shown(files[0])}: must hold text", got="blank lines alone", hint=hint)
    return [each for each, _ in read]


def _file(choices: LinesChoices, path: str) -> tuple[Examples, str]:
    """The lines of a file without those that are left out, and where the first of these stands."""
    lines, numbers, blanks, first = [], array("Q"), 0, ""
    for number, line in read_lines(path, choices.encoding):
        if choices.each_line and not line.strip():
            blanks, first = blanks + 1, first or f"{shown(path)}:{number}"
        else:
            lines.append(line)
            numbers.append(number)
    skipped = {"blank": blanks} if blanks else {}
    return Examples("text", lines, origin=str(path), lines=numbers, skipped=skipped), first


def text_of(config: LinesChoices, lines: list[str]) -> Text:
    """The user's own tokenizer, or one learned from the lines."""
    if config.tokenizer:
        return Text.from_file(config.tokenizer)
    kind, size = "character", 16_000
    if config.each_line:
        kind, size = default_kind(lines[:: max(1, len(lines) // SAMPLE)], len(lines))
    if config.tokens and config.tokens != kind:
        kind, size = config.tokens, 8_000 if config.tokens in ("bpe", "unigram") else 30_000
    return Text.learn(lines, kind=kind, size=config.vocabulary or size, protected=config.protected)


def fingerprint(config: LinesChoices, parts: TextParts) -> str:
    """A hash of every text that training sees, and of a tokenizer of the user's own."""
    digest = blake2b(digest_size=16)
    for lines in parts[:2]:
        digest.update("\n".join(lines).encode("utf-8", "surrogatepass") + b"\0")
    if config.tokenizer:
        digest.update(checksum(Path(config.tokenizer)).encode())
    return digest.hexdigest()
