"""Spelling to phones, the languages of SIGMORPHON 2020 task 1, beside the LSTM baseline: a table in Markdown.

    python -m benchmarks.answers --data FOLDER --only g2p [--seeds 1]
    python -m benchmarks.answers --data FOLDER --only g2p-fre g2p-kor

FOLDER/sigmorphon2020-g2p holds LANGUAGE_train.tsv, _dev.tsv and _test.tsv; languages that are not there are named and
left out. A row is one language: its test words answered wrong in percent (WER) with the 95 % interval over words, the
baseline's, the phones' (PER), the validation words' by which weights were chosen, and minutes of training; means and
standard deviations where there are several seeds.
"""

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from benchmarks.answers.command import regard

_LANGUAGES = "ady arm bul dut fre geo gre hin hun ice jpn kor lit rum vie"
_ERRORS = "28.00 14.67 31.11 16.44 6.22 26.44 18.89 6.67 5.33 10.00 7.56 46.89 19.11 10.67 4.67"
LSTM = dict(zip(_LANGUAGES.split(), map(float, _ERRORS.split()), strict=True))
"""WER of the encoder-decoder LSTM, the best of 36 choices of size, dropout and batch (Gorman et al. 2020)."""
NAMES = ["g2p", *(f"g2p-{name}" for name in LSTM)]
"""Rows: all languages, or one."""
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


def languages(names: Iterable[str]) -> list[str]:
    """The languages that rows called `g2p-fre`, or `g2p` for all, stand for, each once."""
    asked = [name for name in names if name in NAMES]
    return list(LSTM) if "g2p" in asked else [name.removeprefix("g2p-") for name in dict.fromkeys(asked)]


def table(data: Path, asked: list[str], seeds: list[int], more: list[str]) -> None:
    """Prints a row for each language, then their mean."""
    folder = data / "sigmorphon2020-g2p"
    there = [name for name in asked if (folder / f"{name}_train.tsv").is_file()]
    if missing := [name for name in asked if name not in there]:
        print(f"Not in {folder.name}: {' '.join(missing)}", file=sys.stderr)
    print(f"| {' | '.join(COLUMNS)} |\n| --- |{' ---: |' * (len(COLUMNS) - 1)}")
    found: dict[str, list[Run]] = {}
    for name in there:
        found[name] = [trained(folder / name, seed, more) for seed in seeds]
        print(row(name, found[name]), flush=True)
    if there:
        wer, per = mean(found, "wer"), mean(found, "per")
        print(f"| mean of {len(there)} | {wer:.2f} | | {baseline(there):.2f} | {per:.1f} | | |")


def trained(data: Path, seed: int, more: list[str]) -> Run:
    """One training on a language's files, and its scores."""
    part = {name: f"{data}_{name}.tsv" for name in ("train", "dev", "test")}
    with tempfile.TemporaryDirectory() as made:
        folder = str(Path(made) / "model")
        files = [part["train"], "--valid", part["dev"]]
        start = time.monotonic()
        regard(["train", "translate", *files, "--seed", str(seed), *more, "--model", folder])
        minutes = (time.monotonic() - start) / 60
        record = json.loads((Path(folder) / "model.json").read_text(encoding="utf-8"))
        told = regard(["evaluate", folder, part["test"]])
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
