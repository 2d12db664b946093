"""The memory network: by hand, by its two tyings, in its linear start, through the one door, from folder to folder."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from regard.attend import Seen, observed
from regard.data.examples import Examples
from regard.data.items import Story
from regard.errors import OptionError
from regard.folder.answerer import load_answerer, save_answerer
from regard.inputs.catalogue import input_class, options_class
from regard.inspect.opening import look_at
from regard.layers.answers import WordAnswers
from regard.layers.sentences import Sentences
from regard.models.answerer import Answerer
from regard.models.assembly import assembled
from regard.models.targets import Targets
from regard.networks.answering import HeadOptions
from regard.networks.base import NetworkOptions
from regard.networks.encoders.memory import MemoryHops

STORIES = [
    Story(("Mary went home", "John took the red ball", "Mary slept"), "Where is Mary"),
    Story((), "Who slept"),
    Story(tuple(f"John went home {'late ' * (i % 3)}" for i in range(6)), "Where is John"),
]
CLASSES = ("ball,home", "home", "mary")


def network(kind: str = "story", **choices: Any) -> Answerer:
    torch.manual_seed(2)
    given = input_class("story").learn(STORIES, options_class("story")())
    small = {"network": "memory", "width": 6, "layers": 2, "heads": 1, "feed_forward": 1, "dropout": 0.0}
    options = NetworkOptions(**{**small, "shared": False, **choices})
    model = assembled(given, Targets("classify", CLASSES), options, HeadOptions(pooling="last"))
    with torch.no_grad():
        for each in model.network.parameters():
            each.add_(0.4 * torch.randn_like(each))
        model.network.embedding.table.words.weight[0] = model.network.embedding.table.ages.weight[0] = 0  # type: ignore[union-attr,index]
    model.network.double().eval()
    return model


def scores(model: Answerer, story: Story) -> torch.Tensor:
    from regard.inputs.store import store_of

    found: torch.Tensor = model.network(store_of(model.given, [story]).batch([0]))
    return found


def by_hand(model: Answerer, story: Story, tying: str, plain: bool = False, order: bool = True) -> list[float]:
    """Word by word and number by number, as the paper writes it down."""
    weights = {name: each.detach().numpy() for name, each in model.network.named_parameters()}
    words, ages = weights["embedding.table.words.weight"], weights["embedding.table.ages.weight"]
    encoded, m = model.given.encode(story, "here"), 6
    count = words.shape[1] // m
    told = np.zeros((len(encoded), count, m))
    for i, row in enumerate(encoded.values):
        present = [word for word in row if word]
        for j, word in enumerate(present, 1):
            for k in range(1, m + 1):
                place = (k / m - (m + 1) / (2 * m)) * (j / len(present) - (len(present) + 1) / (2 * len(present)))
                told[i, :, k - 1] += (1 + 4 * place * order) * words[word].reshape(count, m)[:, k - 1]
        told[i] += ages[encoded.cells[i, 0]].reshape(count, m)  # type: ignore[index]
    u = told[-1, 0 if tying == "adjacent" else 2]
    for hop in range(2):
        key, value = (told[:-1, hop], told[:-1, hop + 1]) if tying == "adjacent" else (told[:-1, 0], told[:-1, 1])
        p = key @ u
        if not plain and len(p):
            p = np.exp(p) / (50 + np.exp(p).sum())
        u = (u if tying == "adjacent" else weights["encoder.between.weight"] @ u) + p @ value
    if tying != "adjacent":
        return list(weights["output.weight"] @ u)
    numbers = model.given.numbers_of(CLASSES)  # type: ignore[attr-defined]
    rows = [words[number][-m:] if number else weights["output.own"][0] for number in numbers]
    return list(np.stack(rows) @ u)


@pytest.mark.parametrize("tying", ["adjacent", "layer-wise"])
@pytest.mark.parametrize("story", STORIES, ids=["three", "none", "six"])
def test_scores_by_hand(tying: str, story: Story) -> None:
    model = network(tying=tying)
    np.testing.assert_allclose(scores(model, story)[0].detach().numpy(), by_hand(model, story, tying), rtol=1e-5)


def test_without_word_order_a_sentence_is_a_bag() -> None:
    model = network(word_order=False)
    hand = by_hand(model, STORIES[0], "adjacent", order=False)
    np.testing.assert_allclose(scores(model, STORIES[0])[0].detach().numpy(), hand, rtol=1e-5)
    turned = Story(("home went Mary", *STORIES[0].sentences[1:]), STORIES[0].question)
    assert torch.allclose(scores(model, turned), scores(model, STORIES[0]))
    assert not torch.allclose(scores(network(), turned), scores(network(), STORIES[0]))


def test_a_linear_start_has_no_softmax_in_training_and_a_softmax_when_it_answers() -> None:
    model = network()
    encoder = model.network.encoder
    assert isinstance(encoder, MemoryHops)
    usual, encoder.plain = scores(model, STORIES[2]), True
    assert torch.equal(scores(model, STORIES[2]), usual)
    model.network.train()
    hand = by_hand(model, STORIES[2], "adjacent", plain=True)
    np.testing.assert_allclose(scores(model, STORIES[2])[0].detach().numpy(), hand, rtol=1e-5)


@pytest.mark.parametrize("tying", ["adjacent", "layer-wise"])
def test_gradients_are_those_of_finite_differences(tying: str) -> None:
    model = network(tying=tying)
    loss = scores(model, STORIES[0]).square().sum()
    loss.backward()  # type: ignore[no-untyped-call]
    for parameter in model.network.parameters():
        assert parameter.grad is not None
        flat, place = parameter.data.view(-1), int(parameter.grad.abs().argmax())
        found, before = [], float(flat[place])
        for step in (1e-4, -1e-4):
            flat[place] = before + step
            found.append(float(scores(model, STORIES[0]).square().sum().detach()))
            flat[place] = before
        assert (found[0] - found[1]) / 2e-4 == pytest.approx(float(parameter.grad.view(-1)[place]), rel=2e-3)


def test_nobody_teaches_the_word_that_is_not_known() -> None:
    torch.manual_seed(1)
    layer = Sentences(5, 3, 4)
    told = layer(torch.tensor([[[1, 0], [2, 1]]]), torch.tensor([[0, 0]]))
    assert told[0, 0].eq(0).all() and told[0, 1].ne(0).any()


def test_older_ages_than_there_are_count_as_the_oldest() -> None:
    layer = Sentences(5, 3, 4)
    numbers = torch.tensor([[[2, 3]]])
    assert torch.equal(layer(numbers, torch.tensor([[9]])), layer(numbers, torch.tensor([[3]])))


def test_answers_share_the_table_and_others_have_their_own() -> None:
    table = torch.nn.Embedding(5, 8)
    answers = WordAnswers(table, [3, 0, 4, 0], 4)
    rows = [table.weight[3, 4:], answers.own[0], table.weight[4, 4:], answers.own[1]]
    assert torch.allclose(answers(torch.eye(4)), torch.stack(rows).T)
    assert [name for name, _ in torch.nn.ModuleList([table, answers]).named_parameters()] == ["0.weight", "1.own"]


def test_what_each_hop_read_adds_up_and_the_question_is_never_read() -> None:
    model = network(normalizer="softmax")
    model.network.float()
    readings = model.readings(Examples("story", STORIES), vectors=8)
    assert [each.shape for each in readings] == [(2, 4), (2, 1), (2, 7)]
    assert all((each[:, -1] == 0).all() for each in readings)
    np.testing.assert_allclose([each.sum(1) for each in readings], [[1, 1], [0, 0], [1, 1]], atol=1e-6)
    seen: list[Seen] = []
    with observed(seen.append):
        model.network(store_batch(model))
    assert [each.name for each in seen] == ["hop.0", "hop.1"]
    np.testing.assert_allclose(seen[1].weights()[2, 0, 0].detach(), readings[2][1], atol=1e-6)


def store_batch(model: Answerer) -> Any:
    from regard.inputs.store import store_of

    return store_of(model.given, STORIES).batch([0, 1, 2])


def test_a_look_shows_every_hop_and_judges_the_sentences_alone() -> None:
    model = network()
    model.network.float()
    record = look_at(model, STORIES[0]).record
    assert [(call.name, call.queries, call.keys) for call in record.calls] == [
        ("hop 1", "question", "source"),
        ("hop 2", "question", "source"),
    ]
    weights = model.readings(Examples("story", STORIES[:1]))[0]
    for call, read in zip(record.calls, weights, strict=True):
        assert call.weights is not None
        np.testing.assert_allclose(call.weights[0, 0], read, atol=1e-6)
    columns = record.evidence[0].columns
    np.testing.assert_allclose(columns["weight"][:3], weights.mean(0)[:3], atol=1e-6)
    assert all(np.isnan(each[-1]) and np.isfinite(each[:-1]).all() for each in columns.values())
    without = Story(STORIES[0].sentences[1:], STORIES[0].question)
    chosen = int(scores(model, STORIES[0]).argmax())
    change = scores(model, without).log_softmax(-1)[0, chosen] - scores(model, STORIES[0]).log_softmax(-1)[0, chosen]
    assert columns["occlusion"][0] == pytest.approx(float(change.detach()), abs=1e-5)


@pytest.mark.parametrize("tying", ["adjacent", "layer-wise"])
def test_a_folder_gives_back_the_same_answers(tying: str, tmp_path: Path) -> None:
    model = network(tying=tying)
    model.network.float()
    save_answerer(model, tmp_path, {})
    back = load_answerer(tmp_path)[0]
    one, other = (np.stack(each.probabilities(Examples("story", STORIES))) for each in (model, back))
    assert one.tobytes() == other.tobytes() and back.network.options == model.network.options


@pytest.mark.parametrize(
    "choices", [{"attention": name} for name in ("bilinear", "additive", "cosine", "distance", "linear")]
)
def test_every_attention_reads_stories(choices: dict[str, Any]) -> None:
    model = network(**choices, heads=2)
    model.network.float().train()
    model.network.encoder.plain = True  # type: ignore[assignment]
    loss = model.network(store_batch(model)).square().sum()
    loss.backward()
    gradients = [parameter.grad for parameter in model.network.parameters()]
    assert all(each is not None and each.isfinite().all() for each in gradients)


@pytest.mark.parametrize(
    ("choices", "rule"),
    [
        ({"attention": "none"}, "network: a memory network reads by attention"),
        ({"tying": "loose"}, "tying: no such choice"),
        ({"width": 5, "heads": 2}, "network: width must be a multiple of 2"),
    ],
)
def test_choices_that_cannot_be(choices: dict[str, Any], rule: str) -> None:
    with pytest.raises(OptionError, match=rule):
        network(**choices)


def test_only_stories_are_read_in_hops_and_their_question_stands_alone() -> None:
    options = NetworkOptions(network="memory", width=4, layers=1, heads=1, feed_forward=1, dropout=0.0, shared=False)
    text = input_class("text").learn([["a", "b"]], options_class("text")())
    targets, story = Targets("classify", ("a", "b")), input_class("story").learn(STORIES, options_class("story")())
    with pytest.raises(OptionError, match="a memory network reads stories\n  got  items of text\n"):
        assembled(text, targets, options, HeadOptions())
    with pytest.raises(OptionError, match="halvings: the last sentence of a story is the question"):
        assembled(story, targets, options, HeadOptions(halvings=1))
    model = assembled(story, targets, NetworkOptions(**{**vars(options), "network": "transformer"}), HeadOptions())
    with pytest.raises(OptionError, match="readings: only a memory network reads in hops"):
        model.readings(Examples("story", STORIES))
