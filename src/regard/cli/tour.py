"""`regard tour [N]`: twelve short chapters on attention, in the terminal, as notebooks, as pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from regard.cli.flags import check_cli, parse
from regard.errors import OptionError, nearest

if TYPE_CHECKING:
    from rich.console import Console

    from regard.inspect.tour.source import Chapter

GLOSSARY = "glossary"
SAYS = {
    "en": {
        "list": "regard tour N shows a chapter; regard tour glossary the words of the field.",
        "same": "Run here: all {count} blocks print what the chapter says.",
        "right": "Right.",
        "wrong": "Not yet. The chapter has what it takes; its page in docs/tour shows a way.",
    },
    "zh": {
        "list": "regard tour N 显示一章；regard tour glossary 显示术语表。",
        "same": "已在本机运行：{count} 段代码的输出都与正文一致。",
        "right": "正确。",
        "wrong": "还不对。本章的内容足以得出答案；docs/tour 里的同一章给出了一种做法。",
    },
}


@dataclass(kw_only=True)
class TourConfig:
    """The flags of `regard tour`."""

    chapter: str = ""
    """number of a chapter, or glossary; else the list of all"""
    lang: str = "en"
    """language: en or zh"""
    run: bool = False
    """run the chapter's code here and compare what it prints"""
    exercise: int = 0
    """number of an exercise to check an answer to"""
    answer: str | None = None
    """the answer to it"""
    notebook: str | None = None
    """write the chapter as a notebook to this .ipynb file"""
    docs: str | None = None
    """write all pages, in both languages, into this folder"""


def run(words: Sequence[str]) -> int:
    """Shows, checks, writes."""
    check_cli("tour")
    config = parse("tour", TourConfig, words, ["chapter"], "A tour of attention: numbers that are computed, not told.")
    from rich.console import Console

    if config.lang not in SAYS:
        hint = nearest(config.lang, SAYS)
        raise OptionError("regard tour: --lang: no such language", got=repr(config.lang), hint=hint)
    console = Console(highlight=False)
    if config.docs is not None:
        from regard.inspect.tour.writing import write_docs

        print(f"{write_docs(Path(config.docs))} pages in {config.docs}")
        return 0
    if config.chapter in ("", GLOSSARY):
        _refuse(config)
        _overview(console, config)
        return 0
    return _of_chapter(console, config, _chosen(config.chapter))


def _refuse(config: TourConfig) -> None:
    """An error for flags that need a chapter."""
    idle = [f"--{name}" for name in ("run", "exercise", "answer", "notebook") if getattr(config, name)]
    if idle:
        raise OptionError("regard tour: these need a chapter", got=", ".join(idle), hint=f"regard tour 1 {idle[0]}")


def _chosen(text: str) -> "Chapter":
    from regard.inspect.tour.source import chapters

    if not text.isdecimal() or not 1 <= int(text) <= len(chapters()):
        hint = f"a number from 1 to {len(chapters())}, or {GLOSSARY}"
        raise OptionError("regard tour: no such chapter", got=repr(text), hint=hint)
    return chapters()[int(text) - 1]


def _overview(console: "Console", config: TourConfig) -> None:
    """The list of the chapters, or the glossary."""
    from rich.table import Table
    from rich.text import Text

    from regard.inspect.tour.glossary import terms
    from regard.inspect.tour.pages import title
    from regard.inspect.tour.source import chapters

    if config.chapter == GLOSSARY:
        grid = Table(box=None, show_header=False, pad_edge=False)
        for row in terms(config.lang):
            grid.add_row(*map(Text, row))
        console.print(grid)
        return
    for chapter in chapters():
        console.print(title(chapter, config.lang), markup=False)
    console.print(SAYS[config.lang]["list"], markup=False)


def _of_chapter(console: "Console", config: TourConfig, chapter: "Chapter") -> int:
    from regard.inspect.tour.exercises import is_right
    from regard.inspect.tour.writing import write_notebook

    says = SAYS[config.lang]
    if config.exercise or config.answer is not None:
        if not config.exercise or config.answer is None:
            hint = f"regard tour {chapter.number} --exercise 1 --answer 0.5"
            raise OptionError("regard tour: an answer is checked with its exercise", got="one of the two", hint=hint)
        right = is_right(chapter.number, config.exercise, config.answer)
        print(says["right"] if right else says["wrong"])
        return 0
    if config.notebook is not None:
        print(f"saved {write_notebook(chapter, config.lang, Path(config.notebook))}")
        return 0
    if config.run:
        return _run_here(chapter, says)
    _show(console, chapter, config.lang)
    return 0


def _run_here(chapter: "Chapter", says: dict[str, str]) -> int:
    """Runs the code; 0 if all of it prints what the chapter says, else 1, and what it printed."""
    from regard.inspect.tour.running import run as run_code

    ran = list(run_code(chapter))
    for number, block in enumerate(ran, 1):
        if not block.same:
            print(f"block {number}\n{block.printed}")
    if all(block.same for block in ran):
        print(says["same"].format(count=len(ran)))
        return 0
    return 1


def _show(console: "Console", chapter: "Chapter", lang: str) -> None:
    """The chapter: texts as Markdown, code, and what it prints."""
    from rich.markdown import Markdown
    from rich.padding import Padding
    from rich.syntax import Syntax
    from rich.text import Text

    from regard.inspect.tour.pages import SAYS as FRAME
    from regard.inspect.tour.pages import title
    from regard.inspect.tour.source import Code, Commands, Exercise

    console.print(Text(title(chapter, lang), style="bold"))
    for part in chapter.parts:
        console.print()
        if isinstance(part, Code):
            console.print(
                Padding(Syntax(part.body.rstrip(), "python", background_color="default", word_wrap=True), (0, 2))
            )
            if part.output:
                console.print()
                for line in part.output.rstrip().splitlines():
                    console.print(Text("  " + line, no_wrap=True, overflow="ignore"), soft_wrap=True)
        elif isinstance(part, Commands):
            console.print(Text(FRAME[lang]["try"], style="bold"))
            console.print(Text(part.body.rstrip()), soft_wrap=True)
        elif isinstance(part, Exercise):
            number = chapter.exercises.index(part) + 1
            if number == 1:
                console.print(Text(FRAME[lang]["exercises"], style="bold"))
            console.print(Markdown(f"{number}. {getattr(part.question, lang)}"))
            told = FRAME[lang]["check"].format(chapter=chapter.number, number=number).replace("`", "")
            console.print(Text(f"   {told}", style="dim"), soft_wrap=True)
        else:
            console.print(Markdown(getattr(part, lang)))
