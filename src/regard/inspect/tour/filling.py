"""The chapters' source with what their code prints written into it: for whoever changes a chapter."""

from pathlib import Path

from regard.inspect.tour.running import run
from regard.inspect.tour.source import BLOCK, parse


def fill(source: str, number: int) -> str:
    """The source, each block of code followed by what it prints here."""
    ran = run(parse(number, source))
    parts, at, exercise = [], 0, False
    for found in BLOCK.finditer(source):
        parts.append(source[at : found.start()])
        at = found.end()
        if found["kind"] is None:
            exercise = bool(found["answer"].strip())
        if found["kind"] == "text":
            continue
        parts.append(found[0])
        if found["kind"] == "python" and not exercise and (out := next(ran).printed.rstrip()):
            parts.append("```text\n" + "".join(f"{line.rstrip()}\n" for line in out.splitlines()) + "```\n")
    return "".join([*parts, source[at:]])


def fill_all(folder: Path) -> list[str]:
    """Fills every chapter in a folder; the names of those that changed."""
    changed = []
    for number, path in enumerate(sorted(folder.glob("*.md")), 1):
        before = path.read_text(encoding="utf-8")
        after = fill(before, number)
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(path.name)
    return changed
