"""Steps of the packed decoder: `Transformer.step` judges them; torch judges packed products and the likeliest words."""

import math

import pytest
import torch
from torch import Tensor, nn

from regard.decoding.beam import Search, search
from regard.errors import OptionError
from regard.kernels.likeliest import MOST, likeliest
from regard.kernels.packed import KINDS, Packed
from regard.native import library, why_not
from regard.networks.base import Encoded, NetworkOptions
from regard.networks.packed_encoder import FEW
from regard.networks.pooled import FIRST, PooledDecoder, PooledState, ready_to_step
from regard.networks.transformer import Transformer

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

WORDS = 23
SHAPES = {
    "small": {"width": 16, "heads": 2, "feed_forward": 24},
    "ragged": {"width": 48, "heads": 3, "feed_forward": 77},
    "grouped": {"width": 64, "heads": 4, "key_heads": 2, "feed_forward": 128},
    "narrow": {"width": 16, "heads": 4, "key_heads": 1, "feed_forward": 8},
    "learned": {"width": 80, "heads": 5, "feed_forward": 33, "positions": "learned"},
}
NEAR = {torch.float32: 1e-5, torch.bfloat16: 5e-2, torch.int8: 1e-1}


def network(shape: str, **others: object) -> Transformer:
    torch.manual_seed(3)
    options = NetworkOptions(**{"layers": 2, "dropout": 0.1, **SHAPES[shape], **others})  # type: ignore[arg-type]
    made = Transformer(options, WORDS, WORDS).eval()
    with torch.no_grad():
        for each in made.parameters():
            each.add_(0.1 * torch.randn_like(each))
    return made


def read(made: Transformer, lengths: list[int]) -> Encoded:
    tokens = torch.randint(4, WORDS, (len(lengths), max(lengths)), generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        return made.encode(tokens, torch.tensor(lengths))


def types() -> list[torch.dtype]:
    return [each for each in KINDS if each != torch.int8 or library().bytes]


@torch.inference_mode()
@pytest.mark.parametrize("shape", SHAPES)
def test_steps_are_those_of_the_transformer_whatever_rows_are_chosen(shape: str) -> None:
    made = network(shape)
    encoded = read(made, [7, 1, 3, 7])
    for dtype in types():
        packed = PooledDecoder(made, dtype)
        plain, ours = made.start(encoded), packed.start(encoded)
        chance = torch.Generator().manual_seed(2)
        rows = 4
        for step in range(3 * FIRST):  # the pool grows on the way
            tokens = torch.randint(4, WORDS, (rows, 1), generator=chance)[:, 0]
            expected, plain = made.step(tokens, plain)
            found, ours = packed.step(tokens, ours)
            torch.testing.assert_close(packed.output(found), made.output(expected), atol=NEAR[dtype], rtol=NEAR[dtype])
            if step % 5 == 1:
                chosen = torch.randint(0, rows, (rows + 2 - step % 4,), generator=chance)
                plain, ours, rows = plain.select(chosen), ours.select(chosen), len(chosen)


@torch.inference_mode()
@pytest.mark.parametrize("words", [9, FEW])
@pytest.mark.parametrize("shape", SHAPES)
def test_sources_are_read_as_the_transformer_reads_them(shape: str, words: int) -> None:
    """A few words in one call, more of them by the kernels that read tiles."""
    made = network(shape)
    tokens, lengths = torch.randint(4, WORDS, (3, words)), torch.tensor([words, 1, 4])
    expected = made.encode(tokens, lengths).states
    for dtype in types():
        found = PooledDecoder(made, dtype).encode(tokens, lengths)
        for row, length in enumerate(lengths.tolist()):
            close = {"atol": NEAR[dtype], "rtol": NEAR[dtype]}
            torch.testing.assert_close(found.states[row, :length], expected[row, :length], **close)


@torch.inference_mode()
def test_states_that_share_a_pool_do_not_disturb_each_other() -> None:
    made = network("small")
    packed, encoded = PooledDecoder(made), read(made, [5, 2])

    def after(tokens: list[int], state: PooledState) -> tuple[Tensor, PooledState]:
        for token in tokens:
            found, state = packed.step(torch.full((2,), token), state)
        return found, state

    _, common = after([4, 5], packed.start(encoded))
    one, _ = after([6, 7, 8], common)
    other, _ = after([9] * (2 * FIRST), common)
    again, _ = after([6, 7, 8], common)
    assert torch.equal(one, again) and not torch.equal(one, other)


@pytest.mark.parametrize("beam", [1, 2, 5])
def test_a_search_finds_what_the_plain_one_finds(beam: int) -> None:
    made = network("grouped")
    encoded, how = read(made, [9, 4, 1]), Search(beam, n_best=beam)
    plain, ours = (search(each, encoded, [12, 8, 20], how) for each in (made, PooledDecoder(made)))
    assert [[each.tokens for each in row] for row in ours] == [[each.tokens for each in row] for row in plain]
    for mine, theirs in zip(ours, plain, strict=True):
        assert [each.score for each in mine] == pytest.approx([each.score for each in theirs], abs=1e-5)


@torch.inference_mode()
def test_threads_and_other_rows_change_no_bit() -> None:
    made = network("ragged")
    for dtype in (torch.float32, torch.int8) if library().bytes else (torch.float32,):
        packed, encoded = PooledDecoder(made, dtype), read(made, [6] * 40)
        tokens = torch.arange(40) % 19 + 4
        found = []
        for threads in (1, 2):
            torch.set_num_threads(threads)
            _, state = packed.step(tokens, packed.start(encoded))
            found.append(packed.step(tokens, state)[0])
        torch.set_num_threads(1)
        first = Encoded(encoded.states[:3].contiguous(), encoded.lengths[:3])
        _, state = packed.step(tokens[:3], packed.start(first))
        assert torch.equal(*found) and torch.equal(packed.step(tokens[:3], state)[0], found[0][:3])


@pytest.mark.parametrize(
    "others",
    [{"norm": "post"}, {"attention": "additive"}, {"normalizer": "entmax"}, {"positions": "rotary"}, {"width": 8}],
)
def test_what_does_not_suit_steps_as_it_is(others: dict[str, object]) -> None:
    made = network("small", **others)
    assert ready_to_step(made, "fp32") is made
    for precision in ("bf16", "int8"):
        with pytest.raises(OptionError, match=f"--precision {precision}: is for the plain transformer") as caught:
            ready_to_step(made, precision)
        assert caught.value.got.startswith("another model")


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize(
    ("rows", "k", "n"), [(1, 1, 1), (5, 7, 16), (17, 33, 50), (64, 64, 64), (70, 100, 130), (3, 130, 15)]
)
def test_packed_products_are_those_of_torch(rows: int, k: int, n: int, norm: bool) -> None:
    torch.manual_seed(rows)
    first, second, before = nn.Linear(k, n), nn.Linear(k, 3), nn.LayerNorm(k)
    nn.init.normal_(before.weight), nn.init.normal_(before.bias)
    states = torch.randn(rows, k + 5)[:, 2 : k + 2]
    with torch.inference_mode():
        x = before(states) if norm else states
        for dtype in types():
            exact = torch.cat((exactly(x, first, dtype), exactly(x, second, dtype)), 1)
            found = Packed.of(first, second, dtype=dtype)(states, before if norm else None)
            rounded = 1e-5 if dtype == torch.float32 or not norm else 2e-2  # a norm's last place may round otherwise
            torch.testing.assert_close(found.double(), exact, atol=rounded, rtol=rounded)


def exactly(x: Tensor, layer: nn.Linear, dtype: torch.dtype) -> Tensor:
    """The product of what x and W are rounded to."""
    x, weight = x.double(), layer.weight.double()
    if dtype == torch.int8:
        x, weight = (_whole(each) for each in (x, weight))
    elif dtype == torch.bfloat16:
        x, weight = (each.bfloat16().double() for each in (x, weight))
    return x @ weight.T + layer.bias.double()


def _whole(rows: Tensor) -> Tensor:
    scales = rows.float().abs().amax(1, keepdim=True).double() / 127
    return (rows / scales.clamp_min(1e-30)).round() * scales


def test_zeros_and_what_is_no_number_stay_what_they_are() -> None:
    layer = nn.Linear(40, 20)
    states = torch.randn(6, 40)
    states[1], states[2, 7], states[4, 39] = 0, math.nan, math.inf
    with torch.inference_mode():
        for dtype in types():
            found = Packed.of(layer, dtype=dtype)(states)
            torch.testing.assert_close(found[1], layer.bias)
            assert found[2].isnan().all() and not found[4].isfinite().any() and found[[0, 3, 5]].isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize(
    ("words", "count", "lowest"), [(1, 1, 0), (9, 10, 3), (200, 1, 3), (1000, 64, 5), (2001, 10, 3), (300, 70, 2)]
)
def test_the_likeliest_words_are_those_of_a_sort(words: int, count: int, lowest: int, dtype: torch.dtype) -> None:
    torch.manual_seed(words)
    scores = (5 * torch.randn(8, words)).to(dtype)
    scores[3, lowest:] = scores[3, 0]  # all alike
    scores[4, lowest + 1 :: 2] = -math.inf
    expected = scores.float().log_softmax(-1)
    expected[:, :lowest] = -math.inf
    found, places = likeliest(scores, count, lowest)
    there = min(count, words - lowest)
    ranked, order = expected.sort(dim=1, descending=True, stable=True)
    torch.testing.assert_close(found[:, :there], ranked[:, :there])
    assert (found[:, there:] == -math.inf).all()
    finite = found.isfinite() & (count <= MOST)  # torch's own sort keeps no order among equals
    assert torch.equal(places[finite], torch.nn.functional.pad(order, (0, count))[:, :count][finite])


def test_a_score_of_nan_makes_its_row_nan() -> None:
    scores = torch.randn(3, 500)
    scores[1, 123] = math.nan
    found, _ = likeliest(scores, 4)
    assert found[1].isnan().all() and found[[0, 2]].isfinite().all()


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize(
    ("rows", "words", "count", "lowest"),
    [(1, 1, 1, 0), (3, 5, 10, 3), (65, 1024, 2, 3), (64, 1025, 10, 0), (7, 2100, 64, 3), (200, 130, 20, 129)],
)
def test_words_by_a_packed_table_are_the_likeliest_of_its_scores(
    rows: int, words: int, count: int, lowest: int, norm: bool
) -> None:
    torch.manual_seed(0)
    states, normed = torch.randn(rows, 48), nn.LayerNorm(48) if norm else None
    for dtype in types():
        table = Packed(torch.randn(words, 48).round(decimals=1), None, dtype)
        with torch.inference_mode():
            values, found = likeliest(table(states, normed), count, lowest)
            own, places = table.likeliest(states, count, lowest, normed)
        there = values.isfinite()
        assert torch.equal(own.isfinite(), there)
        assert torch.equal(places[there], found[there])
        torch.testing.assert_close(own, values, atol=1e-5, rtol=0)


def test_equal_scores_go_by_their_order_and_nan_to_all_whatever_the_threads() -> None:
    table, states = Packed(torch.ones(3000, 16)), torch.ones(300, 16)
    states[7, 3], before = torch.nan, torch.get_num_threads()
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            values, words = table.likeliest(states, 5, 3)
            assert words[0].tolist() == words[-1].tolist() == [3, 4, 5, 6, 7]
            assert values[7].isnan().all()
            assert values[8].tolist() == pytest.approx([-math.log(3000)] * 5, abs=1e-5)
    finally:
        torch.set_num_threads(before)
