"""Layers keep the laws: whole sequences equal steps with a cache, masks reach the door, dropout only in training."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
import torch
from attention_case import close
from torch import Tensor

import regard
from regard.checks import as_positions
from regard.layers.attention import Attention
from regard.layers.blocks import DecoderBlock, EncoderBlock
from regard.layers.dropout import Dropout
from regard.layers.match import Match
from regard.layers.placing import NAMES, Placing
from regard.layers.state import KeyValue
from regard.layers.weighing import Weighing
from regard.mechanisms.catalogue import FEATURE_MAPS, NORMALIZERS, SCORES
from regard.mechanisms.legality import Choice, refused


def states(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


ALL_SCORES = [*SCORES, *(f"features-{name}" for name in FEATURE_MAPS)]


def legal(score: str, normalizer: str, position: str | None) -> bool:
    """Whether the table of mechanisms/legality.py lets the names stand together."""
    positions = as_positions(Placing(position, 2, 1)())
    return refused(Choice(Match(score, 2)(), Weighing(normalizer, 1)(), None, positions)) is None


EVERYTHING = list(product(ALL_SCORES, NORMALIZERS, [None, *NAMES]))
LEGAL = [choice for choice in EVERYTHING if legal(*choice)]


def covering() -> Iterator[tuple[str, str, str | None]]:
    """Legal choices in which every pair of names that may stand together does."""
    seen: set[object] = set()
    for choice in LEGAL:
        pairs = set(combinations(enumerate(choice), 2))
        if pairs - seen:
            seen |= pairs
            yield choice


CHOICES = list(covering())


def chosen(score: str, normalizer: str, position: str | None, key_heads: int | None = None) -> Attention:
    """A layer of width 16 with 4 heads, every number of it away from where it begins."""
    torch.manual_seed(1)
    layer = Attention(16, 4, score=score, normalizer=normalizer, position=position, key_heads=key_heads).double()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return layer


@pytest.mark.parametrize(("score", "normalizer", "position"), CHOICES)
def test_a_layer_by_names_owns_what_they_have_to_learn_and_is_one_by_objects(
    score: str, normalizer: str, position: str | None
) -> None:
    layer, x = chosen(score, normalizer, position, key_heads=2), states(2, 6, 16)
    own = {name: tuple(each.shape) for name, each in layer.named_parameters() if name.split(".")[0] not in PROJECTIONS}
    assert own == OWNED.get(score, {}) | OWNED.get(normalizer, {}) | OWNED.get(position or "", {})
    out = layer(x, mask=regard.Causal())
    objects = Attention(
        16, 4, score=layer.match(), normalizer=layer.weigh(), position=layer.place(), key_heads=2
    ).double()
    projections = {name: each for name, each in layer.state_dict().items() if name.split(".")[0] in PROJECTIONS}
    assert set(objects.state_dict()) == set(projections)
    objects.load_state_dict(projections)
    close(objects(x, mask=regard.Causal()), out)
    out.square().sum().backward()
    for name, parameter in layer.named_parameters():
        if name == "match.directions":  # drawn, not learned
            continue
        assert parameter.grad is not None and parameter.grad.isfinite().all() and parameter.grad.any(), name
    other = chosen(score, normalizer, position, key_heads=2)
    torch.nn.init.zeros_(other.output.bias)
    other.load_state_dict(layer.state_dict())
    assert torch.equal(other(x, mask=regard.Causal()), out)


PROJECTIONS = ("query", "key_value", "output")
OWNED = {
    "bilinear": {"match.matrix": (4, 4, 4)},
    "additive": {"match.weight": (4, 4)},
    "cosine": {"match.log_temperature": (4,)},
    "distance": {"match.log_width": (4,)},
    "features-random": {"match.directions": (64, 4)},
    "softmax-with-sink": {"weigh.sink": (4,)},
    "sigmoid": {"weigh.bias": (4,)},
    "entmax": {"weigh.log_excess": (4,)},
    "relative-bias": {"place.table": (4, 32)},
    "relative-keys": {"place.table": (33, 4)},
}
"""What a choice has to learn, in a layer of width 16 with 4 heads."""


@pytest.mark.parametrize("score", ALL_SCORES)
def test_choices_without_a_meaning_are_refused_by_a_layer(score: str) -> None:
    refusals = [choice for choice in EVERYTHING if choice[0] == score and choice not in LEGAL]
    assert refusals
    for choice in refusals:
        with pytest.raises(regard.OptionError, match=r"^attend: "):
            chosen(*choice)(states(1, 3, 16))


@pytest.mark.parametrize("position", [None, *NAMES])
@pytest.mark.parametrize(("score", "normalizer"), [
    ("dot", "softmax"), ("bilinear", "entmax"), ("additive", "sigmoid"), ("cosine", "softmax-with-sink"),
    ("distance", "sparsemax"), ("features", "normalized"), ("features-random", "plain"), ("dot", "relu"),
])  # fmt: skip
@pytest.mark.parametrize("chunk", [1, 3])
def test_the_whole_equals_reading_what_was_remembered_step_by_step(
    score: str, normalizer: str, position: str | None, chunk: int
) -> None:
    if not legal(score, normalizer, position):
        return
    layer, x = chosen(score, normalizer, position, key_heads=2).eval(), states(2, 7, 16)
    whole = layer(x, mask=regard.Causal())
    close(layer.read(x, layer.remember(x), mask=regard.Causal()), whole)
    memory, steps = None, []
    for piece in x.split(chunk, 1):
        new = layer.remember(piece)
        memory = new if memory is None else memory.extended(new)
        steps.append(layer.read(piece, memory, mask=regard.Causal()))
    close(torch.cat(steps, 1), whole)
    close(layer.read(x[:, 3:], layer.remember(x), mask=regard.Causal(), query_start=3), whole[:, 3:])


@pytest.mark.parametrize("position", NAMES)
def test_a_position_is_felt(position: str) -> None:
    layer, x, order = chosen("dot", "softmax", position), states(1, 5, 16), [3, 0, 4, 1, 2]
    assert (layer(x[:, order]) - layer(x)[:, order]).abs().max() > 1e-3
    layer.place = Placing(None, 4, 4)
    close(layer(x[:, order]), layer(x)[:, order])


@pytest.mark.parametrize("score", SCORES)
def test_the_layer_is_its_projections_around_attend(score: str) -> None:
    torch.manual_seed(1)
    layer, x, sources = Attention(6, 3, score=score).double(), states(2, 4, 6), states(2, 7, 6, seed=1)
    key, value = layer.key_value(sources).split(6, -1)
    heads = [each.view(2, -1, 3, 2).transpose(1, 2) for each in (layer.query(x), key, value)]
    mask = regard.Padding(keys=[7, 2])
    mixed = regard.attend(*heads, score=layer.match(), normalizer=layer.weigh(), mask=mask)
    close(layer(x, sources, mask=mask), layer.output(mixed.transpose(1, 2).reshape(2, 4, 6)))
    assert isinstance(layer.weigh(), regard.Normalized if score == "features" else regard.Softmax)


def test_heads_that_share_keys_equal_heads_with_the_same_keys() -> None:
    shared, own = chosen("dot", "softmax", "rotary", key_heads=2), chosen("dot", "softmax", "rotary")
    own.load_state_dict(shared.state_dict() | {
        f"key_value.{name}": each.unflatten(0, (2, 2, 4)).repeat_interleave(2, 1).flatten(0, 2)
        for name, each in shared.key_value.state_dict().items()
    })  # fmt: skip
    x = states(2, 5, 16)
    close(shared(x), own(x))
    assert shared.remember(x).key.shape == (2, 2, 5, 4) and shared.key_value.weight.shape == (16, 16)


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


DIVIDES = "Attention: width must be a multiple of heads, and heads of key_heads"


@pytest.mark.parametrize(("width", "heads", "key_heads", "got"), [
    (8, 3, None, "width 8, heads 3"),
    (8, 0, None, "width 8, heads 0"),
    (8, 4, 3, "width 8, heads 4, key_heads 3"),
    (8, 4, 0, "width 8, heads 4, key_heads 0"),
])  # fmt: skip
def test_heads_that_do_not_divide_are_refused(width: int, heads: int, key_heads: int | None, got: str) -> None:
    with pytest.raises(regard.OptionError) as caught:
        Attention(width, heads, key_heads=key_heads)
    assert str(caught.value) == f"{DIVIDES}\n  got  {got}\n  try  heads=4"


SCORE_NAMES = "dot, bilinear, additive, cosine, distance, features, features-elu, features-relu, features-random"
NORMALIZER_NAMES = (
    "softmax, softmax-with-sink, relu, squared-relu, sigmoid, plain, normalized, sparsemax, entmax, top-k"
)


@pytest.mark.parametrize(("choice", "name", "hint"), [
    ("score", "bilinaer", f"'bilinear'? or one of {SCORE_NAMES}"),
    ("score", "features-sine", f"'features-elu'? or one of {SCORE_NAMES}"),
    ("score", "dot-elu", f"'dot'? or one of {SCORE_NAMES}"),
    ("normalizer", "sofmax", f"'softmax'? or one of {NORMALIZER_NAMES}"),
    ("position", "rotory", "'rotary'? or one of rotary, alibi, relative-bias, relative-keys"),
    ("position", "bias", "one of rotary, alibi, relative-bias, relative-keys"),
])  # fmt: skip
def test_an_unknown_name_is_answered_with_the_nearest(choice: str, name: str, hint: str) -> None:
    with pytest.raises(regard.OptionError) as caught:
        Attention(8, 2, **{choice: name})
    assert str(caught.value) == f"{choice}: no such name\n  got  {name!r}\n  try  {hint}"


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
