"""An explanation in words, and as JSON's types."""

from math import isfinite
from typing import Any, NamedTuple

from regard.errors import unknown
from regard.inspect.explain import words_en, words_zh
from regard.inspect.explain.code import CODE
from regard.inspect.explain.steps import Explained, Step, Table

LANGUAGES = {"en": words_en, "zh": words_zh}
DEPTHS = ("plain", "school", "code")
FORMAT = 1


class Told(NamedTuple):
    """What a step says: its name, and a text for each depth."""

    name: str
    plain: str
    school: str
    code: str


def language(lang: str) -> Any:
    """The tables of a language. OptionError for one that is not there."""
    if lang not in LANGUAGES:
        raise unknown("explain: lang", lang, LANGUAGES)
    return LANGUAGES[lang]


def check_depth(depth: str) -> None:
    """OptionError for a depth that is not there."""
    if depth not in DEPTHS:
        raise unknown("explain: depth", depth, DEPTHS)


def told_step(step: Step, lang: str) -> Told:
    """The words of a step, filled in."""
    name, plain, school = language(lang).STEPS[step.key]
    facts = {"plus": "", **step.facts}
    return Told(name, plain.format(**facts), school.format(**facts), CODE[step.key].format(**facts))


def says(lang: str, key: str, **facts: Any) -> str:
    """A sentence of the frame around the steps."""
    text: str = language(lang).SAYS[key]
    return text.format(**facts)


def title(explained: Explained, lang: str) -> str:
    """The title, filled in."""
    text: str = language(lang).TITLES[explained.title]
    return text.format(**explained.facts)


def notes(explained: Explained, lang: str) -> list[str]:
    """What must be known beside the steps."""
    return [language(lang).NOTES[key].format(**facts) for key, facts in explained.notes]


def agreement(step: Step, lang: str) -> str:
    """How far regard's own numbers are from these; empty where there is nothing to compare."""
    if step.difference is None:
        return ""
    difference = f"{step.difference:.1e}"
    if not step.against:
        return says(lang, "same", difference=difference)
    return says(lang, "agrees", against=step.against, difference=difference)


def told(explained: Explained, lang: str) -> dict[str, Any]:
    """Everything in plain lists, texts and numbers; None for NaN and infinity."""
    return {
        "format": FORMAT,
        "lang": lang,
        "title": title(explained, lang),
        "notes": notes(explained, lang),
        "caveat": says(lang, "caveat"),
        "dtype": explained.dtype,
        "difference": _finite(explained.difference),
        "steps": [_step(step, lang) for step in explained.steps],
    }


def _step(step: Step, lang: str) -> dict[str, Any]:
    words = told_step(step, lang)
    return {
        "key": step.key,
        "at": step.at,
        "name": words.name,
        "words": {depth: getattr(words, depth) for depth in DEPTHS},
        "worked": step.worked,
        "against": step.against,
        "difference": _finite(step.difference),
        "tables": [_table(each) for each in step.tables],
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None


def _table(table: Table) -> dict[str, Any]:
    values = [[_finite(number) for number in row] for row in table.values.tolist()]
    hidden = None if table.hidden is None else table.hidden.tolist()
    return {"name": table.name, "rows": table.rows, "columns": table.columns, "values": values, "hidden": hidden}
