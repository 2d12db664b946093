"""Layers keep the laws: whole sequences equal steps with a cache, masks reach the door, dropout only in training."""

import math

import pytest
import torch
from attention_cases import close
from torch import Tensor

import regard
from regard.layers.attention import Attention
from regard.layers.blocks import DecoderBlock, EncoderBlock
from regard.layers.dropout import Dropout
from regard.layers.encodings import LearnedPositions, Sinusoidal, sinusoids
from regard.layers.match import Match
from regard.layers.state import KeyValue
from regard.mechanisms.catalogue import SCORES


def states(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("score", SCORES)
def test_forward_equals_reading_what_was_remembered_step_by_step(score: str) -> None:
    torch.manual_seed(1)
    layer, x = Attention(8, 2, score=score).double().eval(), states(2, 5, 8)
    whole = layer(x, mask=regard.Causal())
    close(layer.read(x, layer.remember(x), mask=regard.Causal()), whole)
    memory, steps = None, []
    for at in range(5):
        new = layer.remember(x[:, at : at + 1])
        memory = new if memory is None else memory.extended(new)
        steps.append(layer.read(x[:, at : at + 1], memory, mask=regard.Causal()))
    close(torch.cat(steps, 1), whole)


@pytest.mark.parametrize("score", SCORES)
def test_the_layer_is_its_projections_around_attend(score: str) -> None:
    torch.manual_seed(1)
    layer, x, sources = Attention(6, 3, score=score).double(), states(2, 4, 6), states(2, 7, 6, seed=1)
    key, value = layer.key_value(sources).split(6, -1)
    heads = [each.view(2, -1, 3, 2).transpose(1, 2) for each in (layer.query(x), key, value)]
    mask = regard.Padding(keys=[7, 2])
    mixed = regard.attend(*heads, score=layer.match(), mask=mask)
    close(layer(x, sources, mask=mask), layer.output(mixed.transpose(1, 2).reshape(2, 4, 6)))


@pytest.mark.parametrize("score", SCORES)
def test_everything_that_a_score_owns_learns(score: str) -> None:
    layer = Attention(8, 2, score=score)
    layer(torch.randn(2, 5, 8)).square().sum().backward()
    owned = list(layer.match.parameters())
    assert len(owned) == (score != "dot")
    assert all(each.shape[0] == 2 and each.grad is not None and each.grad.any() for each in owned)


def test_the_match_of_a_layer_takes_the_scale_it_is_given() -> None:
    assert Match("dot", 4, scale=1.0)() == regard.Dot(1.0)
    assert Match("dot", 4)() == regard.Dot()


def test_selected_rows_of_a_memory_keep_their_order() -> None:
    memory = KeyValue(states(3, 1, 2, 4), states(3, 1, 2, 4, seed=1)).select(torch.tensor([2, 2, 0]))
    assert torch.equal(memory.key, states(3, 1, 2, 4)[[2, 2, 0]])
    assert torch.equal(memory.value, states(3, 1, 2, 4, seed=1)[[2, 2, 0]])


def test_weights_fall_in_training_only_and_a_seed_repeats_them() -> None:
    layer, x = Attention(8, 2, dropout=0.5), torch.randn(2, 5, 8)
    torch.manual_seed(3)
    first, second = layer(x), layer(x)
    torch.manual_seed(3)
    assert torch.equal(layer(x), first) and not torch.equal(first, second)
    layer.eval()
    assert torch.equal(layer(x), layer(x))


def test_observers_see_a_layer_by_its_name() -> None:
    names: list[str] = []
    with regard.observed(lambda call: names.append(call.name)):
        Attention(8, 2, name="cross")(torch.randn(1, 3, 8))
    assert names == ["cross"]


def test_a_layer_under_autocast_learns_in_full_precision() -> None:
    layer, x = Attention(8, 2, score="cosine"), torch.randn(2, 5, 8)
    with torch.autocast("cpu", torch.bfloat16):
        out = layer(x)
    assert out.dtype == torch.bfloat16
    assert (out.float() - layer(x)).abs().max() < 0.05


@pytest.mark.parametrize("arguments, text", [
    ((8, 3), "Attention: width must be a multiple of heads\n  got  width 8, heads 3\n  try  heads=4"),
    ((8, 0), "Attention: width must be a multiple of heads\n  got  width 8, heads 0\n  try  heads=4"),
])  # fmt: skip
def test_heads_that_do_not_divide_the_width_are_refused(arguments: tuple[int, int], text: str) -> None:
    with pytest.raises(regard.OptionError) as caught:
        Attention(*arguments)
    assert str(caught.value) == text


def test_an_unknown_score_is_answered_with_the_nearest() -> None:
    with pytest.raises(regard.OptionError) as caught:
        Attention(8, 2, score="bilinaer")
    expected = "score: no such name\n  got  'bilinaer'\n  try  'bilinear'? or one of dot, bilinear, additive, cosine"
    assert str(caught.value) == expected


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_a_decoder_block_step_by_step_equals_the_whole(norm: str) -> None:
    torch.manual_seed(2)
    block = DecoderBlock(Attention(8, 2), Attention(8, 4), 16, norm, 0.3).double().eval()
    x, sources, mask = states(2, 4, 8), states(2, 3, 8, seed=1), regard.Padding(keys=[3, 2])
    source = block.source.remember(sources)
    whole, _ = block(x, None, source, mask)
    past, steps = None, []
    for at in range(4):
        step, past = block(x[:, at : at + 1], past, source, mask)
        steps.append(step)
    close(torch.cat(steps, 1), whole)


@pytest.mark.parametrize("norm", ["pre", "post"])
def test_padding_never_matters_to_an_encoder_block(norm: str) -> None:
    torch.manual_seed(2)
    block = EncoderBlock(Attention(8, 2), 16, norm, 0.0).double()
    x = states(2, 5, 8)
    louder = x.clone()
    louder[1, 3:] = 99
    mask = regard.Padding(keys=[5, 3])
    before, after = block(x, mask), block(louder, mask)
    assert torch.equal(before[0], after[0]) and torch.equal(before[1, :3], after[1, :3])


def test_pre_and_post_norm_stand_where_they_should() -> None:
    torch.manual_seed(2)
    x = states(1, 3, 8) * 50
    pre, post = (EncoderBlock(Attention(8, 2), 16, norm, 0.0).double()(x, None) for norm in ("pre", "post"))
    assert post.mean(-1).abs().max() < 1e-6 and (post.var(-1, correction=0) - 1).abs().max() < 1e-3
    assert (pre - x).abs().max() < 10, "before the part, the states pass by untouched"


def test_positions_are_sines_then_cosines_at_the_papers_wavelengths() -> None:
    table = sinusoids(7, 6).double()
    for position in range(7):
        for column, rate in enumerate((1, 0.01, 0.0001)):
            assert table[position, column] == pytest.approx(math.sin(position * rate), abs=1e-6)
            assert table[position, column + 3] == pytest.approx(math.cos(position * rate), abs=1e-6)
    assert sinusoids(4, 5).shape == (4, 5)


@pytest.mark.parametrize("start", [0, 3, 300])
def test_positions_that_begin_later_are_those_of_the_whole(start: int) -> None:
    x = torch.zeros(1, start + 4, 6)
    assert torch.equal(Sinusoidal(6)(x[:, start:], start), Sinusoidal(6)(x)[:, start:])


def test_learned_positions_end_and_say_so() -> None:
    layer = LearnedPositions(6, longest=4)
    assert torch.equal(layer(torch.zeros(1, 2, 6), 2)[0], layer.table[2:])
    with pytest.raises(regard.DataError) as caught:
        layer(torch.zeros(1, 3, 6), 2)
    assert str(caught.value) == (
        "positions: learned positions end at 4\n"
        "  got  a sequence of 5 positions\n"
        "  try  positions=sinusoidal, or a larger `longest` at training"
    )


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.999])
def test_elements_fall_with_the_rate_in_256ths_and_the_mean_stays(rate: float) -> None:
    layer, x = Dropout(rate), torch.ones(401, 507, dtype=torch.float64, requires_grad=True)
    torch.manual_seed(5)
    out = layer(x)
    exact, count = min(round(rate * 256), 255) / 256, x.numel()
    deviation = (exact * (1 - exact) / count) ** 0.5
    assert abs((out == 0).double().mean() - exact) < 5 * deviation
    assert set(out.unique().tolist()) == {0.0, 1 / (1 - exact)}
    assert torch.equal(torch.autograd.grad(out.sum(), x)[0], out.detach())
    kept = (out.detach() != 0).double() - (1 - exact)
    assert abs((kept * kept.roll(1, 1)).mean()) < 5 * exact * (1 - exact) / count**0.5


def test_nothing_falls_outside_training_or_at_rate_zero_and_a_seed_repeats() -> None:
    x = torch.ones(3, 5)
    assert torch.equal(Dropout(0.5).eval()(x), x) and torch.equal(Dropout(0.0)(x), x)
    torch.manual_seed(6)
    first = Dropout(0.5)(x)
    torch.manual_seed(6)
    assert torch.equal(Dropout(0.5)(x), first)
    assert Dropout(0.5)(x[:0]).shape == (0, 5)
    assert Dropout(0.5)(x.bfloat16()).dtype == torch.bfloat16
