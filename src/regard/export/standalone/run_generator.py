"""The program of an exported generator."""

from collections.abc import Sequence
from pathlib import Path

from regard.export.standalone.generating import flags_of, generate_lines
from regard.export.standalone.program import run
from regard.inputs.text import Text
from regard.models.wording import Wording


def main(folder: Path) -> int:
    """Goes on with texts."""

    def program(words: Sequence[str]) -> None:
        generate_lines(flags_of("run.py").parse_args(words), folder, Wording(Text.load(folder / "text.json")))

    return run(program)
