"""What a look captures is what `attend` computes, whatever the mechanism; long items in bounded memory."""

import math
import resource
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import regard
from regard import inspect
from regard.errors import OptionError
from regard.inspect.record import Call
from regard.kernels.reference import judge
from regard.layers.attention import Attention
from regard.mechanisms.features import EluPlusOne
from regard.mechanisms.masks import Causal, Edges, Padding, Window
from regard.mechanisms.normalizers import Entmax, Normalized, Sigmoid, SoftmaxWithSink, Sparsemax, TopK
from regard.mechanisms.positions import Alibi, Bias, RelativeKeys, Rotary
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features

Q, K, D, E, HEADS = 6, 6, 8, 5, 4
torch.manual_seed(2)
MECHANISMS: dict[str, dict[str, Any]] = {
    "dot": {},
    "bilinear": {"score": Bilinear(torch.randn(D, D))},
    "additive": {"score": Additive(torch.randn(HEADS, D))},
    "cosine": {"score": Cosine(0.5)},
    "distance": {"score": Distance(1.3), "normalizer": Sigmoid()},
    "linear": {"score": Features(EluPlusOne()), "normalizer": Normalized(), "mask": Causal()},
    "entmax": {"normalizer": Entmax(1.3), "mask": Causal()},
    "sparsemax": {"normalizer": Sparsemax(), "mask": Window(1, 2)},
    "top-k": {"normalizer": TopK(2)},
    "sink": {"normalizer": SoftmaxWithSink(0.3), "mask": Padding(keys=[4])},
    "rotary": {"position": Rotary(), "mask": Causal()},
    "alibi": {"position": (Alibi(), Bias(torch.randn(Q, K)))},
    "relative-keys": {"position": RelativeKeys(torch.randn(5, D))},
    "edges": {"mask": Edges(torch.tensor([0, 1, 1, 4]), torch.tensor([2, 0, 1, 5]))},
}
LABELS = {"positions": [f"p{i}" for i in range(Q)]}


class Calls(nn.Module):
    """A module of a user's own: one call of `attend`."""

    def __init__(self, **choices: Any) -> None:
        super().__init__()
        self.choices = choices

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return regard.attend(query, key, value, **self.choices, name="mine")


def vectors(q: int = Q, k: int = K, heads: int = HEADS) -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(4)
    return torch.randn(1, heads, q, D), torch.randn(1, heads // 2, k, D), torch.randn(1, heads // 2, k, E)


def captured(*given: Tensor, **choices: Any) -> Call:
    record = inspect.look(Calls(**choices), *given, axes=LABELS).record
    assert len(record.calls) == 1 and record.evidence == ()
    return record.calls[0]


@pytest.mark.parametrize("name", MECHANISMS)
def test_weights_and_output_are_those_of_attend_and_of_the_reference(name: str) -> None:
    query, key, value = vectors()
    choices = MECHANISMS[name]
    call = captured(query, key, value, **choices)
    assert call.weights is not None and call.output is not None
    np.testing.assert_allclose(call.weights, regard.weights(query, key, **choices).weights[0], atol=1e-6)
    np.testing.assert_allclose(call.output, regard.attend(query, key, value, **choices)[0], atol=2e-6)
    positions = choices.get("position", ())
    output, weights = judge.attend(
        query,
        key,
        value,
        mechanism=choices.get("score", Dot()),
        normalizer=choices.get("normalizer", regard.Softmax()),
        mask=choices.get("mask"),
        positions=positions if isinstance(positions, tuple) else (positions,),
    )
    np.testing.assert_allclose(call.weights, weights[0], atol=1e-5)
    np.testing.assert_allclose(call.output, output[0], atol=1e-5)
    np.testing.assert_allclose(call.sums, call.weights.sum(-1), atol=1e-6)
    np.testing.assert_allclose(call.map, call.weights, atol=1e-6)
    assert call.difference < 1e-5


@pytest.mark.parametrize("name", ["dot", "bilinear", "additive", "cosine", "rotary", "alibi", "relative-keys", "sink"])
def test_the_captured_numbers_give_the_weights_again(name: str) -> None:
    call = captured(*vectors(), **MECHANISMS[name])
    assert call.query is not None and call.key is not None and call.scores is not None and call.value is not None
    key = np.repeat(call.key, 2, 0)
    if call.scale is not None:
        again = call.scale * call.query @ key.swapaxes(-1, -2)
    else:
        assert call.match is not None
        again = (np.tanh(call.query[:, :, None] + key[:, None]) * call.match[:, None, None]).sum(-1)
    np.testing.assert_allclose(again, call.scores, atol=1e-5)
    exponents = np.exp(call.scores + (0 if call.terms is None else call.terms))
    exponents = exponents if call.readable is None else np.where(call.readable, exponents, 0)
    sink = 0 if call.parameter is None else np.exp(call.parameter)[:, None, None]
    weights = exponents / (exponents.sum(-1, keepdims=True) + sink)
    np.testing.assert_allclose(weights, call.weights, atol=1e-6)
    np.testing.assert_allclose(weights @ np.repeat(call.value, 2, 0), call.output, atol=1e-5)


def test_what_was_passed_stands_beside_what_entered_the_score() -> None:
    query, key, value = vectors()
    call = captured(query, key, value, position=Rotary(), mask=Causal())
    assert (call.score, call.mask, call.position) == ("Dot, scale 0.3536", "Causal", "Rotary")
    assert set(call.before) == {"query", "key"} and call.query is not None
    np.testing.assert_array_equal(call.before["query"], query[0])
    np.testing.assert_array_equal(call.query[:, 0], query[0, :, 0])  # position 0 is not turned
    assert np.abs(call.query[:, 1:] - query[0, :, 1:].numpy()).min(-1).max() > 0
    assert captured(query, key, value).before == {}


def test_facts_of_a_head_by_hand() -> None:
    weights = torch.tensor([[0.5, 0.5, 0.0], [0.9, 0.1, 0.0], [0.25, 0.25, 0.5]])
    nothing = torch.zeros(1, 1, 3, 1)
    call = captured(nothing, nothing, torch.eye(3)[None, None], position=Bias(weights.clamp_min(1e-30).log()))
    facts = {name: float(each[0]) for name, each in call.facts.items()}
    entropy = (math.log(2) - 0.9 * math.log(0.9) - 0.1 * math.log(0.1) + 1.5 * math.log(2)) / 3
    wanted = {
        "entropy": entropy,
        "greatest": (0.5 + 0.9 + 0.5) / 3,
        "distance": (0.5 + 0.9 + 0.75) / 3,
        "diagonal": (0.5 + 0.1 + 0.5) / 3,
        "previous": (0.9 + 0.25) / 3,
        "next": 0.5 / 3,
        "first": (0.5 + 0.9 + 0.25) / 3,
    }
    assert facts == pytest.approx(wanted, abs=1e-6)


def test_a_map_is_the_mean_of_each_block() -> None:
    call = captured(*vectors(q=150, k=130))
    assert call.map.shape == (HEADS, 50, 44) and call.weights is not None
    np.testing.assert_allclose(call.map[:, 1, 2], call.weights[:, 3:6, 6:9].mean((1, 2)), atol=1e-7)
    np.testing.assert_allclose(call.map[:, 49, 43], call.weights[:, 147:, 129:].mean((1, 2)), atol=1e-7)


def highest() -> int:
    """The most bytes that this process has held."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_a_long_item_keeps_the_greatest_weights_in_little_memory() -> None:
    n = 4096
    query, key, value = (torch.randn(1, 1, n, 4) for _ in range(3))
    before = highest()
    call = captured(query, key, value)
    assert highest() - before < 45e6  # of 67 MB that all weights would take, and as much again for the scores
    assert call.weights is None and call.scores is None and call.top is not None
    whole = regard.weights(query, key, top=16)
    np.testing.assert_allclose(call.top.weights, whole.weights[0], atol=1e-6)
    np.testing.assert_allclose(call.top.rest, 1 - call.top.weights.sum(-1), atol=1e-5)
    assert call.map.shape == (1, 64, 64) and call.difference < 1e-5


class Steps(nn.Module):
    """A decoder that reads the same keys step by step, and a layer that reads them under the same name."""

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        read = [regard.attend(query[None], keys, keys, score=Cosine(), name="read") for query in queries]
        return torch.cat([*read, regard.attend(queries.permute(1, 2, 0, 3), keys, keys, name="read")], 2)


def test_steps_over_the_same_keys_are_one_call() -> None:
    torch.manual_seed(1)
    queries, keys = torch.randn(3, 1, 1, D), torch.randn(1, 1, 5, D)
    record = inspect.look(Steps(), queries, keys, axes={"source": list("abcde")}).record
    assert [call.name for call in record.calls] == ["read", "read (2)"]
    together = regard.weights(queries.permute(1, 2, 0, 3)[0], keys[0], score=Cosine()).weights
    np.testing.assert_allclose(record.calls[0].weights, together, atol=1e-6)
    assert record.calls[0].keys == "source" and record.axes["positions (3)"].labels == ("1", "2", "3")


def test_a_module_that_was_training_goes_on_training() -> None:
    layer = Attention(8, 2, dropout=0.5).train()
    assert inspect.look(layer, torch.randn(1, 4, 8)).record.difference < 1e-5 and layer.training


def test_an_observer_may_pass_on_another_output() -> None:
    query, key, value = vectors()
    with regard.observed(lambda seen: lambda mixed: 2 * mixed):
        doubled = regard.attend(query, key, value)
    torch.testing.assert_close(doubled, 2 * regard.attend(query, key, value))


def test_a_module_without_attention_and_a_batch_are_refused() -> None:
    with pytest.raises(OptionError) as without:
        inspect.look(nn.Linear(2, 2), torch.ones(1, 2))
    assert str(without.value).splitlines()[0] == "look: the model must have attention"
    with pytest.raises(OptionError) as batch:
        inspect.look(Attention(8, 2), torch.ones(3, 2, 8))
    assert str(batch.value) == (
        "look: one item at a time\n  got  a batch of 3 in 'attention'\n  try  module inputs of one item, x[:1]"
    )
