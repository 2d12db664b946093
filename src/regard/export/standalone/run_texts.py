"""The program of an exported translator of texts."""

from collections.abc import Sequence
from pathlib import Path

from regard.export.standalone.by_onnx import OnnxTexts
from regard.export.standalone.program import run
from regard.export.standalone.translating import flags_of, translate_lines


def main(folder: Path) -> int:
    """Translates lines."""

    def program(words: Sequence[str]) -> None:
        asked = flags_of("run.py", "Writes exactly one line for every line it reads.").parse_args(words)
        translate_lines(asked, OnnxTexts(folder, asked.threads).translate)

    return run(program)
