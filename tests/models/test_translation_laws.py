"""Laws of texts for items, for every input: padding, batches and order never matter, and all doors agree."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from translation_cases import CHOSEN, KINDS, Case, case

from regard.data.item_pairs import ItemPairs
from regard.decoding.beam import Search
from regard.errors import FolderError
from regard.folder.model import load_translator, save_translator
from regard.metrics.edit import word_error_rate
from regard.models.given import surprise
from regard.models.translator import Candidate
from regard.training.data import Corpus
from regard.training.pairs import Translating

Found = list[list[Candidate]]
CASES = [
    *zip(KINDS, CHOSEN, strict=True),
    *(("sound", "recurrent attention"), ("sound", "conformer"), ("vectors", "set"), ("story", "rotary")),
]
"""Every input and every network."""


def read(given: Case, vectors: int, order: list[int]) -> Found:
    """The two best texts of the items in this order, put back in their own."""
    found = given.model.translate(given.examples.take(order), Search(3, 2), batch_tokens=vectors)
    return [found[place] for place in np.argsort(order)]


def same(one: Found, other: Found) -> None:
    for first, second in zip(one, other, strict=True):
        assert [each.text for each in first] == [each.text for each in second]
        assert [each.score for each in first] == pytest.approx([each.score for each in second], abs=1e-4)


@pytest.mark.parametrize(("kind", "network"), CASES)
def test_padding_batches_and_order_never_matter(kind: str, network: str) -> None:
    given = case(kind, network, halvings=int(kind in ("sound", "series")))
    whole = read(given, 10_000, list(range(8)))
    assert len({each[0].score for each in whole}) == 8, "each item has a text of its own"
    same(whole, read(given, 1, list(range(8))))
    same(whole, read(given, 20, [3, 1, 7, 0, 5, 6, 2, 4]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_model_says_the_same_bit_for_bit(kind: str, tmp_path: Path) -> None:
    given = case(kind, "transformer")
    save_translator(given.model, tmp_path, {})
    back = load_translator(tmp_path)[0]
    assert {"input.json", "target.json"} < {each.name for each in tmp_path.iterdir()}
    assert read(given, 100, list(range(8))) == read(Case(back, given.examples), 100, list(range(8)))


def test_a_folder_that_asks_for_what_cannot_be_is_refused(tmp_path: Path) -> None:
    save_translator(case("vectors", "transformer").model, tmp_path, {})
    record = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    for source, expected in (
        ({**record["source"], "halvings": 9}, "source must be one that can be: halvings"),
        ({**record["source"], "halvings": 1}, "the weights must fit the network"),
        (None, "source must hold every choice"),
    ):
        (tmp_path / "model.json").write_text(json.dumps({**record, "source": source}), encoding="utf-8")
        with pytest.raises(FolderError, match=expected):
            load_translator(tmp_path)


@pytest.mark.parametrize(("kind", "network"), CASES)
def test_given_texts_are_scored_as_a_search_scores_them(kind: str, network: str) -> None:
    given = case(kind, network)
    found = given.model.translate(given.examples, Search(3, 1, 0.0), longest=12)
    ended = [place for place, (each,) in enumerate(found) if each.ended and each.text]
    texts = [found[place][0].text for place in ended]
    for vectors in (1, 10_000):
        told = surprise(given.model, given.examples.take(ended), texts, str, vectors)
        assert (-told.nats).tolist() == pytest.approx([found[place][0].score for place in ended], abs=1e-4)
    assert told.characters.tolist() == [len(text) + 1 for text in texts] and told.unknown == 0


@pytest.mark.parametrize("kind", ["sound", "series"])
def test_each_state_that_is_read_has_the_name_of_its_first_vector(kind: str) -> None:
    given = case(kind, "transformer", halvings=1)
    for item in given.examples.items:
        reading = given.model.read(item, "three one")
        assert reading.source == given.model.source.names(item)[::2]
        assert reading.target == ["▁three", "▁one", "</s>"]
        assert reading.weights.shape == (3, len(reading.source))
        np.testing.assert_allclose(reading.weights.sum(1), 1, atol=1e-5)


@pytest.mark.parametrize("network", ["transformer", "recurrent attention"])
def test_the_loss_is_that_of_the_decoder_and_that_of_the_states_in_their_shares(network: str) -> None:
    losses = []
    for share in (0.0, 0.5, 0.25):
        given = case("sound", network, ctc=share)
        model = given.model
        model.network.load_state_dict(case("sound", network).model.network.state_dict(), strict=False)
        pairs = ItemPairs(given.examples, ["one", "two two", "three", "four", "five", "six", "one two", "two"])
        corpus = Corpus.of(model.source, model.target, pairs)
        task = Translating(model, (corpus, corpus), pairs, lambda found, wanted: word_error_rate(wanted, found))
        model.network.eval()
        losses.append(task.loss(corpus.batch(np.arange(8)), options(), 0.0).item())
    assert losses[2] == pytest.approx((losses[0] + losses[1]) / 2, rel=1e-5) and losses[0] != losses[1]


def options() -> object:
    """All that a loss asks of a training's choices."""

    class Plain:
        precision, device = "fp32", "cpu"

    return Plain()


def test_a_target_longer_than_its_states_costs_the_branch_nothing() -> None:
    source = case("vectors", "transformer").model.network.source
    states = torch.randn(1, 2, 8, requires_grad=True)
    loss = source.ctc(states, torch.tensor([2]), torch.tensor([[4, 5, 6]]), torch.tensor([3]))
    loss.backward()
    assert loss == 0 and states.grad is not None and not states.grad.any()
