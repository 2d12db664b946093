"""Language models: the past never hears the future, steps equal the whole, and nothing depends on what is beside it."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from regard.data.stream import Stream, places_told
from regard.decoding.sampling import Sampling, pick, sample
from regard.errors import DataError, OptionError
from regard.inputs.text import END, Text
from regard.layers.placing import NAMES
from regard.models.generator import Generator
from regard.networks.base import ADDED, NetworkOptions
from regard.networks.catalogue import ATTENTIONS
from regard.networks.language import Language, build_language, check_language
from regard.networks.language.transformer import LanguageTransformer

SMALL: dict[str, Any] = {"width": 16, "heads": 2, "layers": 2, "feed_forward": 16, "dropout": 0.0, "longest": 8}
WORDS = 11


def legal(choices: dict[str, Any]) -> bool:
    try:
        check_language(NetworkOptions(**{**SMALL, **choices}))
    except OptionError:
        return False
    return True


PAIRS = [{"attention": a, "positions": p} for a, p in product(ATTENTIONS, [*ADDED, *NAMES])]
CHOICES = [
    *filter(legal, PAIRS),
    {"norm": "post"},
    {"key_heads": 1, "positions": "rotary"},
    *({"network": "recurrent", "attention": "none", "cell": cell} for cell in ("gru", "lstm", "rnn")),
]


def drawn(**choices: Any) -> Language:
    torch.manual_seed(3)
    network = build_language(NetworkOptions(**{**SMALL, **choices}), WORDS)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return network.double().eval()


def tokens(length: int = 7, rows: int = 2) -> Tensor:
    return torch.randint(4, WORDS, (rows, length), generator=torch.Generator().manual_seed(5))


def test_every_attention_and_every_position_is_there() -> None:
    assert {each.get("attention") for each in CHOICES} >= {*ATTENTIONS}
    assert {each.get("positions") for each in CHOICES} >= {*ADDED, *NAMES}


@pytest.mark.parametrize("choices", CHOICES, ids=str)
def test_the_past_never_hears_the_future(choices: dict[str, Any]) -> None:
    network, text = drawn(**choices), tokens()
    whole = network(text)
    changed = text.clone()
    changed[:, 4] = torch.where(text[:, 4] == 4, 5, 4)
    other = network(changed)
    assert torch.equal(other[:, :4], whole[:, :4]) or torch.allclose(other[:, :4], whole[:, :4], atol=1e-12)
    assert (other[:, 4:] - whole[:, 4:]).abs().amax((0, 2)).gt(1e-6).all()


@pytest.mark.parametrize("choices", CHOICES, ids=str)
@pytest.mark.parametrize("mode", [torch.enable_grad, torch.no_grad, torch.inference_mode])
def test_steps_equal_the_whole(mode: Callable[[], AbstractContextManager[None]], choices: dict[str, Any]) -> None:
    network, text = drawn(**choices), tokens()
    state, found = None, []
    with mode():
        for part in text.split([3, 1, 2, 1], 1):
            states, state = network.advance(part, state)
            found.append(states)
    torch.testing.assert_close(torch.cat(found, 1), network(text), atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("choices", [{}, {"attention": "linear"}], ids=str)
def test_a_state_is_a_value_whoever_goes_on_from_it(choices: dict[str, Any]) -> None:
    network, text, other = drawn(**choices), tokens(), tokens().flip(1)
    whole, crossed = network(text), network(torch.cat((text[:, :3], other[:, 3:]), 1))
    with torch.inference_mode():
        _, begun = network.advance(text[:, :3])
        one, more = network.advance(text[:, 3:5], begun)
        two, _ = network.advance(other[:, 3:], begun)
    with torch.no_grad():
        rest, _ = network.advance(text[:, 5:], more)
    again, _ = network.advance(text[:, 5:], more)
    torch.testing.assert_close(torch.cat((one, rest), 1), whole[:, 3:], atol=1e-9, rtol=1e-9)
    torch.testing.assert_close(again, rest, atol=1e-9, rtol=1e-9)
    torch.testing.assert_close(two, crossed[:, 3:], atol=1e-9, rtol=1e-9)


@torch.inference_mode()
def test_a_step_moves_nothing_and_a_linear_one_carries_no_more_than_before() -> None:
    sizes, moved = set(), 0
    for attention in ("linear", "dot"):
        network = drawn(attention=attention)
        _, state = network.advance(tokens(1))
        for token in tokens(99).split(1, 1):
            before, (_, state) = state, network.advance(token, state)
            if attention == "linear":
                sizes.add(sum(each.numel() for block in state.blocks for each in block))
            else:
                moved += before.blocks[0].room is not state.blocks[0].room
    assert len(sizes) == 1
    assert moved == 1


def test_a_fresh_transformer_knows_nothing_and_says_so() -> None:
    torch.manual_seed(3)
    network = build_language(NetworkOptions(**{**SMALL, "width": 64, "positions": "rotary"}), 65)
    text = torch.randint(4, 65, (8, 33), generator=torch.Generator().manual_seed(5))
    nats = -network.scores(network(text[:, :-1])).gather(2, text[:, 1:, None]).mean()
    assert float(nats.detach()) == pytest.approx(math.log(65), abs=0.3)


@pytest.mark.parametrize(
    "choices", [{}, {"positions": "rotary"}, {"network": "recurrent", "attention": "none"}], ids=str
)
def test_rows_that_are_selected_go_on_as_they_would_alone(choices: dict[str, Any]) -> None:
    network, text = drawn(**choices), tokens(rows=3)
    _, state = network.advance(text[:, :5])
    rows = torch.tensor([2, 0])
    ahead, _ = network.advance(text[rows, 5:], state.select(rows))
    torch.testing.assert_close(ahead, network(text)[rows, 5:], atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize(
    "seen", [{"positions": "none"}, {"positions": "rotaty"}, {"network": "convolutional"}, {"longest": 1}]
)
def test_choices_that_cannot_be_are_refused(seen: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        build_language(NetworkOptions(**{**SMALL, **seen}), WORDS)


def test_a_recurrent_one_has_no_attention() -> None:
    with pytest.raises(OptionError, match="a recurrent language model has no attention"):
        check_language(NetworkOptions(**{**SMALL, "network": "recurrent"}))


BOUNDS = {"one text": [0, 29], "many": [0, 1, 4, 16, 17, 29]}


@pytest.mark.parametrize(("bounds", "window"), [*product(BOUNDS, [2, 5, 12, 40])])
def test_every_token_is_told_once_from_its_own_text(bounds: str, window: int) -> None:
    ends = np.array(BOUNDS[bounds])
    stream = Stream(np.arange(30, dtype=np.int32), ends)
    for context, first in [*((0, first) for first in range(1, window + 1)), (window // 2, 0), (window - 1, 0)]:
        cut = stream.stretches(window, context, first)
        assert sorted(places_told(cut).tolist()) == list(range(29)) and cut.lengths.max() <= window
        rows = stream.rows(cut)
        assert rows.after[rows.told].tolist() == (places_told(cut) + 1).tolist()
        assert torch.equal(rows.before[rows.told] + 1, rows.after[rows.told])
        document = np.searchsorted(ends, cut.starts, side="right")
        assert (cut.starts + cut.lengths <= ends[document]).all()
        long = cut.starts + cut.context > ends[document - 1]
        assert (cut.context[long] == np.minimum(context, cut.context[long])).all()


LINES = ["ab ba", "a", "", "bab abba baab"]


def generator(each_line: bool = False, **choices: Any) -> Generator:
    text = Text.learn(LINES, kind="character")
    torch.manual_seed(4)
    options = NetworkOptions(**{**SMALL, "positions": "rotary", **choices})
    return Generator(text, build_language(options, text.size).double().eval(), each_line)


@pytest.mark.parametrize("each_line", [False, True])
def test_how_likely_a_text_is_depends_on_no_batch_and_on_no_window_that_holds_it(each_line: bool) -> None:
    lines = [line for line in LINES if line or not each_line]
    model = generator(each_line, longest=64)
    found = model.surprise(lines)
    for other in (generator(each_line, longest=65).surprise(lines), model.surprise(lines, batch_tokens=1)):
        np.testing.assert_allclose(other.nats, found.nats, rtol=1e-9)
    assert found.tokens.tolist() == found.characters.tolist() == [len(line) + 1 for line in lines]
    row = torch.tensor([[END, *model.numbers("\n".join(lines)), END]])
    scores = model.network.scores(model.network(row[:, :-1])).gather(2, row[:, 1:, None])
    alone = [generator(each_line, longest=64).surprise([line]).nats[0] for line in lines]
    expected = sum(alone) if each_line else -float(scores.detach().sum())
    assert float(found.nats.sum()) == pytest.approx(expected, rel=1e-6)


def start_of_eight(length: int) -> int:
    """Where a window of eight tokens starts, of which four at least are seen before the next."""
    return 0 if length <= 8 else 4 * -(-(length - 8) // 4)


def test_a_text_longer_than_a_window_is_told_from_half_a_window_at_least() -> None:
    model = generator(longest=8)
    found = model.surprise(LINES)
    ids = [END, *model.numbers("\n".join(LINES)), END]
    nats = []
    for place in range(1, len(ids)):
        states = model.network(torch.tensor([ids[start_of_eight(place) : place]]))
        nats.append(-float(model.network.scores(states)[0, -1, ids[place]].detach()))
    assert float(found.nats.sum()) == pytest.approx(sum(nats), rel=1e-6)


def by_hand(network: Language, prefix: list[int], how: Sampling) -> list[int]:
    """The likeliest tokens, each from a whole pass over what is then held."""
    ids = list(prefix)
    for _ in range(how.longest):
        scores = network.scores(network(torch.tensor([ids[start_of_eight(len(ids)) :]])))[0, -1]
        scores[:END] = -torch.inf
        ids.append(int(scores.argmax()))
        if how.ends and ids[len(prefix) :].count(END) == how.ends:
            break
    return ids[len(prefix) :]


PREFIXES = [[END], [END, 5], [END, 6, 7, 8, 9, 4, 5], [END, 5, 6, END, 7, 8, 9, 10, 4, 5, 6]]


@pytest.mark.parametrize(
    "choices", [{}, {"positions": "learned"}, {"network": "recurrent", "attention": "none"}], ids=str
)
@torch.inference_mode()
def test_the_greedy_one_takes_the_likeliest_token_and_reads_on_from_half_a_window(choices: dict[str, Any]) -> None:
    network = drawn(**choices)
    how = Sampling(temperature=0, longest=15, ends=2)
    for prefix in PREFIXES:
        assert sample(network, [prefix], [0], how)[0].tokens == by_hand(network, prefix, how)


@pytest.mark.parametrize("longest", [8, 64])
def test_what_is_drawn_depends_on_the_seed_and_the_number_alone(longest: int) -> None:
    network = drawn(longest=longest)
    how = Sampling(longest=12, ends=1, top_p=0.95)
    together = sample(network, PREFIXES, [0, 1, 2, 3], how)
    alone = [sample(network, [prefix], [i], how)[0] for i, prefix in enumerate(PREFIXES)]
    assert [each.tokens for each in together] == [each.tokens for each in alone]
    assert [each.score for each in together] == pytest.approx([each.score for each in alone])
    assert all(each.ended == (each.tokens[-1] == END) and 1 <= len(each.tokens) <= 12 for each in together)
    assert sample(network, PREFIXES, [0, 1, 2, 3], Sampling(longest=12, seed=2)) != together
    assert sample(network, [], [], how) == []


def test_tokens_are_drawn_as_often_as_they_are_likely() -> None:
    scores = torch.tensor([[0.5, 0.3, 0.15, 0.05]]).log().expand(4_000, 4)
    chances = torch.linspace(0, 1, 4_001, dtype=torch.float64)[:-1]
    for how, expected in [
        (Sampling(), [0.5, 0.3, 0.15, 0.05]),
        (Sampling(top_k=2), [0.625, 0.375, 0, 0]),
        (Sampling(top_p=0.9), [0.5 / 0.95, 0.3 / 0.95, 0.15 / 0.95, 0]),
        (Sampling(top_p=1e-9), [1, 0, 0, 0]),
        (Sampling(temperature=0.5), [0.25 / 0.365, 0.09 / 0.365, 0.0225 / 0.365, 0.0025 / 0.365]),
        (Sampling(temperature=0), [1, 0, 0, 0]),
    ]:
        shares = np.bincount(pick(scores, chances, how).numpy(), minlength=4) / 4_000
        np.testing.assert_allclose(shares, expected, atol=1e-3)


@pytest.mark.parametrize(
    "choice", [{"temperature": -1}, {"temperature": float("nan")}, {"top_k": -1}, {"top_p": 0}, {"top_p": 1.1},
               {"longest": 0}, {"ends": -1}, {"seed": -1}], ids=str
)  # fmt: skip
def test_draws_that_cannot_be_are_refused(choice: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="sampling: "):
        Sampling(**choice)


def test_a_network_of_nan_is_named() -> None:
    network = drawn()
    torch.nn.init.constant_(network.output.weight, float("nan"))
    with pytest.raises(DataError, match="scores must be numbers"):
        sample(network, [[END]], [0], Sampling())


def test_a_continuation_is_what_follows_the_prefix() -> None:
    model = generator()
    text = Text.learn(["the cat sat on the mat", "a cat is a cat"] * 3, kind="word")
    for each, prefix in ((model, "ab\nba "), (Generator(text, drawn(), False), "the cat")):
        each.network = build_language(NetworkOptions(**SMALL), each.text.size)
        found = each.generate([prefix], Sampling(longest=9, ends=2))[0]
        kept = found.tokens[:-1] if found.ended else found.tokens
        assert each.spelled([*each.numbers(prefix), *kept]) == prefix.rstrip() + found.text


@pytest.mark.parametrize(
    "choices", [{"positions": p, "attention": a} for p in ADDED for a in ("dot", "linear")], ids=str
)
def test_pixels_stand_in_rows_and_columns(choices: dict[str, Any]) -> None:
    """Steps equal the whole, and what is added is one vector of the row and one of the column."""
    network, image = drawn(**choices, longest=12, columns=4), tokens(12)
    state, found = None, []
    for part in image.split([5, 1, 6], 1):
        states, state = network.advance(part, state)
        found.append(states)
    torch.testing.assert_close(torch.cat(found, 1), network(image), rtol=0, atol=1e-9)
    assert isinstance(network, LanguageTransformer) and network.positions is not None
    added = network.positions(torch.zeros(1, 12, 16, dtype=torch.float64)).view(3, 4, 16)
    torch.testing.assert_close(added - added[:1], (added - added[:1])[:, :1].expand(3, 4, 16))
    beyond = (
        pytest.raises(DataError, match="3 rows of 4 pixels") if choices["positions"] == "learned" else nullcontext()
    )
    with beyond:
        network(tokens(13))
