"""Texts to learn a generator from: how much there is of them, and characters that only other parts have."""

from collections.abc import Iterator, Mapping, Sequence
from unicodedata import normalize

from regard.data.doctor.copies import copies
from regard.data.doctor.finding import MOST_PLACES, Finding, of, places
from regard.data.doctor.lengths import counts
from regard.data.doctor.texts import texts
from regard.data.examples import Examples
from regard.data.files import shown
from regard.data.split import FEWEST

LONG = 40
"""Characters from which on a line of a continuous text is not the same as another by chance."""

Files = Mapping[str, Sequence[Examples]]


def examine_lines(parts: Files, each_line: bool, longest: int | None = None) -> list[Finding]:
    """What there is to say about a generator's texts, by the names of parts: the lines of each of their files.

    `each_line` says that every line is a text of its own, `longest` a limit in words whose effect is told then.
    """
    named = {called: file for name, files in parts.items() for called, file in _named(name, files)}
    findings: list[Finding] = []
    for name, file in named.items():
        findings += counts(name, file, longest) if each_line else [_size(name, file)]
        findings += [*texts(name, file), *_spaced(name, file)]
    findings += [*_short(parts, each_line), *_new(parts)]
    return [*findings, *copies(named if each_line else {f"{name}, long lines": _long(named[name]) for name in named})]


def _named(name: str, files: Sequence[Examples]) -> Iterator[tuple[str, Examples]]:
    """Each file of a part, by the part's name, with its own where there are several."""
    for number, file in enumerate(files, 1):
        yield (name if len(files) == 1 else f"{name} {number} ({shown(file.origin)})"), file


def _size(name: str, file: Examples) -> Finding:
    characters = sum(map(len, file.items)) + len(file)
    return Finding("note", f"{name}: {len(file):,} lines of one text, {characters:,} characters with line ends")


def _spaced(name: str, file: Examples) -> Iterator[Finding]:
    wide = [index for index, line in enumerate(file.items) if " ".join(line.split()) != line.strip()]
    if wide:
        text = f"{name}: {of(len(wide), file, 'lines')} have more white space than single spaces between words"
        yield Finding("note", text, places(file, wide), "it is read as single spaces")


def _short(parts: Files, each_line: bool) -> Iterator[Finding]:
    """Too few lines to set some of them aside."""
    name, files = next(iter(parts.items()))
    count = sum(map(len, files))
    if "valid" not in parts and count < (FEWEST if each_line else 2):
        lines = f"{count:,} line{'s' * (count != 1)}"
        yield Finding("stop", f"{name}: {lines} leave none to validate on", (), "--valid FILE of its own")


def _new(parts: Files) -> Iterator[Finding]:
    """Characters of the first part, and those that other parts have and it has not."""
    (first, learned), *others = parts.items()
    known = set[str]().union(*(_characters(line) for file in learned for line in file.items))
    yield Finding("note", f"{first}: {len(known):,} different characters besides white space")
    for name, files in others:
        for called, file in _named(name, files):
            new = {index: lacking for index, line in enumerate(file.items) if (lacking := _characters(line) - known)}
            if new:
                every = sorted(set[str]().union(*new.values()))
                listed = " ".join(map(ascii, every[:MOST_PLACES]))
                text = f"{called}: characters that are not in {first}, {len(every):,} of them: {listed}"
                yield Finding("warn", text, places(file, new), "a model tells them as unknown; --tokens byte knows all")


def _characters(line: str) -> set[str]:
    return set("".join(normalize("NFC", line).split()))


def _long(file: Examples) -> Examples:
    return file.take([index for index, line in enumerate(file.items) if len(line) >= LONG])
