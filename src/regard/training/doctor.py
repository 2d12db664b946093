"""The data doctor before a training: what cannot be learned from is refused, what is odd is told in a line."""

from collections.abc import Mapping

from regard.data.doctor import Finding, examine
from regard.data.examples import Examples
from regard.data.item_pairs import AnyPairs
from regard.errors import DataError
from regard.training.progress import Watcher

MOST_ITEMS = 1_000_000
"""Items of all parts that are looked at unasked, in some 10 s; of more, `strict` and `regard check` look at all."""


def examined(
    parts: Mapping[str, Examples | AnyPairs | None], watcher: Watcher, *, strict: bool, answer: str | None = None
) -> None:
    """Looks at what a training will read; `answer` is label, classify or regress, None for pairs.

    Raises DataError for the first finding that stops; with `strict`, too, for the first that warns.
    """
    there = {name: part for name, part in parts.items() if part is not None}
    if not strict and sum(map(len, there.values())) > MOST_ITEMS:
        watcher.say(f"The data were not looked at, being over {MOST_ITEMS:,} items: regard check does so.")
        return
    findings = examine(there, answer=answer)
    stops, warnings = ([each for each in findings if each.severity == grave] for grave in ("stop", "warn"))
    if stops or (strict and warnings):
        raise _refused(stops or warnings)
    if warnings:
        more = f"{len(warnings):,} warnings, the first: " if len(warnings) > 1 else "a warning: "
        watcher.say(f"Looked at the data: {more}{warnings[0].text}. regard check shows all; --strict refuses.")


def _refused(findings: list[Finding]) -> DataError:
    """The error for these findings, of which there is at least one."""
    first, more = findings[0], len(findings) - 1
    got = "; ".join(first.where) or f"a finding that says {first.severity}"
    got += f"; and {more:,} more such finding{'s' * (more > 1)}" if more else ""
    return DataError(first.text, got=got, hint=f"{first.hint}; regard check, with the same data, shows all")
