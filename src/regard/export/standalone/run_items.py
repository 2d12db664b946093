"""The program of an exported translator whose sources are no texts: one text for one item."""

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from regard.data.asked import name_of
from regard.export.standalone.by_onnx import Onnx
from regard.export.standalone.candidates import Choices
from regard.export.standalone.items import add_flags, items_of
from regard.export.standalone.program import Flags, run
from regard.export.standalone.translating import check_room
from regard.folder.inputs import read_input
from regard.inputs.base import Input
from regard.inputs.text import Text


def main(folder: Path) -> int:
    """Translates items."""

    def program(words: Sequence[str]) -> None:
        flags = Flags(prog="run.py", description="Writes one text for every item.")
        add_flags(flags)
        flags.add_argument("--write", choices=("lines", "jsonl"), default="lines", help="lines, or an object a line")
        flags.choice("beam", Choices.beam, "hypotheses kept; 1 is greedy")
        flags.choice("length-penalty", Choices.length_penalty, "exponent of the length")
        flags.choice("longest", Choices.longest, "most tokens of a target; 0 is what training found to be needed")
        flags.choice("threads", 0, "threads of the runtime; 0 leaves it to the runtime")
        _translate(flags.parse_args(words), folder, read_input(folder / "input.json"))

    return run(program)


def _translate(asked: Namespace, folder: Path, given: Input) -> None:
    onnx = Onnx(folder, Text.load(folder / "target.json"), asked.threads)
    how = Choices(asked.beam, 1, asked.length_penalty, asked.longest)
    items = items_of(given.kind, asked, words=False)
    examples = items.examples
    sources = [given.encode(item, examples.where(index)).values for index, item in enumerate(examples.items)]
    for index, source in enumerate(sources):
        check_room(len(source), onnx.record["room"], examples.where(index))
    limit = how.limit(onnx.record["most_tokens"], onnx.record["room_of_target"])
    found = dict(zip(items.places, onnx.found(sources, [limit] * len(sources), how), strict=True))
    for line in range(items.lines):
        if line not in found:
            print("" if asked.write == "lines" else json.dumps({"item": "", "prediction": ""}))
            continue
        index, best = items.places.index(line), found[line][0]
        told = {"prediction": best.text, "score": round(best.score, 6), "ended": best.ended}
        record = {"item": name_of(examples.items[index], examples.where(index)), **told}
        print(" ".join(best.text.splitlines()) if asked.write == "lines" else json.dumps(record, ensure_ascii=False))
    if cut := sum(not row[0].ended for row in found.values()):
        print(
            f"stopped at the longest length, before their end: {cut:,} of {len(found):,} (--longest)", file=sys.stderr
        )
