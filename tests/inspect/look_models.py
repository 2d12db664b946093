"""Small models of every task and input, untrained: what a look must say holds for any weights."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from regard.data.items import Graph, Sound
from regard.inputs.graph.graph import GraphInput, GraphOptions
from regard.inputs.image.input import ImageInput
from regard.inputs.series.series import SeriesInput, SeriesOptions
from regard.inputs.sound.input import SoundInput
from regard.inputs.text import Text
from regard.inputs.vectors import VectorInput, VectorOptions
from regard.inputs.words import TextInput, TextOptions
from regard.models.answerer import Answerer
from regard.models.assembly import assembled, translating
from regard.models.generator import Generator
from regard.models.targets import Targets
from regard.models.translator import Translator
from regard.networks.answering import HeadOptions
from regard.networks.base import NetworkOptions
from regard.networks.items import SourceOptions
from regard.networks.language import build_language

WIDTH = 16
OPTIONS = NetworkOptions(width=WIDTH, layers=2, heads=2, feed_forward=16, dropout=0.0)
RECURRENT = replace(OPTIONS, network="recurrent", attention="additive", heads=1)
CLASSES = Targets("classify", ("cat", "dog", "owl"))
NUMBER = Targets("regress", mean=(2.0,), spread=(3.0,))
LABELS = Targets("label", ("B", "I", "O"), scheme="BIO")
LINES = ["the small house is old", "a red house", "the old dog sees a cat", "a cat is small"]
RANDOM = np.random.default_rng(3)
GRAPH = Graph(np.eye(5, dtype=np.float32), np.array([0, 1, 2, 3, 4]), np.array([1, 2, 3, 4, 0]))
ITEMS: dict[str, Any] = {
    "text": "the old house is small",
    "words": ["the", "old", "house"],
    "sound": Sound(0.1 * RANDOM.normal(size=2000).astype(np.float32), 16_000),
    "image": RANDOM.integers(0, 255, (8, 6), dtype=np.uint8),
    "graph": GRAPH,
    "series": np.where(RANDOM.random((7, 2)) < 0.1, np.nan, RANDOM.normal(size=(7, 2))),
    "vectors": RANDOM.normal(size=(6, 3)),
}


def given_of(kind: str) -> Any:
    """What reads items of a kind."""
    match kind:
        case "text" | "words":
            return TextInput.learn(LINES * 2, TextOptions())
        case "sound":
            return SoundInput.learn([ITEMS["sound"]])
        case "image":
            return ImageInput.learn([ITEMS["image"]])
        case "graph":
            return GraphInput.learn([GRAPH, GRAPH], GraphOptions())
        case "series":
            return SeriesInput.learn([ITEMS["series"]], SeriesOptions())
        case _:
            return VectorInput.learn([ITEMS["vectors"]], VectorOptions())


def answerer(
    kind: str, targets: Targets = CLASSES, options: NetworkOptions = OPTIONS, head: HeadOptions | None = None
) -> Answerer:
    """A model whose weights are all drawn anew, so that no part of it is silent."""
    torch.manual_seed(5)
    model = assembled(given_of(kind), targets, options, head or HeadOptions())
    drawn(model.network)
    return model


def translator(options: NetworkOptions = OPTIONS, kind: str = "text") -> Translator:
    """From English to English, or from items."""
    torch.manual_seed(6)
    target = Text.learn(LINES, kind="word", size=100)
    source = target if kind == "text" else given_of(kind)
    how = None if kind == "text" else SourceOptions(halvings=1, most_tokens=5)
    options = options if kind == "text" else replace(options, shared=False)
    network = translating(source, target, options, how)
    drawn(network)
    return Translator(source, target, network)


def generator(options: NetworkOptions = OPTIONS) -> Generator:
    """One line a text."""
    torch.manual_seed(7)
    text = Text.learn(LINES, kind="word", size=100)
    network = build_language(options, text.size)
    drawn(network)
    return Generator(text, network, True)


def drawn(network: torch.nn.Module) -> None:
    """Weights of some size, where training begins with zeros."""
    network.eval()
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() > 1 and not parameter.any():
                parameter.normal_(std=0.3)
