"""Laws of answers, for every input, answer and network: what must not matter does not, and all doors agree."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from answer_cases import KINDS, NETWORKS, Case, case

from regard.data.examples import Examples
from regard.data.items import Graph
from regard.errors import OptionError
from regard.folder.answerer import load_answerer, save_answerer
from regard.inputs.catalogue import INPUTS

CLOSE: dict[str, Any] = {"rtol": 0, "atol": 1e-5}
"""Of numbers of size 1 in float32: batches of other shapes add up in another order."""
CASES = [
    (kind, answer, network)
    for (kind, answer), network in product(product(INPUTS, KINDS), NETWORKS)
    if (kind != "graph" or network in ("transformer", "set")) and not (kind == "image" and answer == "spans")
    if kind == "story" or "memory" not in network
]
PAIRS = CASES[::5]
"""A fifth of all: every input, answer and network, and most pairs of them."""


def read(given: Case, vectors: int, order: list[int]) -> list[Any]:
    """All that a model can say of the items in this order, put back in their own."""
    model, examples = given.model, given.examples.take(order)
    back = np.argsort(order)
    found = [model.encode(examples, vectors), list(model.pooled(examples, vectors)), model.predict(examples, vectors)]
    found += [model.probabilities(examples, vectors)] if model.targets.classes else []
    found += [model.shares(examples, vectors)] if model.reads else []
    return [[each[place] for place in back] for each in found]


def same(first: list[Any], second: list[Any]) -> None:
    for one, other in zip(first, second, strict=True):
        for a, b in zip(one, other, strict=True):
            if np.asarray(a).dtype.kind == "f":
                np.testing.assert_allclose(a, b, **CLOSE)
            else:
                assert a == b


@pytest.mark.parametrize(("kind", "answer", "network"), PAIRS)
def test_padding_batches_and_order_never_matter(kind: str, answer: str, network: str) -> None:
    given = case(kind, answer, network)
    whole = read(given, 10_000, list(range(8)))
    same(whole, read(given, 1, list(range(8))))
    same(whole, read(given, 20, [3, 1, 7, 0, 5, 6, 2, 4]))


@pytest.mark.parametrize("kind", INPUTS)
def test_shares_are_the_weights_that_the_pooled_vector_was_averaged_with(kind: str) -> None:
    model, examples = case(kind, "classify", "transformer")
    pool, whole = model.network.pool, model.pooled(examples)
    asking = pool.attention.query(pool.asking[0])
    for index, (states, shares) in enumerate(zip(model.encode(examples), model.shares(examples), strict=True)):
        keys, values = pool.attention.key_value(torch.from_numpy(states)).chunk(2, -1)
        query, keys, values = (each.unflatten(-1, (2, 4)).transpose(0, 1) for each in (asking, keys, values))
        weights = (query @ keys.mT / 2).softmax(-1)
        np.testing.assert_allclose(weights.mean(0)[0].detach().numpy(), shares, **CLOSE)
        pooled = pool.attention.output((weights @ values).transpose(0, 1).flatten(1))[0]
        np.testing.assert_allclose(pooled.detach().numpy(), whole[index], **CLOSE)
        assert len(model.names(examples.items[index])) == len(shares)


@pytest.mark.parametrize(("answer", "pooling"), [("label", "attention"), ("classify", "mean")])
def test_without_a_pool_of_attention_there_are_no_shares(answer: str, pooling: str) -> None:
    model, examples = case("vectors", answer, "transformer", pooling=pooling)
    assert not model.reads
    got = "labels for every vector" if answer == "label" else "pooling mean"
    with pytest.raises(OptionError, match=f"shares: the model must pool by attention\n  got  {got}\n  try  a model"):
        model.shares(examples)


@pytest.mark.parametrize(("kind", "answer", "network"), PAIRS)
def test_what_a_model_says_at_its_doors_agrees(kind: str, answer: str, network: str) -> None:
    model, examples = case(kind, answer, network)
    states, whole, predictions = model.encode(examples), model.pooled(examples), model.predict(examples)
    lengths = [len(model.given.encode(item, "item")) for item in examples.items]
    assert [each.shape for each in states] == [(n, 8) for n in lengths] and whole.shape == (8, 8)
    if model.targets.per_vector:
        assert [len(each) for each in predictions] == lengths
        np.testing.assert_allclose(whole, np.stack([each.mean(0) for each in states]), **CLOSE)
    if not model.targets.classes:
        return
    for prediction, chance in zip(predictions, model.probabilities(examples), strict=True):
        assert (chance >= 0).all() and (chance <= 1).all()
        if model.targets.several:
            assert prediction == [name for name, p in zip(model.targets.classes, chance, strict=True) if p > 0.5]
            continue
        np.testing.assert_allclose(chance.sum(-1), 1, **CLOSE)
        likeliest = chance.argmax(-1)
        if model.network.crf is None:
            assert model.targets.named(np.atleast_1d(likeliest)) == (
                prediction if model.targets.per_vector else [prediction]
            )


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("answer", ["spans", "several", "regress"])
def test_a_saved_model_says_the_same_bit_for_bit(kind: str, answer: str, tmp_path: Path) -> None:
    given = case(kind, answer, "transformer")
    save_answerer(given.model, tmp_path, {})
    back = load_answerer(tmp_path)[0]
    for one, other in zip(
        read(given, 100, list(range(8))), read(Case(back, given.examples), 100, list(range(8))), strict=True
    ):
        assert [np.asarray(each).tobytes() for each in one] == [np.asarray(each).tobytes() for each in other]
    assert back.targets == given.model.targets and back.given.to_json() == given.model.given.to_json()


@pytest.mark.parametrize(
    ("answer", "pooling"),
    [("label", "mean"), ("numbers", "mean"), *product(("classify", "regress"), ("attention", "mean", "max"))],
)
def test_the_vectors_of_a_set_have_no_order(answer: str, pooling: str) -> None:
    given = case("vectors", answer, "set", pooling=pooling)
    orders = [np.random.default_rng(5).permutation(len(item)) for item in given.examples.items]
    turned = Examples("vectors", [item[order] for item, order in zip(given.examples.items, orders, strict=True)])
    model = given.model
    for one, other, order in zip(model.encode(given.examples), model.encode(turned), orders, strict=True):
        np.testing.assert_allclose(one[order], other, **CLOSE)
    for one, other, order in zip(model.predict(given.examples), model.predict(turned), orders, strict=True):
        moved = [one[place] for place in order] if model.targets.per_vector else one
        same([[moved]], [[other]])


@pytest.mark.parametrize("reach", ["edges", "all"])
@pytest.mark.parametrize("answer", ["label", "classify"])
def test_the_numbers_of_nodes_mean_nothing(answer: str, reach: str) -> None:
    given = case("graph", answer, "set", reach=reach)
    model = given.model
    for item in given.examples.items:
        order = np.random.default_rng(len(item)).permutation(len(item))
        new = np.argsort(order)
        turned = Graph(item.nodes[order], new[item.source], new[item.target], item.edges)
        one, other = (model.encode(Examples("graph", [each]))[0] for each in (item, turned))
        np.testing.assert_allclose(one[order], other, **CLOSE)
        first, second = (model.predict(Examples("graph", [each]))[0] for each in (item, turned))
        assert ([first[place] for place in order] if answer == "label" else first) == second


def test_learned_positions_of_an_image_are_of_its_rows_and_columns() -> None:
    network = case("image", "label", "learned").model.network
    tables = {name: tuple(each.shape) for name, each in network.named_parameters() if "table" in name}
    assert tables == {"encoder.grid.rows.table": (64, 4), "encoder.grid.columns.table": (64, 4)}
