"""A recurrent translator of the same width and vocabulary, whose fresh weights say nothing: for its speed alone."""

from pathlib import Path

import torch

from regard.decoding.beam import Search
from regard.folder.model import load_translator
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import build


class Recurrent:
    """An additive match before each step of a GRU (Bahdanau's order); every target is 20 tokens long."""

    LONGEST = 20

    def __init__(self, folder: Path) -> None:
        model, _ = load_translator(folder)
        width, words = model.network.options.width, model.target.size
        sizes = {"width": width, "layers": 1, "heads": 1, "feed_forward": width, "dropout": 0.0}
        torch.manual_seed(0)
        options = NetworkOptions(network="recurrent", attention="additive", **sizes)  # type: ignore[arg-type]
        self.model = Translator(model.source, model.target, build(options, words, words))

    def translate(self, lines: list[str], beam: int) -> list[tuple[str, int]]:
        """See `ours.Ours`; a target that would end earlier is counted as it is."""
        found = self.model.translate(lines, Search(beam), longest=self.LONGEST)
        return [(row[0].text, len(row[0].tokens) + row[0].ended) for row in found]
