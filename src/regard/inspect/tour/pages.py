"""A chapter as Markdown for docs/, as a notebook, and the list of all."""

from typing import Any

from regard.inspect.tour.source import Chapter, Code, Commands, Exercise, Part, Text, chapters

SAYS = {
    "en": {
        "try": "Try these",
        "exercises": "Exercises",
        "solution": "A way there",
        "check": "Check yourself: `regard tour {chapter} --exercise {number} --answer YOURS`",
        "made": "Made from src/regard/inspect/tour/chapters by `regard tour --docs docs/tour`: do not edit here.",
        "tour": "A tour of attention",
        "about": (
            "Twelve short chapters in the order in which the field found things out. Every number is printed by the "
            "code above it, which the tests run. In the terminal: `regard tour 1`; as a notebook: "
            "`regard tour 1 --notebook one.ipynb`. Nothing is needed but `pip install '.[cli]'` in a clone of regard."
        ),
        "glossary": "Glossary",
        "other": "[中文]({file})",
        "chapter": "Chapter {number}",
        "next": "Next: ",
        "term": "term",
        "meaning": "what it means",
    },
    "zh": {
        "try": "动手试试",
        "exercises": "练习",
        "solution": "一种做法",
        "check": "自己核对：`regard tour {chapter} --exercise {number} --answer 你的答案`",
        "made": "由 src/regard/inspect/tour/chapters 经 `regard tour --docs docs/tour` 生成，请勿在此修改。",
        "tour": "注意力机制导览",
        "about": (
            "十二个短章，按这个领域一步步发现的顺序排列。每个数都由它上面的代码打印，而这些代码由测试运行。"
            "在终端里：`regard tour 1 --lang zh`；做成笔记本：`regard tour 1 --lang zh --notebook one.ipynb`。"
            "只需在 regard 的副本里运行 `pip install '.[cli]'`。"
        ),
        "glossary": "术语表",
        "other": "[English]({file})",
        "chapter": "第 {number} 章",
        "next": "下一章：",
        "term": "术语",
        "meaning": "含义",
    },
}
SUFFIX = {"en": ".md", "zh": ".zh-CN.md"}


def title(chapter: Chapter, lang: str) -> str:
    """`3. Self-attention`."""
    return f"{chapter.number}. {getattr(chapter.title, lang)}"


def markdown(chapter: Chapter, lang: str) -> str:
    """The chapter without a frame: headings, texts, code with what it prints, commands, exercises."""
    lines = [f"# {title(chapter, lang)}", ""]
    for part in chapter.parts:
        lines += [*_shown(part, chapter, lang), ""]
    return "\n".join(lines)


def page(chapter: Chapter, lang: str) -> str:
    """The chapter as a page of docs/tour: marked as made, with links to the other language and the next chapter."""
    says, other = SAYS[lang], "zh" if lang == "en" else "en"
    links = [says["other"].format(file=file_name(chapter, other)), f"[{says['tour']}](README{SUFFIX[lang]})"]
    if chapter.number < len(chapters()):
        after = chapters()[chapter.number]
        links.append(f"{says['next']}[{title(after, lang)}]({file_name(after, lang)})")
    return f"<!-- {says['made']} -->\n\n{markdown(chapter, lang)}\n{' · '.join(links)}\n"


def index(lang: str) -> str:
    """The list of all chapters."""
    says, other = SAYS[lang], "zh" if lang == "en" else "en"
    rows = [f"{each.number}. [{getattr(each.title, lang)}]({file_name(each, lang)})" for each in chapters()]
    last = f"[{says['glossary']}](glossary{SUFFIX[lang]}) · {says['other'].format(file='README' + SUFFIX[other])}"
    return "\n".join([f"<!-- {says['made']} -->\n", f"# {says['tour']}\n", says["about"], "", *rows, "", last, ""])


def file_name(chapter: Chapter, lang: str) -> str:
    """`03-self-attention.md`."""
    name = "-".join("".join(c if c.isalnum() else " " for c in chapter.title.en.casefold()).split())
    return f"{chapter.number:02}-{name}{SUFFIX[lang]}"


def _shown(part: Part, chapter: Chapter, lang: str) -> list[str]:
    says = SAYS[lang]
    match part:
        case Text():
            return [getattr(part, lang)]
        case Code(body, output):
            # ```py, because the pages' code is run by the tour's own tests, in one process
            return ["```py", body.rstrip(), "```", *(["", "```text", output.rstrip(), "```"] if output.strip() else [])]
        case Commands(body):
            return [f"## {says['try']}", "", "```sh", body.rstrip(), "```"]
        case Exercise():
            number = chapter.exercises.index(part) + 1
            lead = [f"## {says['exercises']}", ""] if number == 1 else []
            asked = f"{number}. {getattr(part.question, lang)}"
            told = [
                "",
                f"<details><summary>{says['solution']}</summary>",
                "",
                "```py",
                part.solution.rstrip(),
                "```",
                "",
                "</details>",
            ]
            return [*lead, asked, "", says["check"].format(chapter=chapter.number, number=number), *told]


def notebook(chapter: Chapter, lang: str) -> dict[str, Any]:
    """The chapter as a notebook of nbformat 4.5: texts and code with what it prints, and a cell for each answer."""
    cells: list[dict[str, Any]] = [_cell("markdown", f"# {title(chapter, lang)}", 0)]
    for part in chapter.parts:
        match part:
            case Code(body, output):
                cells.append(_cell("code", body, len(cells), output))
            case Exercise():
                number = chapter.exercises.index(part) + 1
                cells.append(_cell("markdown", f"**{number}.** {getattr(part.question, lang)}", len(cells)))
                cells.append(_cell("code", _asking(chapter.number, number), len(cells)))
            case _:
                cells.append(_cell("markdown", "\n".join(_shown(part, chapter, lang)), len(cells)))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


def _asking(chapter: int, number: int) -> str:
    return f"from regard.inspect.tour import check\n\nanswer = ...\ncheck({chapter}, {number}, answer)"


def _cell(kind: str, body: str, place: int, output: str = "") -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{place}", "metadata": {}, "source": _kept(body.rstrip())}
    if kind == "code":
        told = {"name": "stdout", "output_type": "stream", "text": _kept(output)}
        cell |= {"execution_count": None, "outputs": [told] if output.strip() else []}
    return cell


def _kept(text: str) -> list[str]:
    return text.splitlines(keepends=True)
