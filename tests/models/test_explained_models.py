"""Every kind of input and network that has attention is explained, from its own numbers."""

from itertools import product

import pytest
from answer_cases import ITEMS, case

from regard.inspect.explain import explain
from regard.inspect.explain.layer import layers_of

REFUSED = {("graph", "rotary"), ("graph", "linear"), ("graph", "pattern"), ("graph", "recurrent attention")}
"""Edges go with none of these."""
NETWORKS = ("transformer", "set", "learned", "rotary", "linear", "pattern", "recurrent attention")


@pytest.mark.parametrize(("kind", "network"), [pair for pair in product(ITEMS, NETWORKS) if pair not in REFUSED])
def test_every_layer_of_a_model_of_any_input(kind: str, network: str) -> None:
    model, examples = case(kind, "classify", network)
    item = examples.items[2]
    names = model.names(item)
    layers = layers_of(model.network)
    assert layers
    for layer in layers:
        told = explain(model, item, layer=layer, head=1)
        assert told.difference < 2e-5, layer
        weights = next(table for step in told.steps for table in step.tables if table.name == "A")
        assert weights.columns == names


def test_a_graph_reads_along_its_edges_only() -> None:
    model, examples = case("graph", "label", "transformer")
    item = examples.items[0]
    told = explain(model, item)
    weights = next(table for step in told.steps for table in step.tables if table.name == "A")
    joined = {(int(t), int(s)) for s, t in zip(item.source, item.target, strict=True)}
    assert weights.hidden is not None
    read = {(i, j) for i, row in enumerate(weights.hidden.tolist()) for j, bar in enumerate(row) if not bar}
    assert joined <= read and len(read) < weights.values.size
