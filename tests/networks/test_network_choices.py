"""Every choice of a network does what it says, from the flag to the folder: whole targets equal steps, padding never
matters, positions are felt where they belong.
"""

import json
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from regard.attend import Seen, observed
from regard.cli.flags import parse
from regard.errors import FolderError, OptionError
from regard.folder.model import load_translator, save_translator
from regard.inputs.text import Text
from regard.layers.placing import NAMES
from regard.models.translator import Translator
from regard.networks.base import ADDED, Network, NetworkOptions
from regard.networks.catalogue import ATTENTIONS, build, check
from regard.training.checks import check_choices
from regard.training.config import TranslateConfig
from regard.training.defaults import network_options
from regard.training.resume import changed

WORDS = 11
SMALL: dict[str, Any] = {"width": 16, "heads": 4, "layers": 2, "feed_forward": 16, "dropout": 0.0}


def legal(choices: dict[str, Any]) -> bool:
    try:
        check(NetworkOptions(**SMALL, **choices))
    except OptionError:
        return False
    return True


def drawn(**choices: Any) -> Network:
    """A network with weights that nobody trained, every number away from where it begins."""
    torch.manual_seed(3)
    network = build(NetworkOptions(**{**SMALL, **choices}), WORDS, WORDS).double().eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return network


SOURCE, LENGTHS = torch.tensor([[4, 5, 6, 7, 3], [8, 4, 3, 0, 0]]), torch.tensor([5, 3])
TARGET = torch.tensor([[2, 5, 9, 4], [2, 7, 6, 10]])
TRANSFORMERS: list[dict[str, Any]] = [
    *({"attention": attention, "positions": name} for attention, name in product(ATTENTIONS, [*ADDED, *NAMES])),
    *({"normalizer": name, "positions": "rotary"} for name in ("sparsemax", "entmax", "sigmoid", "relu", "plain")),
    *({"normalizer": "softmax-with-sink", "positions": name, "key_heads": 2} for name in NAMES),
    {"attention": "linear", "normalizer": "plain", "key_heads": 1},
    {"attention": "cosine", "normalizer": "squared-relu", "positions": "alibi", "key_heads": 1},
]
RECURRENTS: list[dict[str, Any]] = [
    *({"network": "recurrent", "attention": attention} for attention in (*ATTENTIONS, "none")),
    {"network": "recurrent", "attention": "additive", "normalizer": "entmax"},
    {"network": "recurrent", "attention": "bilinear", "normalizer": "softmax-with-sink", "order": "luong"},
    *({"network": "recurrent", "attention": "dot", "order": "late", "cell": cell} for cell in ("lstm", "gru")),
    {"network": "recurrent", "attention": "none", "order": "late"},
    {"network": "recurrent", "attention": "additive", "order": "late", "cell": "lstm", "members": 3},
    {"attention": "dot", "members": 2},
]
CHOICES = [choices for choices in [*TRANSFORMERS, *RECURRENTS] if legal(choices)]


def name_of(choices: dict[str, Any]) -> str:
    return " ".join(map(str, choices.values()))


def whole(network: Network, source: Tensor, lengths: Tensor, target: Tensor) -> Tensor:
    return network.decode(network.encode(source, lengths), target)


@pytest.mark.parametrize("choices", CHOICES, ids=name_of)
def test_a_whole_target_equals_its_steps_and_padding_never_matters(choices: dict[str, Any]) -> None:
    network = drawn(**choices)
    states = whole(network, SOURCE, LENGTHS, TARGET)
    state, steps = network.start(network.encode(SOURCE, LENGTHS)), []
    for token in TARGET.unbind(1):
        step, state = network.step(token, state)
        steps.append(step)
    assert torch.allclose(torch.stack(steps, 1), states, atol=1e-9)
    assert torch.allclose(whole(network, SOURCE[1:, :3], LENGTHS[1:], TARGET[1:]), states[1:], atol=1e-9)
    later = TARGET.clone()
    later[:, 2:] = 9
    assert torch.equal(whole(network, SOURCE, LENGTHS, later)[:, :2], states[:, :2])


@pytest.mark.parametrize("choices", CHOICES, ids=name_of)
def test_everything_in_a_network_learns(choices: dict[str, Any]) -> None:
    network = drawn(**choices, norm="post")
    whole(network, SOURCE, LENGTHS, TARGET).square().sum(0).log().sum().backward()
    still = [name for name, each in network.named_parameters() if each.grad is None or not each.grad.any()]
    assert still == []


@pytest.mark.parametrize("network", ["transformer", "recurrent"])
def test_an_ensemble_answers_with_the_mean_of_its_members_probabilities(network: str) -> None:
    ensemble = drawn(network=network, members=3)
    together = ensemble.output(whole(ensemble, SOURCE, LENGTHS, TARGET)).exp()
    each = [one.output(whole(one, SOURCE, LENGTHS, TARGET)).exp() for one in ensemble.members]
    assert torch.allclose(together, torch.stack(each).mean(0)) and not torch.allclose(each[0], each[1])
    losses = [one.output.loss(whole(one, SOURCE, LENGTHS, TARGET)[0], TARGET[0], 0.1) for one in ensemble.members]
    loss = ensemble.output.loss(whole(ensemble, SOURCE, LENGTHS, TARGET)[0], TARGET[0], 0.1)
    assert torch.allclose(loss, torch.stack(losses).mean())


@pytest.mark.parametrize("positions", NAMES)
def test_positions_of_scores_stand_in_self_attention_only_and_nothing_is_added_to_the_words(positions: str) -> None:
    network, seen = drawn(positions=positions), dict[str, tuple[bool, Tensor]]()

    def watch(call: Seen) -> None:
        seen[call.name] = call.request.plain_scores, call.request.query

    with observed(watch):
        whole(network, SOURCE, LENGTHS, TARGET)
    assert set(seen) == {f"{place}.{layer}" for place in ("encoder", "decoder", "source") for layer in range(2)}
    added = {name for name, (plain, _) in seen.items() if not plain}
    expected = {name for name in seen if not name.startswith("source")}
    assert added == (set() if positions == "rotary" else expected)
    owned = {name.rsplit(".", 2)[0] for name, _ in network.named_parameters() if ".place." in name}
    learning = {"encoder.0.attention", "encoder.1.attention", "decoder.0.itself", "decoder.1.itself"}
    assert owned == (learning if positions.startswith("relative") else set())


def mixed(positions: str) -> float:
    """How much an encoder's states change when words change places, each word's own states compared."""
    network, order = drawn(positions=positions), torch.tensor([4, 2, 0, 3, 1])
    straight, other = (network.encode(SOURCE[:1, each], LENGTHS[:1]).states for each in (torch.arange(5), order))
    return float((straight[:, order] - other).detach().abs().max())


@pytest.mark.parametrize("positions", [*ADDED, *NAMES])
def test_the_order_of_words_is_felt_with_every_choice_of_positions(
    positions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mixed(positions) > 1e-3
    monkeypatch.setattr("regard.layers.placing.Placing.forward", lambda self: None)
    assert (mixed(positions) > 1e-3) == (positions in ADDED)


def test_shared_key_heads_make_the_network_smaller() -> None:
    sizes = [sum(each.numel() for each in drawn(key_heads=number).parameters()) for number in (0, 4, 2, 1)]
    assert sizes[0] == sizes[1] and sizes[1] - sizes[2] == 2 * 3 * (16 + 1) * 16
    assert sizes[2] - sizes[3] == (sizes[1] - sizes[2]) // 2


REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    ({"attention": "features"}, "attention: no such name", "'features'",
     "one of none, dot, bilinear, additive, cosine, distance, linear"),
    ({"positions": "rotory"}, "positions: no such name", "'rotory'",
     "'rotary'? or one of sinusoidal, learned, rotary, alibi, relative-bias, relative-keys"),
    ({"normalizer": "sofmax"}, "normalizer: no such name", "'sofmax'",
     "'softmax'? or one of auto, softmax, softmax-with-sink, relu, squared-relu, sigmoid, plain, normalized, "
     "sparsemax, entmax, top-k"),
    ({"key_heads": 3}, "network: heads must be a multiple of key_heads", "heads 4, key_heads 3",
     "key_heads 1, or 0 for as many as heads"),
    ({"key_heads": -1}, "network: heads must be a multiple of key_heads", "heads 4, key_heads -1",
     "key_heads 1, or 0 for as many as heads"),
    ({"attention": "additive", "positions": "rotary"},
     "network: Rotary makes dot products relative; a sum of tanh would feel absolute positions",
     "attention additive, normalizer softmax, positions rotary", "RelativeBias or Alibi with Additive"),
    ({"attention": "distance", "normalizer": "relu"},
     "network: a Distance score is never positive, so that ReLU would give weights of zero, always",
     "attention distance, normalizer relu", "Distance with Softmax or Sigmoid"),
    ({"attention": "linear", "network": "recurrent", "normalizer": "softmax", "positions": "rotary"},
     "network: Features stand for an exponential already; only Normalized and Plain keep their sum linear",
     "attention linear, normalizer softmax", "Normalized(), or Dot with this normalizer"),
]  # fmt: skip


@pytest.mark.parametrize(("choices", "rule", "got", "hint"), REFUSED)
def test_choices_that_cannot_be_are_refused_before_anything_is_read(
    choices: dict[str, Any], rule: str, got: str, hint: str, tmp_path: Path
) -> None:
    text = f"{rule}\n  got  {got}\n  try  {hint}"
    config = TranslateConfig(model=str(tmp_path / "model"), width=16, layers=1, heads=4, feed_forward=16, **choices)
    for refuses in (lambda: build(NetworkOptions(**{**SMALL, **choices}), 9, 9), lambda: check_choices(config)):
        with pytest.raises(OptionError) as caught:
            refuses()
        assert str(caught.value) == text


def test_checking_draws_nothing_so_that_seeds_keep_their_weights() -> None:
    torch.manual_seed(7)
    before = torch.get_rng_state()
    for choices in CHOICES:
        check(NetworkOptions(**{**SMALL, **choices}))
    assert torch.equal(torch.get_rng_state(), before)


FLAGS = [
    *(
        "data.tsv",
        "--model",
        "folder",
        "--attention",
        "cosine",
        "--normalizer",
        "entmax",
        "--positions",
        "relative-bias",
    ),
    *("--heads", "4", "--key-heads", "2", "--width", "16", "--layers", "1", "--feed-forward", "16"),
]


def test_flags_become_a_network_that_a_folder_keeps(tmp_path: Path) -> None:
    options = network_options(parse("train translate", TranslateConfig, FLAGS, ["data"]), 1, shared=True)
    assert (options.attention, options.normalizer, options.positions) == ("cosine", "entmax", "relative-bias")
    assert (options.heads, options.key_heads) == (4, 2)
    translator = saved(options, tmp_path)
    again, record = load_translator(tmp_path)
    assert again.network.options == options and record["network"]["normalizer"] == "entmax"
    assert again.translate(LINES) == translator.translate(LINES)


LINES = ["abba", "b", "ab ba aab"]


def saved(options: NetworkOptions, folder: Path) -> Translator:
    text = Text.learn(["ab ba"], kind="character")
    torch.manual_seed(5)
    translator = Translator(text, text, build(options, text.size, text.size))
    save_translator(translator, folder, {})
    return translator


FIRST = (
    "network attention width layers heads feed_forward dropout attention_dropout norm positions longest cell two_way "
    "order shared"
)
"""What the folders of version 0.1 hold of a network."""


@pytest.mark.parametrize("network", ["transformer", "recurrent"])
def test_a_folder_older_than_a_choice_has_its_default(network: str, tmp_path: Path) -> None:
    translator = saved(NetworkOptions(**{**SMALL, "network": network}), tmp_path)
    record = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    record["network"] = {name: record["network"][name] for name in FIRST.split()}
    (tmp_path / "model.json").write_text(json.dumps(record), encoding="utf-8")
    again, _ = load_translator(tmp_path)
    assert again.network.options == translator.network.options
    assert again.translate(LINES) == translator.translate(LINES)
    record["network"]["key_heads"] = "2"
    (tmp_path / "model.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(FolderError, match="network must hold every choice, each of its type"):
        load_translator(tmp_path)


def test_a_training_older_than_a_choice_goes_on() -> None:
    now = asdict(TranslateConfig(width=16))
    before = {name: value for name, value in now.items() if name not in ("normalizer", "key_heads")}
    assert changed(before, now, asdict(TranslateConfig())) == []
    assert changed(before, {**now, "normalizer": "entmax"}, asdict(TranslateConfig())) == [
        "normalizer 'auto' → 'entmax'"
    ]
