"""Texts end to end in one row: the same losses, gradients and weights as padded ones, and nobody hears of another."""

import numpy as np
import pytest
import torch
from torch import Tensor

from regard.data.pairs import Pairs
from regard.inputs.text import Text
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import build
from regard.training.config import TranslateConfig
from regard.training.data import Corpus
from regard.training.defaults import training_options
from regard.training.learner import Learner
from regard.training.pairs import Translating
from regard.training.steps import update
from regard.training.workers import Workers

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
LENGTHS = [(1, 9), (9, 1), (0, 3), (4, 4), (2, 7), (40, 33), (7, 0), (5, 6), (4, 4), (1, 1)]
"""Words of source and target: none, one, like ones, and far more than the others have."""
ALL = np.arange(len(LENGTHS))
SHAPES = ("sinusoidal", "learned", "rotary", "alibi", "relative-bias", "relative-keys")


def texts() -> tuple[list[str], list[str]]:
    draw = np.random.default_rng(3)
    return tuple([" ".join(draw.choice(WORDS, size)) for size in side] for side in zip(*LENGTHS, strict=True))


def task(packing: bool, positions: str = "sinusoidal", **choices: object) -> Translating:
    """A translator with fresh weights, the same at every call, without dropout."""
    sources, targets = texts()
    pairs, text = Pairs.of(sources, targets), Text.learn(WORDS, kind="word")
    options = NetworkOptions(
        **{"width": 16, "layers": 2, "heads": 2, "feed_forward": 24, "dropout": 0.0, "positions": positions, **choices}
    )
    torch.manual_seed(5)
    model = Translator(text, text, build(options, text.size, text.size))
    with torch.no_grad():
        for each in model.network.parameters():
            each.add_(0.1 * torch.randn_like(each))
    corpus = Corpus.of(text, text, pairs)
    return Translating(model, (corpus, corpus), pairs, lambda found, wanted: 0.0, packing)


OPTIONS = training_options(TranslateConfig(precision="fp32", device="cpu"), len(LENGTHS), 1000, "bleu")


def losses(given: Translating, indices: np.ndarray = ALL) -> tuple[Tensor, dict[str, Tensor]]:
    """The summed loss with label smoothing, and every gradient."""
    given.network.zero_grad()
    loss = given.loss(given.batch(indices), OPTIONS, 0.1)
    loss.backward()
    return loss.detach(), {name: each.grad for name, each in given.network.named_parameters() if each.grad is not None}


@pytest.mark.parametrize(
    "choices",
    [{"positions": each} for each in SHAPES]
    + [
        {"norm": "post", "shared": False},
        {"attention": "additive", "normalizer": "entmax"},
        {"attention": "linear"},
        {"pattern": "local:1"},
        {"pattern": "strided:2"},
        {"pattern": "top-k:2"},
        {"key_heads": 1, "members": 2},
    ],
    ids=str,
)
def test_packed_and_padded_texts_give_the_same_loss_and_the_same_gradients(choices: dict[str, object]) -> None:
    (padded, slopes), (packed, others) = (losses(task(packing, **choices)) for packing in (False, True))
    torch.testing.assert_close(packed, padded, rtol=1e-5, atol=0)
    assert slopes.keys() == others.keys() and slopes
    scale = max(float(each.abs().max()) for each in slopes.values())
    for name in slopes:
        torch.testing.assert_close(others[name], slopes[name], rtol=0, atol=1e-5 * scale, msg=name)


def test_what_workers_learn_from_their_shares_adds_up_to_the_whole() -> None:
    given = task(True)
    whole, slopes = losses(given)
    parts = [losses(given, Workers(rank, 3).share(ALL)) for rank in range(3)]
    torch.testing.assert_close(sum(loss for loss, _ in parts), whole, rtol=1e-5, atol=0)
    for name, slope in slopes.items():
        torch.testing.assert_close(sum(part[name] for _, part in parts), slope, rtol=1e-4, atol=1e-4, msg=name)


def felt(name: str, weights: Tensor) -> Tensor:
    """Without biases of keys: softmax does not feel them, so that Adam makes whole steps out of rounding errors."""
    return weights[len(weights) // 2 :] if name.endswith("key_value.bias") else weights


def test_after_ten_updates_the_weights_are_the_same() -> None:
    weights = []
    for packing in (False, True):
        given = task(packing)
        learner = Learner(given.network, OPTIONS)
        for step in range(10):
            shares = [given.batch(part) for part in (ALL[step % 3 :: 2], ALL[::-3])]
            update(given, learner.optimizer, shares, OPTIONS, 0.001)
        weights.append({name: felt(name, each.detach()) for name, each in given.network.named_parameters()})
    for name, padded in weights[0].items():
        torch.testing.assert_close(weights[1][name], padded, rtol=0, atol=1e-5, msg=name)


def told(given: Translating) -> list[Tensor]:
    """What each text's tokens cost, one by one, in a packed row of all."""
    batch = given.batch(ALL)
    states, labels = batch.states(given.network)
    each = -given.network.output(states).gather(1, labels[:, None])[:, 0]
    return list(each.detach().split(given.train.target.lengths.tolist()))


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_text_hears_of_its_own_pair_alone(side: str) -> None:
    given = task(True)
    before = told(given)
    numbers = given.train.target if side == "target" else given.train.source.numbers
    starts = numbers.starts
    for changed in (0, 5, 9):
        own = slice(int(starts[changed]), int(starts[changed + 1]) - 1)
        kept = numbers.flat[own].copy()
        numbers.flat[own] = np.where(kept == 7, 8, 7)
        after = told(given)
        numbers.flat[own] = kept
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            assert torch.equal(one, other) == (place != changed)


def test_a_packed_row_holds_each_token_once_and_no_more() -> None:
    given = task(True)
    batch = given.batch(ALL[::-1])
    assert given.size(batch) == sum(size + 1 for _, size in LENGTHS)
    assert batch.source.tokens.shape == (1, sum(size + 1 for size, _ in LENGTHS))
    assert batch.to("cpu").target.ids[0].unique_consecutive(return_counts=True)[1].tolist() == [
        size + 1 for _, size in LENGTHS[::-1]
    ]
