"""What was measured, as JSON and as Markdown: promises first, then a table for each group of cases."""

import json
import os
import platform
import statistics
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.attention.cases import Case
from benchmarks.attention.measure import TUNED, Found, Result, Settings
from benchmarks.attention.promises import Promise
from benchmarks.attention.suites import SUITES

PACKAGES = ("torch", "entmax", "x-transformers", "pytorch-fast-transformers", "torch-geometric")
CLOSE = {"float32": 1e-3, "bfloat16": 5e-2}
"""How much answers may differ, relative to the greatest number, before the report says so."""


def machine(results: Iterable[Result]) -> dict[str, Any]:
    """Where and with what it was measured."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "date": date.today().isoformat(),
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "threads": max((each.threads for each in results), default=0),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def as_json(results: list[Result], settings: Settings) -> str:
    """Every round's time and every peak, with the machine and the settings."""
    found = {"machine": machine(results), "settings": asdict(settings), "malloc_for_time": TUNED}
    return json.dumps({**found, "results": [asdict(each) for each in results]}, indent=1)


def from_json(path: Path, settings: Settings) -> list[Result]:
    """What such a file holds; ends where it was measured with other settings."""
    read = json.loads(path.read_text(encoding="utf-8"))
    if read["settings"] != asdict(settings):
        raise SystemExit(f"{path}: measured with {read['settings']}, not {asdict(settings)}: name another file")
    return [_result(each) for each in read["results"]]


def _result(read: dict[str, Any]) -> Result:
    case = Case(**{**read["case"], "contestants": tuple(read["case"]["contestants"])})
    found = {name: Found(**each) for name, each in read["found"].items()}
    return Result(case, found, read["plan"], read["threads"])


def as_markdown(results: list[Result], settings: Settings) -> str:
    """The section for docs/benchmarks.md."""
    facts = machine(results)
    packages = ", ".join(f"{name} {number}" for name, number in facts["packages"].items())
    head = (
        f"{facts['date']}, {facts['processor']}, {facts['threads']} threads, Python {facts['python']}; {packages}. "
        f"Time: one process a case, contestants interleaved in an order drawn anew each round, medians of up to "
        f"{settings.rounds} rounds, quartiles; glibc keeps what is freed, for all alike. float32 products: "
        f"{settings.precision}. Memory: peak of the resident set above inputs, outputs and gradients, a fresh process "
        f"for each, glibc's defaults. MB are 10⁶ bytes."
    )
    if settings.largest:
        head = f"**Sizes cut to {settings.largest}: no figure means anything.** {head}"
    if settings.busy:
        head = f"**One thread, and the time that it computed, on a machine that did other work.** {head}"
    suite = SUITES[settings.suite]
    order = list(dict.fromkeys(case.group for case in suite.cases()))
    ordered = sorted(results, key=lambda each: order.index(each.case.group))
    groups = groupby(ordered, key=lambda each: each.case.group)
    return (
        "\n\n".join([head, promises(results, suite.promises), *(table(name, list(rows)) for name, rows in groups)])
        + "\n"
    )


def promises(results: list[Result], made: tuple[Promise, ...]) -> str:
    """One line a promise: the worst figure, where it was found, and whether the promise is kept."""
    lines = ["| promise | worst of its cases | kept |", "| --- | --- | --- |"]
    for promise in made:
        judged = promise.judge(results)
        if not judged:
            lines.append(f"| {promise.text} | not measured | |")
            continue
        kept = sum(promise.kept(figure) for _, figure in judged)
        case, figure = judged[0]
        verdict = "yes" if kept == len(judged) else f"**no**: by {kept} of {len(judged)}"
        lines.append(f"| {promise.text} | {figure}: {case.name} | {verdict} |")
    return "\n".join(lines)


def table(group: str, results: list[Result]) -> str:
    """A row a case: our time and what the others take of it; then memory; then who was left out and why."""
    names = list(dict.fromkeys(name for each in results for name in each.case.contestants))
    parts = [f"### {group.capitalize()}"]
    if any(each.case.time for each in results):
        parts.append(_times([each for each in results if each.case.time], names))
    if any(each.case.memory for each in results):
        parts.append(_memory([each for each in results if each.case.memory], names))
    left = dict.fromkeys(line for each in results for line in _left_out(each))
    return "\n\n".join([*parts, *(["\n".join(left)] if left else [])])


def _times(results: list[Result], names: list[str]) -> str:
    heads = ["case", "plan", f"{names[0]}, ms (quartiles)", "GFLOP/s", *(f"{name} / {names[0]}" for name in names[1:])]
    rows = []
    for each in results:
        ours = each.found[names[0]]
        cells = [_ours(ours), _rate(each.case, ours), *(_beside(each.found.get(name), ours) for name in names[1:])]
        rows.append([_short(each), each.plan, *cells])
    return _grid(heads, rows)


def _ours(found: Found) -> str:
    if not found.seconds:
        return "–"
    low, middle, high = (1000 * each for each in statistics.quantiles(found.seconds, n=4))
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"


def _rate(case: Case, ours: Found) -> str:
    """Billion operations of the products a second; softmax and the like are not counted."""
    if case.operations is None or not ours.seconds:
        return ""
    return f"{case.operations / statistics.median(ours.seconds) / 1e9:.0f}"


def _beside(found: Found | None, ours: Found) -> str:
    if found is None or not found.seconds:
        return "–" if found is not None else ""
    middle = statistics.median(found.seconds)
    return f"{middle / statistics.median(ours.seconds):.2f}" if ours.seconds else f"{1000 * middle:.3g} ms"


def _memory(results: list[Result], names: list[str]) -> str:
    rows = []
    for each in results:
        held = [each.found[name].bytes if name in each.found else None for name in names]
        cells = ["–" if one is None else f"{one / 1e6:,.0f}" for one in held]
        rows.append(
            [_short(each), *(cell if name in each.found else "" for name, cell in zip(names, cells, strict=True))]
        )
    return _grid(["case", *(f"{name}, MB" for name in names)], rows)


def _short(result: Result) -> str:
    return result.case.name.removeprefix(f"{result.case.group}: ")


def _grid(heads: list[str], rows: list[list[str]]) -> str:
    rule = ["---", *("---:" for _ in heads[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heads, rule, *rows])


def _left_out(result: Result) -> list[str]:
    """A line for each contestant without a figure, and for each answer that is not ours."""
    lines = []
    for name, found in result.found.items():
        lines += [
            f"- {name}, {result.case.kind}: {why}"
            for why in dict.fromkeys((found.skipped, found.skipped_memory))
            if why
        ]
        if (found.difference or 0) > CLOSE[result.case.dtype]:
            lines.append(f"- {name}, {_short(result)}: its answer differs from ours by {found.difference:.1e}")
    return lines
