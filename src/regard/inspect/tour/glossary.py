"""The words of the field in both languages, each with one sentence: glossary.txt, a line a term."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from regard.inspect.tour.pages import SAYS


class Term(NamedTuple):
    """A term, and what it means, in English and Chinese."""

    en: str
    zh: str
    means: str
    meaning: str


@cache
def every() -> tuple[Term, ...]:
    """All terms, in the order of the tour."""
    text = files("regard.inspect.tour").joinpath("glossary.txt").read_text(encoding="utf-8")
    return tuple(Term(*(part.strip() for part in line.split("|"))) for line in text.splitlines())


def terms(lang: str) -> list[tuple[str, str, str]]:
    """The term in this language, in the other, and what it means: English by the alphabet, Chinese as the tour goes."""
    if lang == "zh":
        return [(each.zh, each.en, each.meaning) for each in every()]
    return sorted(((each.en, each.zh, each.means) for each in every()), key=lambda row: row[0].casefold())


def markdown(lang: str) -> str:
    """The glossary as a table."""
    says = SAYS[lang]
    heads = f"| {says['term']} | {'中文' if lang == 'en' else 'English'} | {says['meaning']} |"
    rows = [f"| {own} | {other} | {means} |" for own, other, means in terms(lang)]
    return "\n".join([f"# {says['glossary']}", "", heads, "| --- | --- | --- |", *rows, ""])
