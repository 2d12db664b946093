"""The tokenizers of a translator: learned from its pairs, or the user's own."""

from collections import Counter
from pathlib import Path

from regard.data.pairs import Pairs
from regard.folder.record import checksum
from regard.inputs.text import Text, default_kind, single, spelled
from regard.training.config import TextChoices

SAMPLE = 10_000


def texts(choices: TextChoices, pairs: Pairs) -> tuple[Text, Text]:
    """Source and target tokenizer; one object where they share a vocabulary."""
    own = choices.source_tokenizer, choices.target_tokenizer
    if own[0] and own[1] and checksum(Path(own[0])) == checksum(Path(own[1])):
        source = Text.from_file(own[0])
        return source, source
    joint = _joint(choices, pairs) and not any(own)
    if joint:
        text = _learned(choices, [*pairs.sources, *pairs.targets], len(pairs))
        return text, text
    source = Text.from_file(own[0]) if own[0] else _learned(choices, pairs.sources, len(pairs), pairs.targets)
    target = Text.from_file(own[1]) if own[1] else _learned(choices, pairs.targets, len(pairs), pairs.sources)
    return source, target


def from_spelling(source: Text, target: Text) -> bool:
    """Whether one side is spelled in signs, such as phones, and the other in signs or letters."""
    return "spaced" in (source.kind, target.kind) and {source.kind, target.kind} <= {"spaced", "character"}


def fingerprints(choices: TextChoices) -> dict[str, str]:
    """A hash of each tokenizer file of the user's own, by name; DataError where one cannot be read."""
    found = {}
    for name in ("source_tokenizer", "target_tokenizer"):
        if path := getattr(choices, name):
            Text.from_file(path)
            found[f"{name}_fingerprint"] = checksum(Path(path))
    return found


def _learned(choices: TextChoices, lines: list[str], pairs: int, other: list[str] | None = None) -> Text:
    kind, size = _suitable(_sample(lines), pairs, _sample(other or []))
    if choices.tokens and choices.tokens != kind:
        kind, size = choices.tokens, size if choices.tokens in ("bpe", "unigram") else 30_000
    size = size if choices.vocabulary is None else choices.vocabulary
    return Text.learn(lines, kind=kind, size=size, protected=choices.protected)


def _suitable(lines: list[str], pairs: int, other: list[str]) -> tuple[str, int]:
    """Signs where lines are spelled in them, letters where they are the words that `other` spells."""
    if spelled(lines):
        return "spaced", 16_000
    return ("character", 16_000) if spelled(other) and single(lines) else default_kind(lines, pairs)


def _sample(lines: list[str]) -> list[str]:
    return lines[:: max(1, len(lines) // SAMPLE)]


def _joint(choices: TextChoices, pairs: Pairs) -> bool:
    """One vocabulary where both sides use much the same characters, two fifths of each side's at least.

    None where one side alone is spelled in signs: its letters are not the other's.
    """
    if choices.joint is not None:
        return choices.joint
    samples = _sample(pairs.sources), _sample(pairs.targets)
    if not choices.tokens and spelled(samples[0]) != spelled(samples[1]):
        return False
    sides = [Counter("".join(lines)) for lines in samples]
    letters = [Counter({c: n for c, n in side.items() if c.isalpha()}) for side in sides]
    shared = letters[0].keys() & letters[1].keys()
    return all(sum(side[c] for c in shared) >= 0.4 * max(side.total(), 1) for side in letters)
