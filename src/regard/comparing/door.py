"""The door to comparisons: a plan in, a table out, and files in a folder."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from regard.comparing.drawing import draw
from regard.comparing.job import CONFIGS
from regard.comparing.plan import Plan
from regard.comparing.report import report
from regard.comparing.running import Run, Watching, finished, run_all
from regard.comparing.summary import Row, rows_of
from regard.comparing.table import table
from regard.folder.atomic import write_bytes, write_json
from regard.training.progress import Silent, Watcher


@dataclass(frozen=True)
class Compared:
    """What a comparison came to; printed, it is its table.

    Attributes:
        kind: of training.
        rows: one for each network at each point of the curve.
        runs: the trainings: what was asked, what it came to, and where its model lies.
        folder: holds `report.html`, `table.md`, `results.json`, `curves/` as PNG and SVG where matplotlib is there, and
            `runs/`.
    """

    kind: str
    rows: list[Row]
    runs: list[Run]
    folder: Path

    def __str__(self) -> str:
        return table(self.kind, self.rows)


def compare(
    kind: str,
    data: Any,
    *,
    folder: str | Path,
    tries: Mapping[str, Mapping[str, Any]] | None = None,
    seeds: Sequence[int] = (1, 2, 3),
    data_curve: Sequence[int] = (),
    length_curve: Sequence[int] = (),
    **choices: Any,
) -> Compared:
    """Trains several networks on the same data under the same budget, and says what each came to.

    Every training has a process of its own, one at a time. The same call again goes on: what is finished is kept, and
    a training that was stopped goes on from its last checkpoint.

    Args:
        kind: `translate`, `label`, `classify`, `regress` or `generate`.
        data: a file, a folder, or a list of files, as for `regard train`.
        folder: where models, the table, curves and the report go.
        tries: a name for each network, and the choices by which it differs from the others; else those that suit the
            data.
        seeds: each network is trained with every one of them.
        data_curve: percents of the training data, each of which every network is trained on.
        length_curve: lengths: of the files with `{length}` in their names; else of a generator's window, or to which
            texts, series and sets of vectors are cut.
        choices: those of `regard train KIND`, as `valid`, `test`, `epochs`, `steps`, `max_minutes`, `width`; and
            `parameters`, how many every network gets by its width, and `overwrite`.

    Raises OptionError, DataError, FolderError, with the name of the network where it is one's.
    """
    overwrite, parameters = choices.pop("overwrite", False), choices.pop("parameters", None)
    plan = Plan(
        kind=kind,
        choices={"data": data, **choices},
        tries={name: dict(each) for name, each in (tries or {}).items()},
        seeds=tuple(seeds),
        parameters=parameters,
        shares=tuple(data_curve),
        lengths=tuple(length_curve),
    )
    return compared(_listed(plan), Path(folder), _silent, overwrite=overwrite)


def compared(plan: Plan, folder: Path, watching: Watching, *, overwrite: bool = False) -> Compared:
    """The comparison of a plan; whatever ends it early, what is finished is written first."""
    plan = plan.with_usual()
    try:
        run_all(plan, folder, watching, overwrite=overwrite)
    except BaseException:
        written(plan, folder)
        raise
    return written(plan, folder)


def so_far(plan: Plan, folder: Path) -> Compared:
    """What is finished of a plan."""
    runs = finished(plan, folder)
    return Compared(plan.kind, rows_of(runs), runs, folder)


def written(plan: Plan, folder: Path) -> Compared:
    """What is finished of a plan, with its table, curves and report in the folder."""
    found = so_far(plan, folder)
    rows, runs = found.rows, found.runs
    if runs:
        write_bytes(folder / "table.md", str(found).encode())
        write_bytes(folder / "report.html", report(plan, rows, runs, draw(rows, runs, folder)).encode())
        record = {"kind": plan.kind, "rows": [row._asdict() for row in rows]}
        write_json(folder / "results.json", {**record, "runs": [run.measured.to_json() for run in runs]})
    return found


def _listed(plan: Plan) -> Plan:
    """The same, with one file where a list of files belongs as a list of one."""
    lists = {each.name for each in fields(CONFIGS[plan.kind]) if each.type == list[str]}
    for name in lists & plan.choices.keys():
        value = plan.choices[name]
        plan.choices[name] = [str(value)] if isinstance(value, str | Path) else [str(each) for each in value]
    return plan


@contextmanager
def _silent(label: str) -> Iterator[Watcher]:
    yield Silent()
