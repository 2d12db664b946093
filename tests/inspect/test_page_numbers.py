"""What the page prints is what NumPy has: weights, the nine steps, colours; by pointer, keys and address."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from made_looks import ANSWER, WORDS, call, record, softmax, translation
from playwright.sync_api import Browser, Page, expect
from seeing import BYTES, number, pixel, printed, seen, settle, table

from regard.inspect.record import Record
from regard.inspect.shades import ON_DARK, ON_PAPER, colour

CROSS = "#call=decoder+1+cross&head=2&query=5&key=3"


def with_call(**given: object) -> Record:
    """A text that reads itself in one way."""
    whole = record("text")
    made = call(whole.axes, "source", "source", seed=5, **given)
    return Record(whole.headline, whole.axes, (made,), (), (), whole.provenance, 0.0)


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Page:
    with seen(browser, translation(), tmp_path_factory.mktemp("page"), CROSS) as opened:
        yield opened  # type: ignore[misc]


def test_every_weight_of_the_table_is_numpys(page: Page) -> None:
    weights = translation().calls[2].weights
    assert weights is not None
    rows = table(page, "matrix")
    assert rows[0] == ["Reads", *WORDS, "Sum"]
    assert [row[0] for row in rows[1:]] == ANSWER
    assert [row[1:-1] for row in rows[1:]] == [printed(row) for row in weights[1]]
    assert [number(row[-1]) for row in rows[1:]] == pytest.approx(weights[1].sum(-1), abs=1e-5)


def test_the_matrix_says_the_weight_the_sum_and_the_score(page: Page) -> None:
    made = translation().calls[2]
    assert made.weights is not None and made.scores is not None
    said = page.locator("#matrix [role=status]").inner_text()
    assert said == (
        f"{ANSWER[4]} reads {WORDS[2]}: weight {printed(made.weights[1, 4, 2:3])[0]}. The row sums to 1."
        f" Score {float(f'{made.scores[1, 4, 2]:.5g}')}.".replace("-", "−")
    )


def test_pixels_have_the_colours_of_their_weights(page: Page) -> None:
    weights = translation().calls[2].weights
    assert weights is not None
    for row, column in ((0, 0), (4, 7), (10, 9)):
        assert pixel(page, row, column) == list(colour(float(weights[1, row, column]), ON_PAPER))


def test_the_thing_is_tinted_by_the_weights_of_the_query(page: Page) -> None:
    weights = translation().calls[2].weights
    assert weights is not None
    shown = page.locator("#thing .token[data-weight]")
    assert shown.evaluate_all("all => all.map(each => each.dataset.weight)") == printed(weights[1, 4])
    tints = shown.evaluate_all("all => all.map(each => getComputedStyle(each).backgroundColor)")
    assert tints == ["rgb({}, {}, {})".format(*colour(float(each), ON_PAPER)) for each in weights[1, 4]]


def test_the_nine_steps_are_computed_again(page: Page) -> None:
    made = translation().calls[2]
    assert made.query is not None and made.key is not None and made.weights is not None and made.value is not None
    query, key = made.query[1, 4].astype(np.float64), made.key[1, 2].astype(np.float64)
    steps = page.locator(".steps > li")
    assert steps.count() == 10
    read = "all => all.map(each => each.value)"
    names = ("score", "scaled", "weights")
    product, scaled, weight = (float(page.locator(f"#step-{name} data").evaluate_all(read)[0]) for name in names)
    assert product == pytest.approx(query @ key, abs=1e-12)
    assert scaled == pytest.approx(query @ key / np.sqrt(8), rel=1e-7)
    assert weight == pytest.approx(made.weights[1, 4, 2], abs=1e-7)
    output = page.locator("#step-weightedSum .strip .number").all_inner_texts()
    assert [number(each) for each in output] == pytest.approx(made.weights[1, 4] @ made.value[1], rel=6e-3)
    assert float(page.locator(".check").get_attribute("data-delta") or "nan") <= 1e-6
    assert "Recomputed = captured: |Δ| ≤ " in page.locator(".check").inner_text()


def test_what_if_a_score_were_another(page: Page) -> None:
    scores = translation().calls[2].scores
    assert scores is not None
    page.locator("#what-if").fill("2.5")
    changed = scores[1, 4].astype(np.float64)
    changed[2] = 2.5
    assert page.locator(".what-if output").inner_text() == printed(softmax(changed)[2:3])[0]


def test_arrow_keys_walk_the_matrix_and_are_heard(page: Page) -> None:
    page.evaluate(f"location.hash = {CROSS!r}")
    cursor = page.locator("#matrix .cursor")
    cursor.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#matrix [role=status]")).to_contain_text(f"{ANSWER[5]} reads {WORDS[4]}:")
    assert "query=6&key=5" in page.url
    page.keyboard.press("Control+End")
    expect(page.locator("#matrix [role=status]")).to_contain_text(f"{ANSWER[-1]} reads {WORDS[-1]}:")
    page.keyboard.press("Home")
    expect(page.locator("#matrix [role=status]")).to_contain_text(f"{ANSWER[-1]} reads {WORDS[0]}:")


def test_the_address_is_the_place_and_back_goes_back(page: Page) -> None:
    page.locator("#at-head").select_option("0")
    settle(page)
    assert "head=1" in page.url
    page.go_back()
    expect(page.locator("#at-head")).to_have_value("1")


def test_files_hold_what_is_shown(page: Page) -> None:
    weights = translation().calls[2].weights
    assert weights is not None
    with page.expect_download() as found:
        page.locator("#matrix .savers").get_by_text("CSV").click()
    rows = list(csv.reader(io.StringIO(found.value.path().read_text(encoding="utf-8"))))
    assert rows[0] == ["", *WORDS]
    assert np.array_equal(np.array([row[1:] for row in rows[1:]], np.float32), weights[1])
    with page.expect_download() as found:
        page.locator("#matrix .savers").get_by_text("JSON").click()
    assert json.loads(found.value.path().read_text(encoding="utf-8"))["call"] == "decoder 1 cross"
    for kind, begin in (("PNG", b"\x89PNG\r\n"), ("SVG", b"<svg")):
        with page.expect_download() as found:
            page.locator("#matrix .savers").get_by_text(kind).click()
        assert found.value.path().read_bytes().startswith(begin)


def test_the_mean_of_all_heads(page: Page) -> None:
    weights = translation().calls[2].weights
    assert weights is not None
    page.evaluate("location.hash = '#call=decoder+1+cross&head=mean&query=5&key=3'")
    expect(page.locator("#at-head")).to_have_value("mean")
    shown = page.locator("#thing .token[data-weight]").evaluate_all("all => all.map(each => each.dataset.weight)")
    assert [number(each) for each in shown] == pytest.approx(weights.mean(0)[4], abs=6e-5)
    assert "choose one head" in page.locator(".check").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_masked_cells_are_hatched_in_both_schemes(scheme: str, browser: Browser, tmp_path: Path) -> None:
    at = "#call=encoder+1+self&head=1&query=3&key=12"
    with seen(browser, record("text"), tmp_path, at, {"color_scheme": scheme}) as page:
        weights = record("text").calls[0].weights
        assert weights is not None
        scale = ON_DARK if scheme == "dark" else ON_PAPER
        assert pixel(page, 2, 1) == list(colour(float(weights[0, 2, 1]), scale))
        told = "regardPage.parts.find((each) => each.grid).grid.box(2, 11)"
        box = page.evaluate(told)
        data = page.evaluate(
            BYTES,
            [round(box["x"] + 4), round(box["y"] + 4), 12, 12],
        )
        assert len({tuple(data[each : each + 3]) for each in range(0, len(data), 4)}) == 2
        assert "may not read" in page.locator("#matrix [role=status]").inner_text()
        assert "(Causal)" in page.locator("#step-maskTerms").inner_text()


NORMALIZERS = {
    "ReLU": lambda s: np.maximum(s, 0),
    "SquaredReLU, per_key True": lambda s: np.maximum(s, 0) ** 2 / s.shape[-1],
    "Sigmoid, bias -1.5": lambda s: 1 / (1 + np.exp(-s + 1.5)),
    "SoftmaxWithSink, sink 0.5": lambda s: np.exp(s) / (np.exp(0.5) + np.exp(s).sum(-1, keepdims=True)),
    "Plain": lambda s: s,
    "TopK, count 1": lambda s: (s >= s.max(-1, keepdims=True)).astype(np.float64),
}


@pytest.mark.parametrize("name", NORMALIZERS)
def test_other_normalizers_are_computed_again_too(name: str, browser: Browser, tmp_path: Path) -> None:
    made = call(record("text").axes, "source", "source", seed=5)
    assert made.scores is not None and made.value is not None
    weights = NORMALIZERS[name](made.scores.astype(np.float64)).astype(np.float32)
    changed = with_call(normalizer=name, weights=weights, output=weights @ made.value, sums=weights.sum(-1))
    with seen(browser, changed, tmp_path) as page:
        assert float(page.locator(".check").get_attribute("data-delta") or "nan") <= 2e-6
        assert "weights" in page.locator(".check").inner_text()


def test_an_additive_score_and_a_learned_sink_are_computed_again(browser: Browser, tmp_path: Path) -> None:
    made = call(record("text").axes, "source", "source", seed=5)
    assert made.query is not None and made.key is not None and made.value is not None
    match = np.random.default_rng(9).normal(size=(4, 8)).astype(np.float32)
    pairs = made.query[:, :, None].astype(np.float64) + made.key[:, None]
    scores = np.einsum("hd,hqkd->hqk", match.astype(np.float64), np.tanh(pairs))
    sink = np.float32([0.5, -1.0, 2.0, 0.0])
    powers = np.exp(scores)
    weights = (powers / (np.exp(sink.astype(np.float64))[:, None, None] + powers.sum(-1, keepdims=True))).astype(
        np.float32
    )
    changed = {"score": "Additive", "scale": None, "scores": scores.astype(np.float32), "match": match}
    changed |= {"normalizer": "SoftmaxWithSink", "parameter": sink, "weights": weights, "output": weights @ made.value}
    with seen(browser, with_call(**changed, sums=weights.sum(-1)), tmp_path, "#head=3") as page:
        assert float(page.locator(".check").get_attribute("data-delta") or "nan") <= 1e-6
        assert "(scores, weights, output;" in page.locator(".check").inner_text()
        assert "Σ w · tanh(q + k)" in page.locator("#step-score").inner_text()


def test_a_distance_is_computed_again_up_to_what_a_softmax_does_not_feel(browser: Browser, tmp_path: Path) -> None:
    made = call(record("text").axes, "source", "source", seed=5)
    assert made.query is not None and made.key is not None and made.value is not None
    scores = -(((made.query[:, :, None] - made.key[:, None]).astype(np.float64)) ** 2).sum(-1) / 8
    weights = softmax(scores).astype(np.float32)
    shifted = (scores + 3.25).astype(np.float32)
    changed = {"score": "Distance, width 2", "scale": None, "scores": shifted, "weights": weights}
    with seen(browser, with_call(**changed, output=weights @ made.value), tmp_path) as page:
        assert float(page.locator(".check").get_attribute("data-delta") or "nan") <= 2e-6
        assert "(scores, weights, output;" in page.locator(".check").inner_text()


def test_what_cannot_be_computed_again_is_said(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, with_call(score="Additive", scale=None), tmp_path) as page:
        assert "the score stands here as captured" in page.locator("#step-score").inner_text()
        assert float(page.locator(".check").get_attribute("data-delta") or "nan") <= 1e-6
    with seen(browser, with_call(normalizer="Unheard of"), tmp_path) as page:
        assert "does not know the rule" in page.locator("#step-weights").inner_text()


def test_a_difference_is_shown_not_hidden(browser: Browser, tmp_path: Path) -> None:
    made = call(record("text").axes, "source", "source", seed=5)
    assert made.output is not None
    with seen(browser, with_call(output=made.output + np.float32(0.01)), tmp_path) as page:
        assert "|Δ| ≤ 1e-2" in page.locator(".check.far").inner_text()
