"""The judge judged: answers that a reader can check, and gradients against finite differences."""

import math

import pytest
import torch
from torch import Tensor

from regard.kernels import reference
from regard.kernels.reference import positions as judge
from regard.kernels.reference.normalizers import weights_of
from regard.kernels.reference.scores import features
from regard.mechanisms import masks, normalizers, positions
from regard.mechanisms.features import EluPlusOne, RandomFeatures, Rectified
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features, Score


def numbers(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def picture(mask: Mask, start: int = 0, queries: int = 4, keys: int = 4) -> str:
    """Who reads whom in row 0 and head 0, a line for every query."""
    reads = [[reference.may_read(mask, 0, 0, q, k, start) for k in range(keys)] for q in range(queries)]
    return " ".join("".join(".x"[one] for one in line) for line in reads)


@pytest.mark.parametrize("mask, start, expected", [
    (masks.Causal(), 0, "x... xx.. xxx. xxxx"),
    (masks.Causal(), -1, ".... x... xx.. xxx."),
    (masks.Window(1, 0), 0, "x... xx.. .xx. ..xx"),
    (masks.Window(0, 2), 1, ".xxx ..xx ...x ...."),
    (masks.Strided(2), 0, "x.x. .x.x x.x. .x.x"),
    (masks.Strided(3), 1, ".x.. ..x. x..x .x.."),
    (masks.Global(1), 0, "xxxx x... x... x..."),
    (masks.Global(2), -1, "xx.. xxxx xxxx xx.."),
    (masks.Padding(keys=[3], queries=[2]), 2, "xxx. xxx. .... ...."),
    (masks.Keys(torch.tensor([True, False, False, True])), 0, "x..x x..x x..x x..x"),
    (masks.Documents(torch.tensor([5, 5, 3, 3])), 0, "xx.. xx.. ..xx ..xx"),
    (masks.Documents(torch.tensor([5, 5, 3, 3])), 2, "..xx ..xx .... ...."),
    (masks.Documents(torch.tensor([5, 5, 3, 3])), -1, ".... xx.. xx.. ..xx"),
    (masks.Documents(torch.tensor([5, 5, 3, 3]), torch.tensor([3, 7, 3, 5])), 9, "..xx .... ..xx xx.."),
    (masks.Blocks(torch.tensor([[True, False], [True, True]]), 2), 3, "xx.. xx.. xxxx xxxx"),
    (masks.Dense(torch.eye(4, dtype=torch.bool)), 3, "x... .x.. ..x. ...x"),
    (masks.Edges(torch.tensor([3, 0, 3]), torch.tensor([0, 2, 0])), 3, "...x .... x... ...."),
    (~masks.Causal(), 0, ".xxx ..xx ...x ...."),
    (masks.Causal() & ~masks.Window(1, 0), 0, ".... .... x... xx.."),
    (masks.Global(1) | masks.Window(0, 0), 0, "xxxx xx.. x.x. x..x"),
    (masks.PerHead((masks.Causal(), masks.Global(1))), 0, "x... xx.. xxx. xxxx"),
], ids=str)  # fmt: skip
def test_who_may_read_whom(mask: Mask, start: int, expected: str) -> None:
    assert picture(mask, start) == expected


@pytest.mark.parametrize("normalizer, scores, expected", [
    (normalizers.Softmax(), [0, math.log(3)], [1 / 4, 3 / 4]),
    (normalizers.SoftmaxWithSink(), [0, math.log(2)], [1 / 4, 2 / 4]),
    (normalizers.SoftmaxWithSink(math.log(5)), [0, math.log(2)], [1 / 8, 2 / 8]),
    (normalizers.ReLU(), [-1, 3], [0, 3]),
    (normalizers.ReLU(per_key=True), [-1, 3], [0, 1.5]),
    (normalizers.SquaredReLU(), [-1, 3], [0, 9]),
    (normalizers.Sigmoid(), [0, math.log(3)], [1 / 2, 3 / 4]),
    (normalizers.Sigmoid(bias=-math.log(3), per_key=True), [0, math.log(3)], [1 / 8, 1 / 4]),
    (normalizers.Plain(), [-1, 3], [-1, 3]),
    (normalizers.Normalized(eps=1.0), [1, 2], [1 / 4, 2 / 4]),
    (normalizers.Normalized(eps=0.0), [0, 0], [0, 0]),
    (normalizers.Sparsemax(), [0.5, 0], [3 / 4, 1 / 4]),
    (normalizers.Sparsemax(), [2, 0.5], [1, 0]),
    (normalizers.TopK(2), [0, -1, math.log(3)], [1 / 4, 0, 3 / 4]),
    (normalizers.TopK(1), [2, 2, 1], [1 / 2, 1 / 2, 0]),
    (normalizers.TopK(5), [0, math.log(3)], [1 / 4, 3 / 4]),
    (normalizers.Entmax(), [0.4, 0], [0.64, 0.36]),
    (normalizers.Entmax(2.0), [0.5, 0, -9], [3 / 4, 1 / 4, 0]),
    (normalizers.Entmax(3.0), [-2, 0.1, 0.1], [0, 1 / 2, 1 / 2]),
], ids=str)  # fmt: skip
def test_scores_become_weights(normalizer: Normalizer, scores: list[float], expected: list[float]) -> None:
    found = weights_of(normalizer, torch.tensor(scores, dtype=torch.float64), 0)
    assert found.tolist() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("offset, two_way, expected", [
    (-200, True, 15), (-9, True, 8), (-1, True, 1), (0, True, 0), (1, True, 17), (9, True, 24), (128, True, 31),
    (-16, True, 10), (-32, True, 12), (-64, True, 14), (-63, True, 13), (-128, True, 15), (-127, True, 15),
    (5, False, 0), (0, False, 0), (-15, False, 15), (-16, False, 16), (-128, False, 31), (-45, False, 23),
])  # fmt: skip
def test_buckets_are_those_of_t5(offset: int, two_way: bool, expected: int) -> None:
    assert judge.bucket(offset, 32, 128, two_way) == expected


@pytest.mark.parametrize("two_way", [True, False])
@pytest.mark.parametrize("buckets", [2, 3, 4, 6, 8, 17, 32, 64])
def test_the_bucket_of_the_positions_is_the_exact_one(buckets: int, two_way: bool) -> None:
    """Every bucket begins where whole numbers say, not a rounding error beside it."""
    for far in (buckets, 40, 81, 100, 128, 256, 729, 1024):
        offsets = range(-far - 3, far + 4)
        found = positions.bucket(torch.tensor(offsets), buckets, far, two_way).tolist()
        assert found == [judge.bucket(offset, buckets, far, two_way) for offset in offsets], far


@pytest.mark.parametrize("heads", [*range(1, 18), 24, 31, 32])
def test_the_slopes_of_the_positions_are_the_papers(heads: int) -> None:
    expected = [judge.paper_slope(head, heads) for head in range(heads)]
    assert positions.alibi_slopes(heads).tolist() == pytest.approx(expected, rel=1e-6)


def test_alibi_of_8_heads_halves_from_one_half_and_12_fill_up_from_16() -> None:
    assert [judge.paper_slope(head, 8) for head in range(8)] == [2.0**-n for n in range(1, 9)]
    assert [judge.paper_slope(head, 12) for head in range(8, 12)] == [2.0**-n for n in (0.5, 1.5, 2.5, 3.5)]


def test_rotary_turns_a_pair_by_its_position() -> None:
    """Two pairs, angles 3 and 3/10 at position 3: halves beside each other, or neighbours; an odd last one stays."""
    fast, slow = (math.cos(3), math.sin(3)), (math.cos(0.3), math.sin(0.3))
    for interleaved, vector, expected in (
        (False, [1, 2, 0, 0, 7], [fast[0], 2 * slow[0], fast[1], 2 * slow[1], 7]),
        (True, [1, 0, 2, 0, 7], [fast[0], fast[1], 2 * slow[0], 2 * slow[1], 7]),
    ):
        rotary = positions.Rotary(base=100.0, interleaved=interleaved)
        found = judge.turned(torch.tensor(vector, dtype=torch.float64), (rotary,), 3)
        assert found.tolist() == pytest.approx(expected)


def test_rotary_on_a_grid_turns_half_by_the_row_and_half_by_the_column() -> None:
    """Position 7 of a grid 5 wide is row 1, column 2."""
    found = judge.turned(torch.tensor([1, 0, 1, 0], dtype=torch.float64), (positions.Rotary(grid=5),), 7)
    assert found.tolist() == pytest.approx([math.cos(1), math.sin(1), math.cos(2), math.sin(2)])


@pytest.mark.parametrize("rotary", [positions.Rotary(), positions.Rotary(interleaved=True), positions.Rotary(grid=4)])
def test_rotary_feels_offsets_only(rotary: Position) -> None:
    query, key = numbers(6, seed=2), numbers(6, seed=3)
    near, far = (torch.dot(judge.turned(query, (rotary,), i), judge.turned(key, (rotary,), i + 6)) for i in (0, 8))
    assert float(near) == pytest.approx(float(far))


def test_features_of_a_vector() -> None:
    vector = torch.tensor([-math.log(2), 3.0], dtype=torch.float64)
    assert features(EluPlusOne(), vector, 0).tolist() == pytest.approx([0.5, 4])
    assert features(Rectified(), vector, 0).tolist() == [0, 3]
    directions = torch.tensor([[[0.0]], [[2.0]]])
    found = [features(RandomFeatures(directions), torch.tensor([1.0]).double(), head).item() for head in (0, 1)]
    assert found == pytest.approx([math.exp(-0.5), math.exp(1.5)])


def parametrised() -> dict[str, tuple[Score, Normalizer, tuple[Position, ...], Mask | None]]:
    """Combinations that hold every parameter between them, for h = 2, q = 3, k = 4, d = 4."""
    dot, softmax, sink = Dot(), normalizers.Softmax(), normalizers.SoftmaxWithSink(numbers(2))
    edges = masks.Edges(torch.tensor([0, 1, 3, 1]), torch.tensor([0, 0, 2, 0]))
    learned = (positions.Rotary(), positions.RelativeKeys(numbers(5, 4)), positions.Bias(numbers(2, 3, 4)))
    line = (positions.Alibi(numbers(2)), positions.RelativeBias(numbers(2, 6), far=4))
    plane = (positions.Alibi(numbers(2), grid=2), positions.RelativeBias(numbers(2, 3, 3), grid=2))
    return {
        "bilinear, rotary, relative keys, bias": (Bilinear(numbers(2, 4, 4)), softmax, learned, None),
        "additive, alibi, relative bias, sink": (Additive(numbers(2, 4)), sink, line, None),
        "cosine, on a grid, sigmoid": (Cosine(numbers(2).abs() + 1), normalizers.Sigmoid(numbers(2)), plane, None),
        "distance, sparsemax": (Distance(numbers(2).abs() + 1), normalizers.Sparsemax(), (), None),
        "dot, entmax of each head": (dot, normalizers.Entmax(torch.tensor([1.3, 2.5]).double()), (), masks.Causal()),
        "dot, entmax of all": (dot, normalizers.Entmax(torch.tensor(1.7).double()), (), masks.Causal()),
        "features, normalized": (Features(RandomFeatures(numbers(2, 3, 4))), normalizers.Normalized(), (), None),
        "elu, plain": (Features(EluPlusOne()), normalizers.Plain(per_key=True), (), None),
        "dot, squared relu": (dot, normalizers.SquaredReLU(per_key=True), (), masks.Window(1, 0)),
        "dot, edge bias": (dot, softmax, (positions.EdgeBias(numbers(2, 4)),), edges),
    }  # fmt: skip


@pytest.mark.parametrize("choice", parametrised().values(), ids=parametrised())
def test_gradients_of_the_reference_equal_finite_differences(
    choice: tuple[Score, Normalizer, tuple[Position, ...], Mask | None],
) -> None:
    score, normalizer, places, mask = choice
    query, key, value = numbers(1, 2, 3, 4, seed=4), numbers(1, 1, 4, 4, seed=5), numbers(1, 1, 4, 2, seed=6)
    held = [each for holder in (score, normalizer, *places) for each in vars(holder).values()]
    held += list(vars(getattr(score, "map", None) or Rectified()).values())
    leaves = [each.requires_grad_() for each in (query, key, value, *held) if isinstance(each, Tensor)]

    def run(*_: Tensor) -> Tensor:
        return reference.attend(
            query, key, value, mechanism=score, normalizer=normalizer, positions=places, mask=mask, start=1
        )[0]

    assert torch.autograd.gradcheck(run, leaves, fast_mode=True)
