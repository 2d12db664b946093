"""The report of a comparison: one HTML file with the table, the curves and what was asked; no script, no network."""

import base64
import platform
from collections.abc import Sequence
from html import escape

import torch

from regard import __version__
from regard.comparing.drawing import Drawn
from regard.comparing.plan import Plan
from regard.comparing.running import Run
from regard.comparing.summary import Row
from regard.comparing.table import cells, interval_told
from regard.inspect.document import document


def report(plan: Plan, rows: Sequence[Row], runs: Sequence[Run], drawn: Sequence[Drawn]) -> str:
    """The page. Every text is escaped; pictures are data within it, beside a table that holds their numbers."""
    title = f"{len(plan.tries)} networks that {_does(plan.kind)}, compared"
    trainings = len(plan.jobs())
    done = f"{len(runs)} of {trainings} trainings are done." if len(runs) < trainings else f"{trainings} trainings."
    body = [
        f"<p>{escape(done)} {escape(interval_told(rows))}</p>",
        _table("Means", *cells(plan.kind, rows)),
        *(_curve(each) for each in drawn),
        "<section>\n<h2>What was asked</h2>",
        _table("Choices of every network", ["choice", "value"], _choices(plan)),
        _table("Networks", ["network", "its choices"], [[name, _told(each)] for name, each in plan.tries.items()]),
        "</section>\n<section>\n<h2>Every training</h2>",
        _table("Trainings", *_runs(runs)),
        f'</section>\n<p class="soft">regard {__version__}, torch {escape(str(torch.__version__))}, Python '
        f"{platform.python_version()}, {escape(platform.system())} {escape(platform.machine())}.</p>",
    ]
    return document(title, "\n".join(body), pictures=True)


def _does(kind: str) -> str:
    return {"label": "label vectors", "regress": "give numbers"}.get(kind, kind)


def _curve(drawn: Drawn) -> str:
    """A picture, in a document of its own, so that its styles are not the page's."""
    data = base64.b64encode(drawn.svg).decode("ascii")
    told = escape(drawn.told)
    picture = f'<img src="data:image/svg+xml;base64,{data}" alt="{told} The numbers are in the table.">'
    return f"<section>\n<h2>{told}</h2>\n{picture}\n</section>"


def _table(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(each)}</td>" for each in row[1:])}</tr>\n'
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(name)}"><table><caption>{escape(name)}'
        f"</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def _choices(plan: Plan) -> list[list[str]]:
    more = {"seeds": plan.seeds, "parameters": plan.parameters, "data curve": plan.shares, "length curve": plan.lengths}
    given = {**plan.choices, **{name: value for name, value in more.items() if value}}
    return [[name.replace("_", " "), _value(value)] for name, value in given.items()]


def _told(choices: dict[str, object]) -> str:
    return ", ".join(f"{name.replace('_', '-')} {_value(value)}" for name, value in choices.items()) or "as usual"


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _runs(runs: Sequence[Run]) -> tuple[list[str], list[list[str]]]:
    heads = ["training", "score", "updates", "minutes", "parameters"]
    return heads, [[run.job.label, _scores(run), *_costs(run)] for run in runs]


def _scores(run: Run) -> str:
    several = len(run.measured.qualities) > 1
    return "; ".join(f"{f'{each.length}: ' * several}{each.score}" for each in run.measured.qualities)


def _costs(run: Run) -> list[str]:
    measured = run.measured
    return [f"{measured.steps:,}", f"{measured.seconds / 60:.2f}", f"{measured.parameters:,}"]
