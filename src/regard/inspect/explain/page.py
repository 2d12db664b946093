"""An explanation as one HTML file: no script, no network, tables that a screen reader can walk."""

from html import escape

from regard.errors import OptionError
from regard.inspect.document import document
from regard.inspect.explain.steps import Explained, Step, Table
from regard.inspect.explain.telling import agreement, notes, says, title, told_step
from regard.inspect.explain.worked import shown
from regard.inspect.labels import isolated, visible

MOST = 300_000
"""Numbers that a browser shows well in one page: some 16 MB."""
TAGS = {"en": "en", "zh": "zh-CN"}


def page(explained: Explained, lang: str, digits: int) -> str:
    """The page. Every text is escaped; the policy allows this style and nothing else.

    OptionError for more than 300,000 numbers, which few browsers show well.
    """
    count = sum(table.values.size for step in explained.steps for table in step.tables)
    if count > MOST:
        hint = "a shorter item, or save('steps.json'), which holds them all"
        raise OptionError(f"explain: a page holds at most {MOST:,} numbers", got=f"{count:,}", hint=hint)
    facts = {"dtype": explained.dtype, "difference": f"{explained.difference:.1e}"}
    steps = "\n".join(_step(number, step, lang, digits) for number, step in enumerate(explained.steps, 1))
    told = "\n".join(f"<li>{escape(note)}</li>" for note in notes(explained, lang))
    body = f"""<p>{escape(says(lang, "caveat"))}</p>
<p class="soft">{escape(says(lang, "greatest", **facts))}</p>
{f"<ul>{told}</ul>" if told else ""}
{steps}"""
    return document(title(explained, lang), body, TAGS[lang])


def framed(explained: Explained, lang: str, digits: int) -> str:
    """The page within a frame of its own, for a notebook: nothing of it reaches the cells around it."""
    name, inside = escape(title(explained, lang)), escape(page(explained, lang, digits))
    look = "width: 100%; height: 40rem; border: 1px solid; resize: vertical"
    return f'<iframe sandbox title="{name}" style="{look}" srcdoc="{inside}"></iframe>'


def _step(number: int, step: Step, lang: str, digits: int) -> str:
    words = told_step(step, lang)
    place = f" · {says(lang, 'word', at=step.at)}" if step.at else ""
    parts = [f"<section>\n<h2>{number}. {escape(words.name + place)}</h2>"]
    parts += [f"<p>{escape(words.plain)}</p>", f"<p>{escape(words.school)}</p>"]
    parts += ['<div class="tables">', *(_table(table, lang, digits) for table in step.tables), "</div>"]
    if step.worked:
        parts.append(
            f'<p class="soft">{escape(says(lang, "worked"))}: <span class="worked">{escape(step.worked)}</span></p>'
        )
    if told := agreement(step, lang):
        parts.append(f'<p class="soft">{escape(told)}</p>')
    if words.code:
        parts.append(
            f"<details><summary>{escape(says(lang, 'code'))}</summary><pre>{escape(words.code)}</pre></details>"
        )
    return "\n".join([*parts, "</section>"])


def _table(table: Table, lang: str, digits: int) -> str:
    heads = "".join(f'<th scope="col">{_label(each)}</th>' for each in table.columns)
    rows = []
    for place, (label, row) in enumerate(zip(table.rows, table.values.tolist(), strict=True)):
        barred = table.hidden[place].tolist() if table.hidden is not None else [False] * len(row)
        cells = "".join(
            '<td class="hidden">×</td>' if bar else f"<td>{shown(each, digits)}</td>"
            for bar, each in zip(barred, row, strict=True)
        )
        rows.append(f'<tr><th scope="row">{_label(label)}</th>{cells}</tr>')
    note = (
        f' <span class="soft">({escape(says(lang, "hidden"))})</span>'
        if table.hidden is not None and table.hidden.any()
        else ""
    )
    name = escape(visible(table.name).replace("␣", " "))
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{name}"><table>'
        f"<caption>{name}{note}</caption>\n<thead><tr><td></td>{heads}</tr></thead>\n"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _label(text: str) -> str:
    return escape(isolated(visible(text))) if text else ""
