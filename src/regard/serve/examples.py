"""An item that a model can read, for the examples of the OpenAPI document."""

from typing import Any

from regard.inputs.base import Input
from regard.inputs.graph import GraphInput
from regard.inputs.image import ImageInput
from regard.inputs.series import SeriesInput
from regard.inputs.sound import SoundInput
from regard.inputs.story import StoryInput

TEXT = "der Hund schläft"


def example_of(given: Input) -> Any:
    """As JSON spells it, small, and of training's form."""
    if isinstance(given, SoundInput):
        return {"samples": [0.0, 0.5, 0.0, -0.5] * -(-given.frames.window // 4), "rate": given.frames.rate}
    if isinstance(given, ImageInput):
        return [[0.5 if given.channels == 1 else [0.5] * 3] * given.patch] * given.patch
    if isinstance(given, SeriesInput):
        return [[0.0] * len(given.mean), [1.0] * len(given.mean)]
    if isinstance(given, GraphInput):
        return _graph(given)
    if isinstance(given, StoryInput):
        return {"sentences": ["Mary went home.", "John slept."], "question": "Where is Mary?"}
    return [[0.0] * given.features, [1.0] * given.features] if given.kind == "vectors" else TEXT


def _graph(given: GraphInput) -> dict[str, Any]:
    """Two nodes and an edge each way."""
    nodes, edges = given.columns
    graph: dict[str, Any] = {"nodes": [[0.5] * len(nodes.scaling.mean)] * 2, "source": [0, 1], "target": [1, 0]}
    if nodes.known:
        graph["tags"] = [[column[0] for column in nodes.known]] * 2
    if edges is not None:
        graph["edges"] = [[0.5] * len(edges.scaling.mean)] * 2
        if edges.known:
            graph["edge_tags"] = [[column[0] for column in edges.known]] * 2
    return graph
