"""A translator of texts by onnxruntime: what reads the source once, and a step of what writes for each token."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from regard.data.batches import cut
from regard.export.standalone.beam import Decoder, search
from regard.export.standalone.candidates import Candidate, Choices
from regard.export.standalone.graphs import Array, Graph, padded
from regard.export.standalone.texts import sides
from regard.export.standalone.translating import Where, check_room
from regard.inputs.text import END, Text

TOKENS = 2048
"""Source tokens, or vectors, that are decoded together."""


class Steps(Decoder):
    """One decoder in the middle of its work: the state of each row, and what belongs to the sources."""

    def __init__(self, graph: Graph, encoded: dict[str, Array], beam: int) -> None:
        self.graph = graph
        names = [name for name in graph.shapes if name not in ("token", *encoded)]
        rows = len(encoded["source.lengths"])
        every = {**encoded, **graph.begun(names, rows)}
        self.state = {name: np.repeat(array, beam, 0) for name, array in every.items()}

    def step(self, tokens: Array) -> Array:
        """Log-probabilities of what comes next."""
        found = self.graph({**self.state, "token": tokens})
        self.state.update({name.removeprefix("new."): each for name, each in found.items() if name != "scores"})
        return found["scores"]

    def select(self, rows: Array) -> None:
        """Goes on with these rows."""
        same = len(rows) == len(self.state["source.lengths"])  # only then each source has all of its rows
        self.state = {
            name: array if same and name.startswith("source.") else array[rows] for name, array in self.state.items()
        }


class Onnx:
    """Encoder, step and target's tokenizer of a folder."""

    def __init__(self, folder: Path, target: Text, threads: int) -> None:
        self.record: dict[str, Any] = json.loads((folder / "export.json").read_text(encoding="utf-8"))
        self.target = target
        self._encoder, self._step = (Graph(folder / name, threads) for name in ("encoder.onnx", "step.onnx"))

    def found(self, sources: Sequence[Array], limits: Sequence[int], how: Choices) -> list[list[Candidate]]:
        """The n best targets of each source, an array (n, ...) with at least one row, of so many tokens at most."""
        lengths = np.array([len(each) for each in sources])
        order = np.argsort(-lengths, kind="stable")
        results: dict[int, list[Candidate]] = {}
        for part in cut(lengths[order], lengths[order], TOKENS):
            places = order[part].tolist()
            given = {"values": padded([sources[place] for place in places]), "lengths": lengths[places]}
            steps = Steps(self._step, self._encoder(given), how.beam)
            rows = search(steps, [limits[place] for place in places], how)
            for place, row in zip(places, rows, strict=True):
                texts = [self.target.decode(each.tokens) for each in row]
                results[place] = [
                    Candidate(text, each.tokens, each.score, each.ended) for text, each in zip(texts, row, strict=True)
                ]
        return [results[place] for place in range(len(sources))]


class OnnxTexts:
    """The same for sources that are texts."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self.source, target = sides(folder)
        self.onnx = Onnx(folder, target, threads)

    def translate(self, lines: Sequence[str], how: Choices, where: Where) -> list[list[Candidate]]:
        """The n best translations of each text."""
        sources = [np.array([*ids, END], np.int64) for ids in self.source.encode_batch(lines)]
        room = self.onnx.record["room"]
        for place, source in enumerate(sources):
            check_room(len(source), room, where(place))
        return self.onnx.found(sources, [how.limit(2 * len(source) + 20, room) for source in sources], how)
