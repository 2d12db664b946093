"""Script and style of the page: small files of this package, one after the other, as one text each.

The scripts are ES modules, so that a server can send them as they are. A file that is opened from a disk may import
nothing: here each becomes a function with a scope of its own, and its imports take what earlier ones gave.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

SCRIPTS: Final = (
    *("dom", "format", "words", "inflate", "blocks", "colours", "store", "where", "saving", "parts", "keys"),
    *("tinted", "ribbon", "spacing", "lettering", "grid", "judged", "waves", "timeline"),
    *("tokens", "picture", "sound", "series", "graph", "vectors", "thing", "headline", "bar", "window", "matrix"),
    *("normalizers", "recompute", "strip", "whatif", "calculator", "evidence", "atlas", "scrubber", "compare", "film"),
    *("origin", "main"),
)
STYLES: Final = ("base", "bar", "thing", "matrix", "tables", "print")
IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
COMMENT = re.compile(r"^[ ]*(//[^\n]*|/\*\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
INDENT = re.compile(r"^ +", re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?(?:const|function|class) (\w+))", re.MULTILINE)


@cache
def script() -> str:
    """All scripts, as one function that is called at once."""
    parts = "\n".join(_scoped(name, _text(f"{name}.js")) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\nconst modules = {{}};\n{parts}}})();\n'


def _scoped(name: str, text: str) -> str:
    names = ", ".join(found[2] for found in EXPORT.finditer(text))
    body = EXPORT.sub(r"\1", IMPORT.sub(r"const \1 = modules.\2;", COMMENT.sub("", text)))
    return f"modules.{name} = (() => {{\n{INDENT.sub('', body)}return {{ {names} }};\n}})();\n"


@cache
def style() -> str:
    """All styles."""
    return "\n".join(_text(f"{name}.css") for name in STYLES)


def _text(name: str) -> str:
    return files("regard.inspect.page").joinpath("assets", name).read_text(encoding="utf-8")
