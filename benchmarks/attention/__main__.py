"""Measures regard beside its peers: `python -m benchmarks.attention [--suite native] [--only CASE…] [--json FILE]`.

`--quick` shows within two minutes whether all of it runs. Prints Markdown on standard output, progress on standard
error. A peer that is not installed is left out, and the report says so:
`pip install entmax x-transformers torch-geometric pytorch-fast-transformers` for all of them.
"""

import argparse
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.attention.measure import Settings, measure
from benchmarks.attention.report import as_json, as_markdown, from_json
from benchmarks.attention.suites import SUITES


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.attention", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--suite", choices=SUITES, default="attention", help="all of regard, or its native core")
    parser.add_argument(
        "--only", nargs="+", default=[""], metavar="CASE", help="cases whose name contains one of these"
    )
    parser.add_argument("--quick", action="store_true", help="sizes up to 256, five rounds: whether all of it runs")
    parser.add_argument("--busy", action="store_true", help="one thread, and what it computed: other work goes on")
    parser.add_argument("--list", action="store_true", help="print the cases' names and end")
    parser.add_argument("--json", type=Path, metavar="FILE", help="gets every round, case by case")
    parser.add_argument("--resume", action="store_true", help="what that file holds already is not measured again")
    parser.add_argument("--rounds", type=int, default=15, help="at most; five suffice after a while")
    parser.add_argument(
        "--precision", choices=("highest", "high", "medium"), default="highest", help="float32 products"
    )
    chosen = parser.parse_args()
    if chosen.resume and not chosen.json:
        parser.error("--resume goes on with a file: --json FILE")
    return chosen


def main() -> None:
    chosen = arguments()
    suite = SUITES[chosen.suite]
    settings = Settings(chosen.suite, chosen.rounds, suite.budget, chosen.precision, busy=chosen.busy)
    asked = [case for case in suite.cases() if any(part in case.name for part in chosen.only)]
    if not asked:
        sys.exit(f"no case contains {' or '.join(chosen.only)}; --list names them")
    if chosen.list:
        print("\n".join(case.name for case in asked))
        return
    if chosen.quick:
        asked = list({small.name: small for case in asked if (small := case.smaller(256))}.values())
        settings = replace(settings, rounds=5, budget=0.0, largest=256)
    results = from_json(chosen.json, settings) if chosen.resume and chosen.json.is_file() else []
    for i, case in enumerate(asked, 1):
        if case in [each.case for each in results]:
            continue
        results.append(measure(case, settings, partial(print, f"{i}/{len(asked)}", file=sys.stderr, flush=True)))
        if chosen.json:
            chosen.json.parent.mkdir(parents=True, exist_ok=True)
            chosen.json.write_text(as_json(results, settings), encoding="utf-8")
    print(as_markdown(results, settings), end="")


if __name__ == "__main__":
    main()
