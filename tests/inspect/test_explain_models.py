"""Explanations of models: which layer, what its vectors are called, and the recurrent translator word by word."""

from itertools import product
from types import SimpleNamespace

import pytest
import torch

from regard.errors import DataError, OptionError
from regard.inputs.text import Text
from regard.inspect.explain import explain, learning, learning_of, translator
from regard.inspect.explain.examples import fresh
from regard.inspect.explain.layer import chosen_layer
from regard.models.assembly import translating
from regard.models.generator import Generator
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.language import build_language

SOURCES, TARGETS = ["der Hund ist rot", "die Katze ist alt"], ["the dog is red", "the cat is old"]
SMALL = {"width": 8, "layers": 2, "heads": 2, "feed_forward": 8, "dropout": 0.1, "shared": False}


def translator_of(**choices: object) -> Translator:
    torch.manual_seed(3)
    source, target = Text.learn(SOURCES, kind="word"), Text.learn(TARGETS, kind="word")
    options = NetworkOptions(**{**SMALL, **choices})  # type: ignore[arg-type]
    return Translator(source, target, translating(source, target, options, None).eval())


@pytest.mark.parametrize("position", ["sinusoidal", "rotary", "relative-bias"])
@pytest.mark.parametrize(
    ("layer", "rows", "columns"),
    [
        ("encoder.1", ["▁der", "▁Hund", "</s>"], ["▁der", "▁Hund", "</s>"]),
        ("decoder.0", ["<s>", "▁the", "▁dog"], ["<s>", "▁the", "▁dog"]),
        ("source.1", ["▁the", "▁dog", "</s>"], ["▁der", "▁Hund", "</s>"]),
    ],
)
def test_every_layer_of_a_transformer(position: str, layer: str, rows: list[str], columns: list[str]) -> None:
    told = explain(translator_of(positions=position), "der Hund", target="the dog", layer=layer, head=1)
    weights = next(table for step in told.steps for table in step.tables if table.name == "A")
    assert (weights.rows, weights.columns) == (rows, columns)
    assert told.difference < 1e-6 and told.facts["layer"] == layer
    if layer == "decoder.0":
        assert weights.hidden is not None and weights.hidden.tolist() == torch.ones(3, 3).triu(1).bool().tolist()


@pytest.mark.parametrize(
    ("cell", "order", "attention"),
    [
        *product(["rnn", "gru", "lstm"], ["bahdanau", "luong", "late"], ["dot"]),
        *(("gru", "bahdanau", name) for name in ("bilinear", "additive", "cosine", "distance", "linear", "none")),
    ],
)
def test_the_recurrent_translator_word_by_word(cell: str, order: str, attention: str) -> None:
    model = translator_of(network="recurrent", cell=cell, order=order, attention=attention)
    told = explain(model, "der Hund ist alt", target="the dog")
    assert told.difference < 5e-6
    assert [step.key.split(".")[1] for step in told.steps if step.key.startswith("r.word")] == ["word"] * 3
    assert [step.facts["word"] for step in told.steps if step.key.startswith("r.word")] == ["▁the", "▁dog", "</s>"]
    matches = [step for step in told.steps if step.key.startswith("score.")]
    assert len(matches) == (0 if attention == "none" else 3)
    assert told.steps[-1].key == "r.end" and told.steps[-1].facts["text"] == "the dog"


def test_its_weights_are_those_that_read_gives() -> None:
    model = translator_of(network="recurrent", attention="additive")
    told = explain(model, "der Hund", target="the dog")
    rows = [table.values[0] for step in told.steps for table in step.tables if table.name == "A"]
    read = model.read("der Hund", "the dog").weights
    assert abs(read.numpy() - rows).max() < 1e-6


def test_the_translation_is_the_model_s_own_unless_given() -> None:
    model = fresh()
    assert explain(model, "机器学习").facts["target"] == model.translate(["机器学习"])[0][0].text


def test_a_language_model_and_a_classifier() -> None:
    text = Text.learn(TARGETS, kind="word")
    options = NetworkOptions(**{**SMALL, "positions": "rotary"})  # type: ignore[arg-type]
    model = Generator(text, build_language(options, text.size), True)
    told = explain(model, "the cat")
    assert told["A"].shape == (3, 3) and told["A"][0, 1] == 0 and told.difference < 1e-6
    with pytest.raises(OptionError, match="only a translator has a target"):
        explain(model, "the cat", target="the dog")


def test_a_model_behind_an_estimator_is_found() -> None:
    model = translator_of()
    assert explain(SimpleNamespace(model_=model), "der Hund", target="the dog").title == "title.layer"


def test_the_example_learns_its_four_pairs_and_reads_where_it_should() -> None:
    told = translator()
    assert told.facts == {"source": "机器学习", "target": "machine learning"} and told.difference < 1e-6
    first, second = ([table.values[0] for step in told.steps for table in step.tables if table.name == "A"])[:2]
    assert first[:2].sum() > 0.5 and second[2:4].sum() > 0.5
    words = [step.facts for step in told.steps if step.key == "r.word"]
    assert [each["word"] for each in words] == ["▁machine", "▁learning", "</s>"] or len(words) == 3
    assert sum(table.name == "W" for step in told.steps for table in step.tables) == 1


def test_the_step_of_learning_goes_the_right_way() -> None:
    told = learning()
    assert told.difference < 1e-7
    slopes = told["∂L/∂c₀"]
    assert abs(slopes[0] - slopes[1]).max() < 1e-8 and abs(slopes[0]).max() > 0.01
    assert abs(told["∂L/∂W"]).max() > 0.01
    after = told["A"]
    assert after.shape == (4, 7) and abs(after[:, :5].sum(1) - 1).max() < 1e-12
    losses = after[:, -1].tolist()
    assert losses == sorted(losses, reverse=True) and losses[-1] < 0.05 < 1 < losses[0]


@pytest.mark.parametrize("match", ["dot", "additive", "cosine"])
def test_every_match_learns_through_c0(match: str) -> None:
    told = learning(match)
    assert told.difference < 1e-7
    keys = [step.key for step in told.steps]
    assert keys == ["l.wanted", "l.context", "l.scores", *(["l.weight"] if match == "additive" else []), "l.after"]


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_copy_of_a_model_learns_and_the_model_stays_as_it_is(cell: str) -> None:
    model = translator_of(network="recurrent", cell=cell, attention="additive")
    before = [each.clone() for each in model.network.parameters()]
    told = learning_of(model, "der Hund ist rot", "the dog is red")
    assert told.difference < 1e-6 and abs(told["∂L/∂w"]).max() > 0
    losses = told["A"][:, -1]
    assert losses[-1] < losses[0] and told.steps[0].facts["word"] == "▁the"
    assert all(torch.equal(a, b) for a, b in zip(before, model.network.parameters(), strict=True))
    with pytest.raises(OptionError, match="learning is shown from z₀ on, through softmax\n  got  order luong"):
        learning_of(translator_of(network="recurrent", order="luong"), "der", "the")
    with pytest.raises(OptionError, match="learning is shown of a recurrent translator of texts\n  got  Transformer"):
        learning_of(translator_of(), "der", "the")
    with pytest.raises(DataError, match="learning needs a source and a wanted target"):
        learning_of(model, "der", " ")


def test_what_cannot_be_explained_is_refused_in_three_lines() -> None:
    model = translator_of()
    cases = [
        (lambda: explain(model, " "), "explain: needs an item\n  got  a blank text\n"),
        (lambda: explain(model, "der", layer="encoder.7"), "explain: no such layer\n  got  'encoder.7'\n"),
        (lambda: explain(model, "der", head=2), "explain: no such head\n  got  3\n  try  1 to 2"),
        (lambda: explain(object(), "der"), "explain: no such thing to explain\n  got  object\n"),
        (lambda: explain(model), "explain: a model reads one item, a layer one set of vectors\n  got  0 of them\n"),
        (
            lambda: explain(model, "der", mask="causal"),
            "explain: a layer has a score, a normalizer and a mask of its own",
        ),
        (lambda: explain([1.0]), "explain: x must be a matrix of numbers\n  got  shape (1,)\n"),
        (lambda: explain([["a"]]), "explain: x must be a matrix of numbers\n  got  "),
        (lambda: explain([[1.0]], [[1.0], [1.0]]), "explain: wq must have a row for each number of a vector\n"),
        (lambda: explain([[1.0]], None, None, None, [[1.0], [1.0]]), "explain: wo must have a row"),
        (lambda: explain([[1.0]], head=1), "explain: no such head\n  got  1\n"),
        (lambda: explain([[1.0]], score="dott"), "explain: score: no such name\n  got  'dott'\n  try  'dot'?"),
        (lambda: explain([[1.0]], mask="1 0"), "explain: mask must be 1 rows of 1 zeros and ones\n"),
        (lambda: explain([[1.0]], names=["a", "b"]), "explain: names must be as many as vectors\n"),
    ]
    for ask, text in cases:
        with pytest.raises((OptionError, DataError, ValueError)) as caught:
            ask()
        assert str(caught.value).startswith(text) and len(str(caught.value).splitlines()) == 3, str(caught.value)


def test_a_network_without_attention_is_refused() -> None:
    layer = torch.nn.Linear(2, 2)
    with pytest.raises(OptionError, match="the network must have attention\n  got  Linear"):
        chosen_layer(layer, "")
