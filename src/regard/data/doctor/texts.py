"""Characters that somebody did not mean: what is left of wrong decoding, and what nobody can see."""

import re
from collections.abc import Iterator
from typing import Any

from regard.data.doctor.finding import Finding, Severity, of, places
from regard.data.examples import Examples

ODD: dict[str, tuple[re.Pattern[str], Severity, str]] = {
    "control characters": (re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"), "warn", "remove them: tr -d '\\000-\\010'"),
    "the sign of what could not be decoded, U+FFFD": (
        re.compile("\ufffd"),
        "warn",
        "decode the file again: --encoding",
    ),
    "UTF-8 that was read as latin-1": (re.compile("[\u00c3\u00c2][\u0080-\u00bf]"), "warn", "decode the file again"),
    "invisible characters": (re.compile("[\u00ad\u200b\u2060\ufeff\u2028\u2029]"), "note", "remove them"),
    "white space at an end": (re.compile(r"\A\s|\s\Z"), "note", "strip them"),
}
"""What is odd in a text: where it shows, how grave it is, and what to do."""

ANY = re.compile("|".join(pattern.pattern for pattern, _, _ in ODD.values()))


def texts(name: str, part: Examples) -> Iterator[Finding]:
    """A finding for each sort of odd characters that texts hold."""
    if part.kind != "text":
        return
    every = ((index, _whole(item)) for index, item in enumerate(part.items))
    odd = [(index, text) for index, text in every if not _plain(text) and ANY.search(text)]
    for what, (pattern, severity, hint) in ODD.items():
        found = [index for index, text in odd if pattern.search(text)]
        if found:
            verb = "has" if len(found) == 1 else "have"
            text = f"{name}: {of(len(found), part)} {verb} {what}"
            yield Finding(severity, text, places(part, found), hint)


def _plain(text: str) -> bool:
    """Quick: whether a text is printable ASCII without white space at its ends, in which nothing can be odd."""
    return text.isascii() and text.isprintable() and text[:1] != " " != text[-1:]


def _whole(item: Any) -> str:
    return item if isinstance(item, str) else "x".join(item)
