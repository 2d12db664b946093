"""Texts that go on, by onnxruntime: the beginning of one on each line in, what follows out."""

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from regard.data.lines import read_sources
from regard.export.standalone.graphs import Array, Graph
from regard.export.standalone.program import Flags
from regard.export.standalone.sampling import Sampling, barred
from regard.inputs.text.vocabulary import END
from regard.models.wording import Continuation, Wording


@dataclass
class Drawn:
    """The tokens behind a prefix, their log-probability, and whether they ended by themselves."""

    prefix: list[int]
    random: np.random.Generator
    tokens: list[int] = field(default_factory=list)
    score: float = 0.0
    ended: bool = False

    def takes(self, token: int, score: float, how: Sampling) -> bool:
        """Adds a token that was drawn; whether there is more to draw."""
        self.tokens.append(token)
        self.score += score
        self.ended = bool(how.ends) and self.tokens.count(END) >= how.ends
        return not self.ended and len(self.tokens) < how.longest


class Generating:
    """A language model of a folder; it reads at most `window` tokens, and when they are full begins anew with half."""

    def __init__(self, folder: Path, window: int, threads: int) -> None:
        self.graph, self.window = Graph(folder / "step.onnx", threads), window
        self.names = [name for name in self.graph.shapes if name != "tokens"]

    def draw(self, rows: list[Drawn], how: Sampling) -> None:
        """Draws all to their ends; shorter prefixes go ahead while longer ones are still read."""
        shortest = min(len(row.prefix) for row in rows)
        tokens = np.array([row.prefix[:shortest] for row in rows], np.int64)
        state, begun, read = self.graph.begun(self.names, len(rows)), 0, 0
        while rows:
            start = window_start(tokens.shape[1], self.window)
            if start > begun:
                state, begun, read = self.graph.begun(self.names, len(rows)), start, start
            found = self.graph({**state, "tokens": tokens[:, read:]})
            read = tokens.shape[1]
            following, going = _next(barred(found["scores"], END), rows, read, how)
            tokens = np.concatenate((tokens, np.array(following)[:, None]), 1)[going]
            rows, state = [rows[i] for i in going], {name: found[f"new.{name}"][going] for name in self.names}


def window_start(length: int, window: int) -> int:
    """From where the network reads `length` tokens: all while they fit, then at least the last half of a window.

    >>> [window_start(length, 8) for length in (8, 9, 12, 13)]
    [0, 4, 4, 8]
    """
    half = max(1, window // 2)
    return half * max(0, -(-(length - window) // half))


def _next(scores: Array, rows: list[Drawn], length: int, how: Sampling) -> tuple[list[int], list[int]]:
    """What follows each row: its prefix while there is one, else what is drawn; and which rows go on."""
    drawing = [length >= len(row.prefix) for row in rows]
    chances = np.array([row.random.random() if draws else 0.0 for row, draws in zip(rows, drawing, strict=True)])
    following, going = [], []
    for i, (row, token) in enumerate(zip(rows, how.pick(scores, chances).tolist(), strict=True)):
        following.append(token if drawing[i] else row.prefix[length])
        if not drawing[i] or row.takes(token, float(scores[i, token]), how):
            going.append(i)
    return following, going


def flags_of(prog: str) -> Flags:
    """The flags of a folder that goes on with texts."""
    flags = Flags(prog=prog, description="Goes on with the beginning of a text on each line.")
    flags.add_argument("input", nargs="?", default="-", help="file with the beginning of a text on each line")
    for name in ("temperature", "top-k", "top-p", "seed", "longest"):
        flags.choice(name, getattr(Sampling, name.replace("-", "_")), f"{name} of what is drawn")
    flags.add_argument("--greedy", action="store_true", help="always take the likeliest token")
    flags.add_argument("--lines", type=int, help="end after so many line ends; 0 is never")
    flags.add_argument("--format", choices=("lines", "jsonl"), default="lines", help="lines, or an object a line")
    flags.choice("window", 64, "lines read ahead, and drawn together")
    flags.choice("threads", 0, "threads of the runtime; 0 leaves it to the runtime")
    return flags


def generate_lines(asked: Namespace, folder: Path, wording: Wording) -> None:
    """Exactly one answer for one line."""
    record = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    ends = int(record["each_line"]) if asked.lines is None else asked.lines
    temperature = 0.0 if asked.greedy else asked.temperature
    how = Sampling(temperature, asked.top_k, asked.top_p, asked.seed, asked.longest, ends)
    model = Generating(folder, record["window"], asked.threads)
    cut = read = 0
    lines = read_sources(asked.input)
    while chunk := list(islice(lines, 1 if asked.input == "-" and sys.stdin.isatty() else max(1, asked.window))):
        for prefix, found in zip(chunk, _continued(model, wording, chunk, how, read), strict=True):
            print(_written(prefix, found, asked.format))
            cut += not found.ended
        read += len(chunk)
        sys.stdout.flush()
    if cut:
        told = f"stopped at the longest length, {how.longest:,} tokens: {cut:,} of {read:,} (--longest)"
        print(told, file=sys.stderr)


def _continued(
    model: Generating, wording: Wording, chunk: Sequence[str], how: Sampling, before: int
) -> list[Continuation]:
    seeds = [np.random.Generator(np.random.PCG64([how.seed, before + i])) for i in range(len(chunk))]
    begun = [[END, *wording.numbers(prefix)] for prefix in chunk]
    rows = [Drawn(prefix, random) for prefix, random in zip(begun, seeds, strict=True)]
    model.draw(rows, how)
    return [wording.continuation(row.prefix, row) for row in rows]


def _written(prefix: str, found: Continuation, form: str) -> str:
    if form == "lines":
        return found.text.replace("\\", "\\\\").replace("\n", "\\n")
    told = {"prediction": found.text, "score": round(found.score, 4), "tokens": len(found.tokens), "ended": found.ended}
    return json.dumps({"prefix": prefix, **told}, ensure_ascii=False)
