"""The chapters' one source, in both languages: text, code with what it prints, commands, exercises.

# English title | 中文标题
:::                     a text in English, `:::` and the same in Chinese, up to the next `:::`
```python  …  ```       code, the same for both; a block ```text behind it holds what it prints
```sh  …  ```           commands to try
::: 0.25                an exercise: its answer, its question in both languages, and code that finds `answer`
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")
BLOCK = re.compile(
    r"^:::(?P<answer>[^\n]*)\n(?P<en>.*?)^:::\n(?P<zh>.*?)^:::\n"
    r"|^```(?P<kind>python|sh|text)\n(?P<body>.*?)^```\n",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Text:
    """A text in both languages."""

    en: str
    zh: str


@dataclass(frozen=True)
class Code:
    """A block of Python, and what it prints."""

    body: str
    output: str = ""


@dataclass(frozen=True)
class Commands:
    """Commands to try."""

    body: str


@dataclass(frozen=True)
class Exercise:
    """A question in both languages, its answer as text, and code that finds it."""

    question: Text
    answer: str
    solution: str = ""


Part = Text | Code | Commands | Exercise


@dataclass(frozen=True)
class Chapter:
    """One chapter: its number, its title in both languages, its parts in order."""

    number: int
    title: Text
    parts: tuple[Part, ...]

    @property
    def exercises(self) -> list[Exercise]:
        """Its exercises, in order."""
        return [part for part in self.parts if isinstance(part, Exercise)]

    @property
    def code(self) -> list[Code]:
        """Its blocks of code, in order."""
        return [part for part in self.parts if isinstance(part, Code)]


def parse(number: int, source: str) -> Chapter:
    """A chapter of its source. ValueError for anything that is none of its blocks."""
    head, _, body = source.partition("\n")
    english, bar, chinese = head.removeprefix("# ").partition(" | ")
    parts: list[Part] = []
    at = 0
    for found in BLOCK.finditer(body):
        if body[at : found.start()].strip() or not bar:
            raise ValueError(f"chapter {number}: no block: {body[at : found.start()].strip()[:60]!r}")
        at = found.end()
        _add(parts, found)
    if body[at:].strip():
        raise ValueError(f"chapter {number}: no block: {body[at:].strip()[:60]!r}")
    return Chapter(number, Text(english, chinese), tuple(parts))


def _add(parts: list[Part], found: re.Match[str]) -> None:
    kind, body, last = found["kind"], found["body"], parts[-1] if parts else None
    if kind is None:
        text, answer = Text(found["en"].strip(), found["zh"].strip()), found["answer"].strip()
        parts.append(Exercise(text, answer) if answer else text)
    elif kind == "text" and isinstance(last, Code):
        parts[-1] = replace(last, output=body)
    elif kind == "python" and isinstance(last, Exercise) and not last.solution:
        parts[-1] = replace(last, solution=body)
    elif kind == "python":
        parts.append(Code(body))
    else:
        parts.append(Commands(body))


def names() -> list[str]:
    """The files of the chapters, in order."""
    return sorted(
        each.name for each in files("regard.inspect.tour").joinpath("chapters").iterdir() if each.name.endswith(".md")
    )


@cache
def chapters() -> tuple[Chapter, ...]:
    """All chapters, in order."""
    folder = files("regard.inspect.tour").joinpath("chapters")
    read = (folder.joinpath(name).read_text(encoding="utf-8") for name in names())
    return tuple(parse(number, source) for number, source in enumerate(read, 1))
