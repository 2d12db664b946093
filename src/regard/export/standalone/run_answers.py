"""The program of an exported model of labels, classes or numbers."""

from collections.abc import Sequence
from pathlib import Path

from regard.export.standalone.answering import answer_items, flags_of
from regard.export.standalone.program import run
from regard.folder.inputs import read_input


def main(folder: Path) -> int:
    """Answers items."""

    def program(words: Sequence[str]) -> None:
        answer_items(flags_of("run.py").parse_args(words), folder, read_input(folder / "input.json"))

    return run(program)
