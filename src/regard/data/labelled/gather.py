"""Rows of text and answer become Examples; what is blank is an error, or counted."""

from array import array
from collections.abc import Iterable
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from regard.data.examples import Examples
from regard.data.files import quoted, shown
from regard.data.pairs import one_of
from regard.errors import DataError

LABEL_HINT = "give exactly one answer for every token; in a text, spaces part tokens"


class Row(NamedTuple):
    """One item: the line where it begins, a text or its tokens, its answer and its group, None where there is none."""

    line: int
    item: str | list[str]
    answer: Any = None
    group: Any = None

    @property
    def blank(self) -> bool:
        """Whether the text or the answer says nothing; an empty list of classes does say something."""
        empty = not self.item.strip() if isinstance(self.item, str) else not self.item
        return empty or (isinstance(self.answer, str) and not self.answer.strip())


def gather(rows: Iterable[Row], path: str | Path, *, blank: str) -> Examples:
    """Examples of kind "text" from the rows of a file.

    A row whose text or answer is blank is an error, raised when all are counted, that names the first; with
    blank="skip" such rows are left out and counted. Raises DataError too if no row is left.
    """
    one_of("blank", blank, ("error", "skip"))
    items: list[str | list[str]] = []
    answers: list[Any] = []
    groups: list[Any] = []
    lines, blanks, first = array("Q"), 0, 0
    for row in rows:
        if row.blank:
            blanks += 1
            first = first or row.line
            continue
        items.append(row.item)
        answers.append(row.answer)
        groups.append(row.group)
        lines.append(row.line)
    if blanks and blank == "error":
        got = f"{blanks:,} of {blanks + len(items):,} items without text or without answer"
        hint = "fill them in, delete these lines, or --blank skip, which drops and counts such items"
        raise DataError(f"{shown(path)}:{first}: text and answer must not be blank", got=got, hint=hint)
    if not items:
        got = f"{blanks:,} blank ones" if blanks else "none"
        raise DataError(f"{shown(path)}: must hold items", got=got, hint="check that this is the right file")
    skipped = {"blank": blanks} if blanks else {}
    return Examples("text", items, _there(answers), _there(groups), str(path), lines, skipped)


def _there(values: list[Any]) -> list[Any] | None:
    """The values, or None where a file holds none: a reader gives one for every row or for no row."""
    return None if values[0] is None else values


def spaced(text: str) -> list[str]:
    """The tokens of a text, between which stand spaces; no other white space parts them.

    >>> spaced("10\\u00a0km  on foot ")
    ['10\\xa0km', 'on', 'foot']
    """
    return [intern(token) for token in text.split(" ") if token]


def in_step(tokens: list[str], answers: list[Any], at: str) -> None:
    """Raises DataError unless there is one answer a token."""
    if tokens and len(tokens) != len(answers):
        got = f"tokens {len(tokens):,}, answers {len(answers):,}; the first token is {quoted(tokens[0])}"
        raise DataError(f"{at}: there must be as many answers as tokens", got=got, hint=LABEL_HINT)
