"""Every number of an explanation: by hand where a hand can, by running its own code, and held against regard's own."""

import math
from itertools import product
from typing import Any

import pytest
import torch

import regard
from regard.inspect.explain import Explained, explain
from regard.inspect.explain.telling import told_step
from regard.layers.attention import Attention
from regard.mechanisms.catalogue import NORMALIZERS, SCORES
from regard.mechanisms.features import EluPlusOne
from regard.mechanisms.legality import Choice, refused
from regard.mechanisms.masks import Causal, Dense, Mask, Window
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features, Score

NEAR = 1e-12
MATRIX = torch.tensor([[0.5, -1.0, 0.25], [1.0, 0.0, 2.0], [-0.5, 1.5, 1.0]], dtype=torch.float64)
WEIGHT = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64)
SCORE: dict[str, Score] = {
    "dot": Dot(),
    "bilinear": Bilinear(MATRIX),
    "additive": Additive(WEIGHT),
    "cosine": Cosine(0.5),
    "distance": Distance(1.5),
    "features": Features(EluPlusOne()),
}
MASKS: dict[str, Mask | None] = {"none": None, "causal": Causal()}
LEGAL = [
    (score, normalizer, mask)
    for score, normalizer, mask in product(SCORES, NORMALIZERS, MASKS)
    if refused(Choice(SCORE[score], NORMALIZERS[normalizer](), MASKS[mask], ())) is None
]


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def by_its_own_code(told: Explained, score: Score, mask: Mask | None, given: dict[str, torch.Tensor]) -> dict[str, Any]:
    """What is left after the code of all steps has run, line by line."""
    names: dict[str, Any] = {"torch": torch, "math": math, "regard": regard, **given}
    names |= {"matrix": MATRIX, "weight": WEIGHT, "feature_map": EluPlusOne()}
    count = len(given["x"])
    names["mask"] = torch.ones(count, count).tril().bool()
    exec("\n".join(told_step(step, "en").code for step in told.steps), names)
    return names


def test_every_choice_of_the_catalogue_is_among_these() -> None:
    assert set(SCORE) == set(SCORES) and len(LEGAL) > 60
    assert {normalizer for _, normalizer, _ in LEGAL} == set(NORMALIZERS)


@pytest.mark.parametrize(("score", "normalizer", "mask"), LEGAL)
def test_recomputed_numbers_are_those_of_attend_and_of_the_code_shown(score: str, normalizer: str, mask: str) -> None:
    given = {"x": drawn(4, 5), **{name: drawn(5, 3, seed=i) for i, name in enumerate(("wq", "wk", "wv"), 1)}}
    about = {"score": SCORE[score], "normalizer": NORMALIZERS[normalizer](), "mask": MASKS[mask]}
    told = explain(*given.values(), **about)
    query, key, value = (given["x"] @ given[name] for name in ("wq", "wk", "wv"))
    assert told.difference < NEAR
    assert sum(step.difference is not None for step in told.steps) == 3
    torch.testing.assert_close(torch.as_tensor(told["O"]), regard.attend(query, key, value, **about))
    names = by_its_own_code(told, SCORE[score], MASKS[mask], given)
    torch.testing.assert_close(names["weights"], torch.as_tensor(told["A"]), rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(names["output"], torch.as_tensor(told["O"]), rtol=1e-9, atol=1e-9)


def test_the_classic_example_by_hand() -> None:
    told = regard.inspect.explain.classic()
    assert told["S"].tolist() == [[1, 0, 1], [0, 1, 1], [1, 1, 2]]
    e, f = math.exp(1 / math.sqrt(2)), math.exp(2 / math.sqrt(2))
    first = [e / (2 * e + 1), 1 / (2 * e + 1), e / (2 * e + 1)]
    third = [e / (2 * e + f), e / (2 * e + f), f / (2 * e + f)]
    assert told["A"].round(12).tolist() == [
        [round(a, 12) for a in row] for row in (first, [first[1], first[0], first[0]], third)
    ]
    assert told["O"][1].tolist() == told["O"][0][::-1].tolist()
    assert [key for key, _ in told.notes] == [f"note.print.{name}" for name in ("third", "scores", "softmax", "second")]


def test_what_it_is_fits_a_line() -> None:
    told = regard.inspect.explain.classic()
    assert repr(told).startswith("Explained('title.classic', 10 steps, greatest difference ") and "\n" not in repr(told)


def test_two_keys_with_scores_0_and_ln_3_get_a_quarter_and_three_quarters() -> None:
    x = [[1.0, 0.0], [0.0, math.log(3)]]
    told = explain(x, [[1.0], [1.0]], [[0.0], [1.0]], score=Dot(1.0))
    assert told["A"][0].round(12).tolist() == [0.25, 0.75]


def test_heads_are_joined_and_mixed() -> None:
    x, weights, wo = drawn(4, 6), [drawn(2, 6, 3, seed=i) for i in range(3)], drawn(6, 5, seed=9)
    told = explain(x, *weights, wo, head=1)
    parts = [regard.attend(*(x @ each[head] for each in weights)) for head in range(2)]
    torch.testing.assert_close(torch.as_tensor(told["Y"]), torch.cat(parts, 1) @ wo)
    torch.testing.assert_close(torch.as_tensor(told["O"]), parts[1])
    assert told.steps[-1].key == "heads.joined"
    assert explain(x, *weights).steps[-1].key == "heads.side"


def test_fewer_heads_of_keys_are_shared() -> None:
    x, wq, wk = drawn(4, 6), drawn(4, 6, 3, seed=1), drawn(2, 6, 3, seed=2)
    told = explain(x, wq, wk, wk, head=3)
    torch.testing.assert_close(torch.as_tensor(told["O"]), regard.attend(x @ wq[3], x @ wk[1], x @ wk[1]))


@pytest.mark.parametrize(
    ("given", "stands"),
    [({}, None), ({"wq": 1}, "wq"), ({"wk": 2}, "wk"), ({"wq": 1, "wv": 3}, "wq"), ({"wk": 2, "wv": 3}, "wk")],
)
def test_a_matrix_that_is_left_out_is_said_to_be(given: dict[str, int], stands: str | None) -> None:
    x = drawn(3, 2)
    made = {name: drawn(2, 2, seed=seed) for name, seed in given.items()}
    told = explain(x, made.get("wq"), made.get("wk"), made.get("wv"))
    same = torch.eye(2, dtype=torch.float64) if stands is None else made[stands]
    query, key, value = (x @ made.get(name, same) for name in ("wq", "wk", "wv"))
    torch.testing.assert_close(torch.as_tensor(told["O"]), regard.attend(query, key, value))
    ((note, facts),) = told.notes
    assert (note, facts.get("source")) == ("note.no-matrices" if stands is None else "note.left-out", stands)


def test_masks_hide_and_an_empty_row_is_zero() -> None:
    x = drawn(3, 2)
    told = explain(x, mask="1 0 0; 0 0 0; 1 1 1")
    assert told["A"][1].tolist() == [0, 0, 0] and told["O"][1].tolist() == [0, 0] and told.difference < NEAR
    window = explain(x, mask=Window(1, 0))
    assert (window["A"] == 0).tolist() == [[False, True, True], [False, False, True], [True, False, False]]
    same = explain(x, mask=Dense(torch.ones(3, 3).tril().bool()))
    assert same["A"].tolist() == explain(x, mask="causal")["A"].tolist()


@pytest.mark.parametrize("normalizer", NORMALIZERS)
def test_an_empty_row_is_zero_with_every_normalizer(normalizer: str) -> None:
    score = "features" if normalizer == "normalized" else "dot"
    told = explain(drawn(2, 3), score=score, normalizer=normalizer, mask="0 0; 1 1")
    assert told["A"][0].tolist() == [0, 0] and told.difference < NEAR


def test_scores_far_out_do_not_overflow() -> None:
    told = explain([[900.0], [-900.0]], score=Dot(1.0))
    assert told["A"].tolist() == [[1, 0], [0, 1]] and told.difference == 0


@pytest.mark.parametrize("score", [*SCORES, "features-relu", "features-random"])
@pytest.mark.parametrize("position", [None, "rotary", "alibi", "relative-bias", "relative-keys"])
def test_a_layer_is_explained_from_its_own_parameters(score: str, position: str | None) -> None:
    torch.manual_seed(1)
    layer, x = Attention(8, 2, score=score, position=position), torch.randn(5, 8)
    with torch.no_grad():
        layer.query.bias.normal_()
        try:
            out = layer(x[None])[0]
        except regard.OptionError:  # not every position goes with every score
            return
    told = explain(layer, x, head=1)
    torch.testing.assert_close(torch.as_tensor(told["Y"]).float(), out)
    assert told.difference < 5e-6 and told.dtype == "float32" and layer.training


def test_learned_normalizers_and_shared_heads_of_a_layer() -> None:
    for normalizer in ("softmax-with-sink", "sigmoid", "entmax"):
        layer = Attention(8, 4, normalizer=normalizer, key_heads=2).double()
        with torch.no_grad():
            for each in layer.weigh.parameters():
                each.normal_()
        assert explain(layer, drawn(4, 8), head=3).difference < 1e-8  # of α near 1, to the power 1/(α − 1)


def test_a_wrong_number_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from regard.inspect.explain import head

    real = head.weights
    monkeypatch.setattr(head, "weights", lambda *a, **k: real(*a, **k)._replace(weights=real(*a, **k).weights * 1.01))
    assert explain(drawn(3, 2)).difference > 1e-3
