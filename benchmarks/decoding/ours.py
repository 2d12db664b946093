"""regard's own translator of a folder, in a precision."""

from pathlib import Path

from regard.decoding.beam import Search
from regard.folder.model import load_translator
from regard.models.translator import Candidate


class Ours:
    """Texts in, texts out, as `regard predict` gives them."""

    def __init__(self, folder: Path, precision: str) -> None:
        self.model, _ = load_translator(folder)
        self.model.writing.precision = precision

    def translate(self, lines: list[str], beam: int) -> list[tuple[str, int]]:
        """Each line's best text, and how many tokens were written for it, its end included."""
        return [_told(row[0]) for row in self.model.translate(lines, Search(beam))]


def _told(best: Candidate) -> tuple[str, int]:
    return best.text, len(best.tokens) + best.ended
