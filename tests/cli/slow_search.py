"""A translator with random weights, and slow searches beside it: step by step without a cache, through all targets."""

from itertools import product
from typing import Any

import pytest
import torch

from regard.inputs.text import BEGIN, END, Text
from regard.models.numbers import numbers_of
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import build

NETWORKS: dict[str, dict[str, Any]] = {
    "transformer": {"layers": 2},
    "post-norm": {"layers": 2, "norm": "post", "positions": "learned", "longest": 40},
    "additive transformer": {"attention": "additive", "layers": 1, "shared": False},
    "gru, additive": {"network": "recurrent", "attention": "additive", "layers": 1},
    "lstm, luong": {"network": "recurrent", "attention": "bilinear", "cell": "lstm", "order": "luong", "layers": 1},
    "lstm, late": {"network": "recurrent", "attention": "dot", "cell": "lstm", "order": "late", "layers": 1},
    "rnn, cosine": {"network": "recurrent", "attention": "cosine", "cell": "rnn", "layers": 2, "two_way": False},
    "last state": {"network": "recurrent", "attention": "none", "layers": 1},
}
LINES = ["abba", "b", "ab ba aab", "aaaaaaaaaaaa", "ba"]


@pytest.fixture(params=list(NETWORKS))
def translator(request: pytest.FixtureRequest) -> Translator:
    """A network with weights that nobody trained, over the letters a and b and the space."""
    text = Text.learn(["ab ba"], kind="character")
    choices = {"width": 16, "heads": 2, "feed_forward": 16, "dropout": 0.0, **NETWORKS[request.param]}
    torch.manual_seed(5)
    translator = Translator(text, text, build(NetworkOptions(**choices), text.size, text.size))
    with torch.no_grad():
        for parameter in translator.network.parameters():
            parameter.mul_(1.5)  # decided, so that no two targets are as good
    return translator


@torch.inference_mode()
def whole(translator: Translator, line: str, target: list[int]) -> torch.Tensor:
    """Log-probabilities (q, v) after each token of a target, in one pass over a batch of one, without a cache."""
    translator.network.eval()
    tokens, lengths = numbers_of(translator.source, [line]).padded([0])
    encoded = translator.network.encode(tokens, lengths)
    scores = translator.network.output(translator.network.decode(encoded, torch.tensor([[BEGIN, *target]])))[0]
    scores[:, :END] = -torch.inf
    return scores


def step_by_step(translator: Translator, line: str, longest: int) -> tuple[list[int], float, bool]:
    """The best next token, again and again, everything computed anew each time."""
    target: list[int] = []
    total = 0.0
    while len(target) < longest:
        scores = whole(translator, line, target)[-1]
        best = int(scores.argmax())
        total += float(scores[best])
        if best == END:
            return target, total / (len(target) + 1), True
        target.append(best)
    return target, total / len(target), False


def every_target(translator: Translator, line: str, longest: int) -> list[tuple[float, list[int]]]:
    """All targets that end before `longest` tokens and their log-probabilities."""
    found = []
    for length in range(longest):
        for target in product(range(END + 1, translator.target.size), repeat=length):
            scores = whole(translator, line, list(target))
            total = sum(float(scores[place, token]) for place, token in enumerate((*target, END)))
            found.append((total, list(target)))
    return found


def ranked(targets: list[tuple[float, list[int]]], penalty: float) -> list[tuple[float, list[int]]]:
    """Targets and their scores, best first."""
    scored = [(total / (len(target) + 1) ** penalty, target) for total, target in targets]
    return sorted(scored, key=lambda each: -each[0])
