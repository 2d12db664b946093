"""Models over sounds, images and graphs with fresh weights: what is asked of them is whether they can be asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from regard.data.items import Graph, Sound
from regard.folder.answerer import save_answerer
from regard.inputs.catalogue import input_class, options_class
from regard.models.assembly import assembled
from regard.models.learn_targets import learn_targets
from regard.networks.answering import HeadOptions
from regard.networks.base import NetworkOptions

RATE = 8_000
OPTIONS: dict[str, dict[str, Any]] = {"image": {"patch": 4, "stem": "linear"}}


def written(home: Path, kinds: Sequence[str] = ("sound", "image", "graph")) -> list[Path]:
    """Folders `of-sound`, …: each tells one of two classes."""
    for kind in kinds:
        items = items_of(kind)
        given = input_class(kind).learn(items, options_class(kind)(**OPTIONS.get(kind, {})))
        chosen = NetworkOptions(width=8, layers=1, heads=2, feed_forward=8, dropout=0.0, shared=False)
        torch.manual_seed(1)
        model = assembled(given, learn_targets("classify", ["no", "yes"] * 2), chosen, HeadOptions())
        save_answerer(model, home / f"of-{kind}", {})
    return [home / f"of-{kind}" for kind in kinds]


def items_of(kind: str) -> list[Any]:
    """Four of them, always the same."""
    drawn = np.random.default_rng(1)
    if kind == "sound":
        return [Sound(drawn.uniform(-1, 1, 1_600).astype(np.float32), RATE) for _ in range(4)]
    if kind == "image":
        return [drawn.integers(0, 256, (12, 12), np.uint8) for _ in range(4)]
    ring = np.arange(5)
    return [Graph(drawn.normal(size=(5, 2)), ring, np.roll(ring, 1), drawn.normal(size=(5, 1))) for _ in range(4)]
