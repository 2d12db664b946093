"""Texts and answers from JSON lines: one object on every line."""

from pathlib import Path

from regard.data.examples import Examples
from regard.data.labelled.gather import gather
from regard.data.labelled.values import Wanted, agree, rows_of
from regard.data.strict_json import json_objects
from regard.data.tables import Column

HINT = 'write one object a line: {"text": "…", "label": "…"}'


def read_labelled_jsonl(
    path: str | Path,
    *,
    x: Column = None,
    y: Column = None,
    groups: Column = None,
    tokens: bool = False,
    answered: bool = True,
    encoding: str = "utf-8",
    blank: str = "error",
) -> Examples:
    """Texts, answers and groups from keys of one JSON object a line; other keys may hold anything.

    A text is a string or a list of tokens. An answer is a string, a number, a boolean or a list of them, kept as
    it is: a list holds several classes or, with `tokens`, one answer a token. x alone reads texts without answers;
    without x the keys are the usual names of the first object (see usual.py).
    Raises DataError with path and line for what is no JSON, no object, lacks a key, has a key twice, or holds
    something of another kind. About 5 s for a million lines.
    """
    wanted = Wanted(x, y, groups, tokens, answered)
    found = gather(rows_of(json_objects(path, encoding, HINT), path, wanted), path, blank=blank)
    return found if tokens else agree(found)
