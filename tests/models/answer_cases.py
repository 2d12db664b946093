"""A few items of every kind of input, and small models over them with fresh weights: for laws that need no training."""

from typing import Any, NamedTuple

import numpy as np
import torch

from regard.data.examples import Examples
from regard.data.items import Graph, Sound, Story
from regard.inputs.catalogue import input_class, options_class
from regard.models.answerer import Answerer
from regard.models.assembly import assembled
from regard.models.learn_targets import learn_targets
from regard.networks.answering import HeadOptions
from regard.networks.base import NetworkOptions

RANDOM = np.random.default_rng(17)
NETWORKS: dict[str, dict[str, Any]] = {
    "transformer": {},
    "set": {"positions": "none"},
    "learned": {"positions": "learned", "longest": 64},
    "rotary": {"positions": "rotary"},
    "linear": {"attention": "linear"},
    "pattern": {"pattern": "local:2 longformer:1:1"},
    "low rank": {"pattern": "linformer:3", "longest": 64},
    "sparse": {"pattern": "strided:2 top-k:2"},
    "conformer": {"network": "conformer", "kernel": 3, "pattern": "local:3 global"},
    "recurrent": {"network": "recurrent", "attention": "none"},
    "recurrent attention": {"network": "recurrent", "attention": "additive"},
    "convolutional": {"network": "convolutional", "attention": "none"},
    "feedforward": {"network": "feedforward", "attention": "none", "context": 1},
    "memory": {"network": "memory"},
    "layer-wise memory": {"network": "memory", "tying": "layer-wise"},
}
LENGTHS = (5, 1, 9, 3, 7, 2, 12, 4)


def graph(nodes: int) -> Graph:
    source = np.array([(i * 7 + 3) % nodes for i in range(2 * nodes)])
    return Graph(
        RANDOM.normal(size=(nodes, 3)), source, np.arange(2 * nodes) % nodes, RANDOM.normal(size=(2 * nodes, 2))
    )


ITEMS: dict[str, list[Any]] = {
    "text": [[f"w{(i * j) % 5}" for j in range(n)] for i, n in enumerate(LENGTHS)],
    "sound": [Sound(RANDOM.uniform(-1, 1, 400 + 160 * n).astype(np.float32), 8000) for n in LENGTHS],
    "image": [RANDOM.integers(0, 256, (8 + 4 * (n % 3), 12), dtype=np.uint8) for n in LENGTHS],
    "graph": [graph(n + 1) for n in LENGTHS],
    "series": [np.where(RANDOM.random((n, 2)) < 0.2, np.nan, RANDOM.normal(size=(n, 2))) for n in (*LENGTHS[:-1], 6)],
    "vectors": [RANDOM.normal(size=(n, 4)) for n in LENGTHS],
    "story": [
        Story(tuple(f"{'very ' * (j % 3)}s{(n * j) % 5} went to s{j}" for j in range(n - 1)), f"who went to s{n}")
        for n in LENGTHS
    ],
}
KINDS = ("label", "spans", "numbers", "classify", "several", "regress")
"""Answers: labels one by one, labels in spans (a CRF), a number a vector; one class, several, a number."""


class Case(NamedTuple):
    """A model, and the items it reads."""

    model: Answerer
    examples: Examples


def case(kind: str, answer: str, network: str, *, reach: str = "edges", pooling: str = "attention") -> Case:
    """The model has fresh weights, the same at every call."""
    stem = "linear" if network in ("transformer", "convolutional") else "convolutional"
    options: dict[str, dict[str, Any]] = {"image": {"patch": 4, "stem": stem}, "text": {"minimum_count": 1}}
    given = input_class(kind).learn(ITEMS[kind], options_class(kind)(**options.get(kind, {})))
    lengths = [len(given.encode(item, "item")) for item in ITEMS[kind]]
    targets = learn_targets(*answers_of(answer, lengths))
    chosen = {"width": 8, "layers": 2, "heads": 2, "feed_forward": 8, "dropout": 0.3, "shared": False}
    pooling = "last" if "memory" in network else pooling
    head = HeadOptions(crf=answer == "spans", reach=reach, pooling=pooling)
    torch.manual_seed(4)
    model = assembled(given, targets, NetworkOptions(**{**chosen, **NETWORKS[network]}), head)
    with torch.no_grad():
        for each in model.network.parameters():
            each.add_(0.1 * torch.randn_like(each))
    return Case(model, Examples(kind, ITEMS[kind]))


def answers_of(answer: str, lengths: list[int]) -> tuple[str, list[Any]]:
    match answer:
        case "label":
            return "label", [[f"c{j % 3}" for j in range(n)] for n in lengths]
        case "spans":
            return "label", [(["B-x", "I-x", "O"] * n)[:n] for n in lengths]
        case "numbers":
            return "label", [[j / 3 for j in range(n)] for n in lengths]
        case "classify":
            return "classify", ["yes", "no", "maybe"] * 3
        case "several":
            return "classify", [["a", "b"], ["c"], []]
    return "regress", [1.0, 2.0, 4.0]
