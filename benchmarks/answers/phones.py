"""Spelling to phones, the languages of SIGMORPHON 2020 task 1, by the command line itself, beside the LSTM baseline.

    python -m benchmarks.answers.phones --data FOLDER [--only fre kor] [--seeds 1 2 3] [--json runs/phones.json]

FOLDER/sigmorphon2020-g2p holds LANGUAGE_train.tsv, _dev.tsv and _test.tsv; languages that are not there are named and
left out. A row of the Markdown table is one language: its test words answered wrong in percent (WER) with the 95 %
interval over words, the baseline's, the phones' (PER), the validation words' by which weights were chosen, and minutes
of training; means and standard deviations where there are several seeds.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.answers.__main__ import regard

_LANGUAGES = "ady arm bul dut fre geo gre hin hun ice jpn kor lit rum vie"
_ERRORS = "28.00 14.67 31.11 16.44 6.22 26.44 18.89 6.67 5.33 10.00 7.56 46.89 19.11 10.67 4.67"
LSTM = dict(zip(_LANGUAGES.split(), map(float, _ERRORS.split()), strict=True))
"""WER of the encoder-decoder LSTM, the best of 36 choices of size, dropout and batch (Gorman et al. 2020)."""
COLUMNS = ("language", "WER", "95 %", "LSTM", "PER", "valid WER", "minutes")
TOLD = re.compile(r"WER [\d.]+ % \((?P<interval>.*?)\)  (?P<wrong>[\d,]+) of (?P<all>[\d,]+) .*\nPER (?P<per>[\d.]+)")


class Run(NamedTuple):
    """One training and what the test says of it, in percent."""

    seed: int
    wer: float
    interval: str
    per: float
    valid: float
    minutes: float


def main() -> None:
    """A row of the table for each language, then their mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=list(LSTM), choices=list(LSTM))
    parser.add_argument("--seeds", nargs="*", type=int, default=[1])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--more", nargs=argparse.REMAINDER, default=[], help="further flags of every training")
    asked = parser.parse_args()
    folder = asked.data / "sigmorphon2020-g2p"
    there = [name for name in asked.only if (folder / f"{name}_train.tsv").is_file()]
    if missing := [name for name in asked.only if name not in there]:
        print(f"Not in {folder.name}: {' '.join(missing)}", file=sys.stderr)
    print(f"| {' | '.join(COLUMNS)} |\n| --- |{' ---: |' * (len(COLUMNS) - 1)}")
    found: dict[str, list[Run]] = {}
    for name in there:
        found[name] = [trained(folder / name, seed, asked.more) for seed in asked.seeds]
        print(row(name, found[name]), flush=True)
        if asked.json:
            asked.json.parent.mkdir(parents=True, exist_ok=True)
            asked.json.write_text(json.dumps({key: [run._asdict() for run in runs] for key, runs in found.items()}))
    if there:
        wer, per = mean(found, "wer"), mean(found, "per")
        print(f"| mean of {len(there)} | {wer:.2f} | | {baseline(there):.2f} | {per:.1f} | | |")


def trained(data: Path, seed: int, more: list[str]) -> Run:
    """One training on a language's files, and its scores."""
    part = {name: f"{data}_{name}.tsv" for name in ("train", "dev", "test")}
    with tempfile.TemporaryDirectory() as made:
        words = [
            "train",
            "translate",
            part["train"],
            "--valid",
            part["dev"],
            "--seed",
            str(seed),
            *more,
            "--model",
            made,
        ]
        start = time.monotonic()
        regard(words)
        minutes = (time.monotonic() - start) / 60
        record = json.loads((Path(made) / "model.json").read_text(encoding="utf-8"))
        told = regard(["evaluate", made, part["test"]])
    line = TOLD.search(told)
    assert line is not None, f"no WER in {told!r}"
    wer = 100 * int(line["wrong"].replace(",", "")) / int(line["all"].replace(",", ""))
    return Run(seed, wer, line["interval"], float(line["per"]), record["scores"][record["chosen"]], round(minutes, 2))


def row(name: str, runs: list[Run]) -> str:
    """The language's line of the table."""
    several = len(runs) > 1
    spread = f" ± {statistics.stdev(run.wer for run in runs):.2f}" if several else ""
    wer, per, valid = (statistics.mean(getattr(run, each) for run in runs) for each in ("wer", "per", "valid"))
    interval = "" if several else runs[0].interval.removeprefix("95 % ")
    minutes = " ".join(f"{run.minutes:.1f}" for run in runs)
    return f"| {name} | {wer:.2f}{spread} | {interval} | {LSTM[name]:.2f} | {per:.1f} | {valid:.2f} | {minutes} |"


def mean(found: dict[str, list[Run]], of: str) -> float:
    """The mean over languages of the mean over seeds."""
    return statistics.mean(statistics.mean(getattr(run, of) for run in runs) for runs in found.values())


def baseline(names: list[str]) -> float:
    """The mean of the baseline over the same languages."""
    return statistics.mean(LSTM[name] for name in names)


if __name__ == "__main__":
    main()
