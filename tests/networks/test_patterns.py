"""Patterns of layers: each reads whom its word says, in every network; steps equal the whole, and memory is bounded."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from regard.errors import OptionError
from regard.layers.attention import Attention
from regard.layers.state import Grown
from regard.mechanisms.masks import Mask, Window
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import build
from regard.networks.encoders import build_encoder, check_encoder
from regard.networks.encoders.base import Place
from regard.networks.language import build_language

SMALL: dict[str, Any] = {"width": 16, "heads": 2, "layers": 3, "feed_forward": 16, "dropout": 0.0, "longest": 64}
PATTERNS = ["local:2", "local:1 local:3 global", "longformer:2:1", "strided:3 local:2", "top-k:2 global"]
WORDS = 11


def options(**choices: Any) -> NetworkOptions:
    return NetworkOptions(**{**SMALL, **choices})


def drawn(network: nn.Module) -> Any:
    """The same numbers at every call, every one of them away from where it begins."""
    chance = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for each in network.parameters():
            each.copy_(torch.randn(each.shape, generator=chance) * 0.3)
    return network.double().eval()


def tokens(length: int, rows: int = 2) -> Tensor:
    return torch.randint(4, WORDS, (rows, length), generator=torch.Generator().manual_seed(5))


def masks(network: nn.Module, own: str) -> list[Mask | None]:
    return [each.mask for each in network.modules() if isinstance(each, Attention) and each.name.startswith(own)]


def test_each_layer_reads_what_its_word_says_and_words_begin_again() -> None:
    expected: list[Mask | None] = [Window(5, 5), None, Window(5, 5)]
    chosen = options(pattern="local:5 global")
    assert masks(build_encoder(chosen), "encoder") == expected
    assert masks(build_language(chosen, WORDS), "past") == expected
    translator = build(chosen, WORDS, WORDS)
    assert masks(translator, "encoder") == masks(translator, "decoder") == expected
    assert masks(translator, "source") == [None] * 3
    recurrent = options(network="recurrent", attention="dot", pattern="local:5")
    assert masks(build_encoder(recurrent), "encoder") == [Window(5, 5)]


@pytest.mark.parametrize("pattern", [*PATTERNS, "linformer:5 local:2"])
def test_padding_rows_and_their_order_never_change_an_answer(pattern: str) -> None:
    for positions in ("sinusoidal", "none", *["rotary"] * ("linformer" not in pattern)):
        encoder = drawn(build_encoder(options(pattern=pattern, positions=positions)))
        lengths = torch.tensor([9, 4, 0, 12])
        states = torch.randn(4, 12, 16, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
        together = encoder(states, Place(lengths))
        turned = encoder(states.flip(0), Place(lengths.flip(0))).flip(0)
        for row, length in enumerate(lengths.tolist()):
            alone = encoder(states[row : row + 1, :length], Place(lengths[row : row + 1]))
            torch.testing.assert_close(together[row, :length], alone[0], atol=1e-9, rtol=1e-9)
            torch.testing.assert_close(turned[row, :length], alone[0], atol=1e-9, rtol=1e-9)


def test_a_window_hears_what_is_near_and_layers_reach_further_together() -> None:
    encoder = drawn(build_encoder(options(pattern="local:2", positions="none")))
    states = torch.randn(1, 20, 16, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    other = states.clone()
    other[:, 10, 0] += 1
    place = Place(torch.tensor([20]))
    moved = (encoder(states, place) - encoder(other, place)).abs().amax((0, 2)) > 1e-12
    assert moved.nonzero()[:, 0].tolist() == list(range(10 - 6, 10 + 7))


@pytest.mark.parametrize("positions", ["rotary", "learned", "sinusoidal", "alibi", "relative-bias"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_generators_steps_equal_the_whole(pattern: str, positions: str) -> None:
    network, text = drawn(build_language(options(pattern=pattern, positions=positions), WORDS)), tokens(40)
    whole = network(text)
    for mode in (torch.enable_grad, torch.no_grad, torch.inference_mode):
        state, found = None, []
        with mode():
            for part in text.split([7, 1, 4, *[1] * 28], 1):
                states, state = network.advance(part, state)
                found.append(states)
        torch.testing.assert_close(torch.cat(found, 1), whole, atol=1e-9, rtol=1e-9)


@torch.inference_mode()
def test_where_all_layers_are_local_memory_is_bounded_and_values_stay_values() -> None:
    network = build_language(options(pattern="local:8 local:4 local:8", positions="rotary"), WORDS)
    text, held = tokens(1500, rows=1), set()
    _, state = network.advance(text[:, :700])
    for token in text[:, 700:].split(1, 1):
        _, state = network.advance(token, state)
        assert [each.count - each.first for each in state.blocks] == [8, 4, 8]
        held.add(sum(each.room.key.numel() + each.room.value.numel() for each in state.blocks))
    assert max(held) <= 2 * 16 * sum(3 * (window + 64) for window in (8, 4, 8))
    rows = torch.tensor([0, 0])
    both, _ = network.advance(text[:, :3].expand(2, -1), state.select(rows))
    one, after = network.advance(text[:, :3], state)
    again, _ = network.advance(text[:, :3], state)
    torch.testing.assert_close(both[1:], one)
    torch.testing.assert_close(again, one)
    assert all(isinstance(each, Grown) for each in after.blocks)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_translators_steps_equal_the_whole_and_padding_never_matters(pattern: str) -> None:
    network = drawn(build(options(pattern=pattern), WORDS, WORDS))
    source, lengths, target = tokens(13), torch.tensor([13, 6]), tokens(9)
    whole = network.decode(network.encode(source, lengths), target)
    state, steps = network.start(network.encode(source, lengths)), []
    for token in target.unbind(1):
        step, state = network.step(token, state)
        steps.append(step)
    torch.testing.assert_close(torch.stack(steps, 1), whole, atol=1e-9, rtol=1e-9)
    alone = network.decode(network.encode(source[1:, :6], lengths[1:]), target[1:])
    torch.testing.assert_close(alone, whole[1:], atol=1e-9, rtol=1e-9)


REFUSED = [
    ({"pattern": ""}, "one word for each layer", "0 words for 3 layers"),
    ({"pattern": "local local local local"}, "one word for each layer", "4 words for 3 layers"),
    ({"pattern": "lokal"}, "pattern: no such name", "'lokal'"),
    ({"pattern": "local:0"}, "local is written local:WINDOW", "local:0"),
    ({"pattern": "local:x"}, "local is written local:WINDOW", "local:x"),
    ({"pattern": "local:1:2"}, "local is written local:WINDOW", "local:1:2"),
    ({"pattern": "global:3"}, "global is alone", "global:3"),
    ({"pattern": "longformer:4:-1"}, "longformer is written longformer:WINDOW:TOKENS", "longformer:4:-1"),
    ({"pattern": "top-k", "normalizer": "sigmoid"}, "top-k is softmax over the greatest", "normalizer sigmoid"),
    ({"pattern": "top-k", "attention": "linear"}, "top-k is softmax over the greatest", "attention linear"),
    ({"pattern": "linformer"}, "a mixture of all positions knows those to come", "pattern 'linformer'"),
    ({"network": "recurrent", "pattern": "local"}, "only layers in which vectors read", "recurrent"),
]


@pytest.mark.parametrize(("choices", "rule", "got"), REFUSED, ids=lambda each: str(each)[:40])
def test_patterns_that_cannot_be_are_refused(choices: dict[str, Any], rule: str, got: str) -> None:
    with pytest.raises(OptionError) as caught:
        build(options(**choices), WORDS, WORDS)
    assert rule in caught.value.rule and got in caught.value.got and caught.value.hint


def test_what_has_no_attention_or_no_order_has_no_pattern() -> None:
    for network in ("convolutional", "feedforward", "recurrent"):
        with pytest.raises(OptionError, match="only layers in which vectors read each other have one"):
            check_encoder(options(network=network, attention="none", pattern="local"))
    with pytest.raises(OptionError, match="along the edges of a graph reads nothing else"):
        build_encoder(options(pattern="local", positions="none"), edge_features=0)


@pytest.mark.parametrize(
    ("choices", "rule"),
    [
        ({"positions": "rotary"}, "a mixture of positions stands nowhere that a score could feel"),
        ({"network": "recurrent"}, "only a transformer reads mixtures of positions"),
        ({"pattern": "linformer:65"}, "there are at most as many mixtures as positions"),
    ],
)
def test_mixtures_of_positions_are_for_encoders_of_known_length(choices: dict[str, Any], rule: str) -> None:
    with pytest.raises(OptionError) as caught:
        check_encoder(options(**{"pattern": "linformer:5", **choices}))
    assert rule in caught.value.rule
    with pytest.raises(OptionError, match="a mixture of all positions knows those to come"):
        build_language(options(pattern="linformer"), WORDS)
