"""Labels, classes and numbers by onnxruntime: one line for one item."""

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from regard.data.asked import name_of
from regard.data.batches import cut
from regard.data.examples import Examples
from regard.errors import DataError, OptionError
from regard.export.standalone.graphs import Array, Graph, padded
from regard.export.standalone.items import add_flags, items_of
from regard.export.standalone.program import Flags
from regard.inputs.base import Input
from regard.models.targets import Targets

VECTORS = 8192
"""Vectors that are read together; the answers do not depend on it."""


class Answering:
    """The network of a folder, and what its scores mean."""

    def __init__(self, folder: Path, given: Input, threads: int = 0) -> None:
        self.record: dict[str, Any] = json.loads((folder / "export.json").read_text(encoding="utf-8"))
        self.given, self.targets = given, Targets.from_json(self.record["targets"])
        self.graph = Graph(folder / "network.onnx", threads)

    def run(self, examples: Examples) -> list[dict[str, Array]]:
        """What the graph makes of each item, by name, without padding."""
        encoded = [self.given.encode(item, examples.where(i)).values for i, item in enumerate(examples.items)]
        self._check_room(encoded, examples)
        lengths = np.array([len(each) for each in encoded])
        order = np.argsort(lengths, kind="stable")
        found: dict[int, dict[str, Array]] = {}
        for part in cut(lengths[order], lengths[order], VECTORS):
            places = order[part]
            arrays = self.graph({"values": padded([encoded[i] for i in places]), "lengths": lengths[places]})
            for row, place in enumerate(places.tolist()):
                found[place] = {name: _cut(array[row], int(lengths[place])) for name, array in arrays.items()}
        return [found[place] for place in range(len(encoded))]

    def _check_room(self, encoded: list[Array], examples: Examples) -> None:
        room = self.record["room"]
        for index, values in enumerate(encoded):
            if room is not None and len(values) > room:
                rule = f"{examples.where(index)}: the model has positions for {room:,} vectors"
                raise DataError(rule, got=f"{len(values):,}", hint="regard export with a larger --longest")

    def answer(self, scores: Array) -> dict[str, Any]:
        """The prediction; beside one class its probability, beside several those of all."""
        targets = self.targets
        if not targets.classes:
            return {"prediction": targets.unscaled(scores).tolist()}
        if targets.per_vector:
            chain = self.record["chain"]
            return {"prediction": targets.named(scores.argmax(-1) if chain is None else viterbi(scores, chain))}
        if targets.several:
            sure = np.round(1 / (1 + np.exp(-scores)), 6).tolist()
            classes = targets.named(np.flatnonzero(scores > 0))
            return {"prediction": classes, "probabilities": dict(zip(map(str, targets.classes), sure, strict=True))}
        p = np.exp(scores - scores.max())
        sure = round(float(p.max() / p.sum()), 6)
        return {"prediction": targets.classes[int(scores.argmax())], "probability": sure}


def viterbi(scores: Array, chain: dict[str, Any]) -> Array:
    """The best labels (n) of scores (n, y), where each is worth something after the one before.

    >>> viterbi(np.array([[0.0, 2.0], [1.0, 0.0]]), {"start": [0, 0], "transitions": [[0, 0], [0, 0]], "end": [0, 0]})
    array([1, 0])
    """
    start, moves, end = (np.array(chain[name], np.float32) for name in ("start", "transitions", "end"))
    reached = [scores[0] + start]
    for score in scores[1:]:
        reached.append(score + (reached[-1][:, None] + moves).max(0))
    path = [int((reached[-1] + end).argmax())]
    for before in reached[-2::-1]:
        path.append(int((before + moves[:, path[-1]]).argmax()))
    return np.array(path[::-1])


def flags_of(prog: str) -> Flags:
    """The flags of a folder that answers."""
    flags = Flags(prog=prog, description="Writes one answer for every item: a class, numbers, or labels.")
    add_flags(flags)
    flags.add_argument("--write", choices=("lines", "jsonl"), default="lines", help="lines, or an object a line")
    flags.add_argument("--scores", action="store_true", help="with lines, the probability and a tab in front")
    flags.add_argument("--vectors", default="", help="write a vector an item to this .npy file, in place of answers")
    flags.choice("threads", 0, "threads of the runtime; 0 leaves it to the runtime")
    return flags


def answer_items(asked: Namespace, folder: Path, given: Input) -> None:
    """One line for one item; or, with --vectors, one row of a file."""
    model = Answering(folder, given, asked.threads)
    if asked.scores and not model.targets.one_class:
        got = f"a model that answers {model.targets.kind}"
        raise OptionError("run.py: a probability belongs to one class of the whole", got=got, hint="--write jsonl")
    items = items_of(given.kind, asked, words=model.targets.per_vector)
    found = model.run(items.examples)
    if asked.vectors:
        np.save(
            asked.vectors, np.stack([each["whole"] if "whole" in each else each["states"].mean(0) for each in found])
        )
        return
    answers = dict(zip(items.places, _records(model, items.examples, found), strict=True))
    for line in range(items.lines):
        print(_written(answers.get(line), asked))


def _records(model: Answering, examples: Examples, found: list[dict[str, Array]]) -> Iterator[dict[str, Any]]:
    for index, (item, each) in enumerate(zip(examples.items, found, strict=True)):
        yield {"item": name_of(item, examples.where(index)), **model.answer(each["scores"])}


def _cut(array: Array, length: int) -> Array:
    """Without the padding of an array that has a row for each vector."""
    return array[:length] if array.ndim > 1 else array


def _written(record: dict[str, Any] | None, asked: Namespace) -> str:
    """One line of output; empty for a blank one of input."""
    if record is None:
        return "" if asked.write != "jsonl" else json.dumps({"item": "", "prediction": None})
    if asked.write == "jsonl":
        return json.dumps(record, ensure_ascii=False)
    before = f"{record['probability']:.4f}\t" if asked.scores else ""
    return before + _text(record["prediction"])


def _text(prediction: Any) -> str:
    """`B-city I-city O`, `sport`, `3.14`."""
    if isinstance(prediction, list):
        return " ".join(map(_text, prediction))
    return f"{prediction:.6g}" if isinstance(prediction, float) else " ".join(str(prediction).splitlines())
