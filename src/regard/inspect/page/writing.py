"""Looks as one HTML file that needs nothing else: it asks no network for anything, wherever it is opened."""

import json
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Final

from regard.errors import OptionError
from regard.inspect.labels import shortened, visible
from regard.inspect.page.bundle import script, style
from regard.inspect.page.content import content_of
from regard.inspect.page.keeping import REFUSED, ROOM, room_of
from regard.inspect.page.packing import Blocks
from regard.inspect.page.static import static
from regard.inspect.page.words import words
from regard.inspect.record import Record
from regard.inspect.shades import ON_DARK, ON_PAPER, SIGNED_ON_DARK, SIGNED_ON_PAPER

KINDS: Final = ("look", "compare", "film")
MARGIN = 4_000
SIZE = "{bytes of this file}"
SHADES = {"light": ON_PAPER, "dark": ON_DARK, "signedLight": SIGNED_ON_PAPER, "signedDark": SIGNED_ON_DARK}


def write(
    records: Record | Sequence[Record],
    path: str | Path,
    *,
    language: str = "en",
    kind: str = "look",
    most: int | None = None,
) -> Path:
    """One look, or several, as one HTML file; its path is returned.

    `kind` is `look` (several are then chosen from a list), `compare` (the first two, side by side), or `film` (one
    look for each checkpoint, in order). `language` is `en` or `zh`. The file has at most about 1 MB for 64 vectors and
    10 MB for more, or `most` bytes: where the weights do not fit, they are rounded, then cut to the greatest of each
    row, and the page states by how much; the heads that matter most stay exact.

    OptionError for another kind or language, no look, fewer than two to compare, a folder that is not there, or a file
    of more than 50 MB that `most` did not ask for.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise OptionError("write: the folder of the page must exist", got=str(path), hint=f"mkdir -p {path.parent}")
    text = page([records] if isinstance(records, Record) else list(records), language, kind, most)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def page(records: list[Record], language: str, kind: str, most: int | None = None) -> str:
    """The whole document."""
    _check(records, kind)
    said = words(language)
    room = room_of(records) if most is None else most
    blocks = Blocks()
    blocks.bytes = len((script() + style() + static(records[0], said)).encode()) + len(json.dumps(said)) + MARGIN
    contents = content_of(records, room, blocks)
    data = {
        "version": 1,
        "kind": kind,
        "language": language,
        "words": said,
        "shades": SHADES,
        "budget": {"bytes": SIZE, "room": room, "warn": ROOM["large"]},
        "records": contents,
        "blocks": blocks.described,
    }
    text = _document(records, said, data)
    size = len(text.encode("utf-8"))
    if size > REFUSED and (most is None or size > most):
        raise OptionError(
            f"page: a file of more than {REFUSED:,} bytes is written only when asked for",
            got=f"{size:,} bytes, without the weights that were left out",
            hint=f"look at fewer layers, or ask for it: most={size:,}".replace(",", "_"),
        )
    return text.replace(SIZE, f"{size:,}", 1)


def frame(records: Record | Sequence[Record], *, language: str = "en", kind: str = "look") -> str:
    """The page in a frame of its own, for `_repr_html_`: a notebook's scripts and styles and the page's never meet.

    Below it stands, folded, what the page says without scripts: all that a notebook shows that nobody trusts.
    """
    found = [records] if isinstance(records, Record) else list(records)
    said = words(language)
    inner = escape(page(found, language, kind), quote=True)
    return (
        f'<iframe srcdoc="{inner}" sandbox="allow-scripts allow-downloads allow-modals" title="{escape(said["title"])}"'
        ' width="100%" height="760" style="border:0"></iframe>'
        f"<details><summary>{escape(said['withoutScripts'])}</summary>{static(found[0], said)}</details>"
    )


def policy() -> str:
    """The page's Content-Security-Policy: its one script and style, by their hashes, and nothing from anywhere."""
    return (
        f"default-src 'none'; script-src '{_hash(script())}'; style-src '{_hash(style())}'; img-src data: blob:; "
        "media-src data: blob:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _check(records: list[Record], kind: str) -> None:
    if kind not in KINDS:
        raise OptionError("page: no such kind", got=f"kind={kind!r}", hint=f"one of {', '.join(KINDS)}")
    least = 2 if kind == "compare" else 1
    if len(records) < least:
        raise OptionError(
            f"page: {kind} needs {'two looks' if least == 2 else 'a look'}",
            got=f"{len(records)}",
            hint="give what model.look(item) returned" if least == 1 else "give two looks at the same item",
        )


def _document(records: list[Record], said: dict[str, str], data: dict[str, Any]) -> str:
    title = shortened(visible(records[0].headline.get("input", "")), 60)
    text = json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    language = "zh-CN" if data["language"] == "zh" else data["language"]
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="content-security-policy" content="{policy()}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)} · regard</title>\n<style>{style()}</style>\n</head>\n<body>\n"
        f'<header><h1>regard</h1><p>{escape(said["about"])}</p></header>\n<main id="look"></main>\n'
        f"<noscript>{static(records[0], said)}</noscript>\n"
        f'<script type="application/json" id="data">{text}</script>\n<script>{script()}</script>\n</body>\n</html>\n'
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")
