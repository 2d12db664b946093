"""Texts in, their translations out: the flags, the lines, and how they are written."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from regard.data.files import shown
from regard.data.lines import read_sources
from regard.errors import DataError
from regard.export.standalone.candidates import BLANK, Candidate, Choices
from regard.export.standalone.program import Flags

Where = Callable[[int], str]
Translate = Callable[[Sequence[str], Choices, Where], list[list[Candidate]]]
"""The n best translations of texts that are not blank; `where` is what errors call each."""


def flags_of(prog: str, about: str) -> Flags:
    """The flags that every translating program has."""
    flags = Flags(prog=prog, description=about)
    flags.add_argument("input", nargs="?", default="-", help="file with one source a line; - is standard input")
    flags.choice("beam", Choices.beam, "hypotheses kept; 1 is greedy")
    flags.choice("n-best", Choices.n_best, "targets a line; more than one needs --format jsonl")
    flags.choice(
        "length-penalty", Choices.length_penalty, "exponent of the length that log-probabilities are divided by"
    )
    flags.choice("longest", Choices.longest, "most tokens of a target; 0 is twice the source's and 20 more")
    flags.add_argument("--format", choices=("lines", "jsonl"), default="lines", help="lines, or an object a line")
    flags.add_argument("--scores", action="store_true", help="put the score and a tab in front of each line")
    flags.choice("window", 1000, "lines read ahead, to be translated together")
    flags.choice("threads", 0, "threads of the runtime; 0 leaves it to the runtime")
    return flags


def translate_lines(asked: Namespace, translate: Translate) -> None:
    """Exactly one line out for one line in."""
    if asked.format == "lines" and asked.n_best > 1:
        Flags(prog="run").error("--n-best needs --format jsonl")
    how = Choices(asked.beam, asked.n_best, asked.length_penalty, asked.longest)
    cut = read = 0
    lines = read_sources(asked.input)
    while chunk := list(islice(lines, _ahead(asked))):
        for line, row in zip(chunk, _translated(chunk, how, translate, asked.input, read), strict=True):
            print(_written(line, row, asked))
            cut += not row[0].ended
        read += len(chunk)
        sys.stdout.flush()
    if cut:
        print(f"stopped at the longest length, before their end: {cut:,} of {read:,} (--longest)", file=sys.stderr)


def check_room(length: int, room: int | None, where: str) -> None:
    """Raises DataError for a source of more tokens, its end among them, than there are positions."""
    if room is not None and length > room:
        rule = f"{where}: the source may have at most {room - 1:,} tokens, for which the model has positions"
        raise DataError(rule, got=f"{length - 1:,} tokens", hint="break it into sentences, or export with --longest")


def _ahead(asked: Namespace) -> int:
    """Who types gets each answer at once; files and pipes are read ahead."""
    return 1 if asked.input == "-" and sys.stdin.isatty() else max(1, asked.window)


def _translated(
    chunk: list[str], how: Choices, translate: Translate, name: str, before: int
) -> Iterator[list[Candidate]]:
    filled = [index for index, line in enumerate(chunk) if line.strip()]

    def where(place: int) -> str:
        return f"{'standard input' if name == '-' else shown(name)}:{before + filled[place] + 1}"

    found = iter(translate([chunk[index] for index in filled], how, where) if filled else [])
    return (next(found) if line.strip() else [BLANK] for line in chunk)


def _written(source: str, row: list[Candidate], asked: Namespace) -> str:
    if asked.format == "lines":
        before = f"{row[0].score:.4f}\t" if asked.scores else ""
        return before + " ".join(row[0].text.splitlines())
    every = [{"prediction": each.text, "score": round(each.score, 6), "ended": each.ended} for each in row]
    answer = every[0] if asked.n_best == 1 else {"candidates": every}
    return json.dumps({"source": source, **answer}, ensure_ascii=False)
