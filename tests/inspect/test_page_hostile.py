"""Whatever stands in a look, the page stays whole: markup, directions, endless names, numbers that are none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_looks import PROVENANCE, call, evidence, record
from playwright.sync_api import Browser, expect
from seeing import seen, settle

from regard.inspect.page.writing import page as page_of
from regard.inspect.record import Axis, Record

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "</noscript></title><!--",
    "שלום עולם",
    "\u202egnp.exe",
    "👩‍👩‍👧‍👦",
    "ha" * 1_000,
    "",
    "\x00\x1b[31m\ud800",
    "{0} {1}",
    "constructor",
    "=1+1",
)


def hostile() -> Record:
    axes = {"source": Axis("source", "text", HOSTILE), "pool": Axis("pool", "answer", (HOSTILE[0],))}
    name = "</script> self"
    calls = (
        call(axes, "source", "source", name=name, score="<b>Dot</b>", mask="</td>"),
        call(axes, "pool", "source", name="pool", role="pool"),
    )
    headline = {"input": HOSTILE[0], "output": HOSTILE[1], "task": "<i>", "confidence": "</p>"}
    found = replace(evidence(axes, calls), of=HOSTILE[1], notes={"<b>": "</li>"})
    return Record(headline, axes, calls, (found,), (), PROVENANCE | {"command": HOSTILE[0]}, 0.0)


def test_hostile_texts_are_only_texts(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, hostile(), tmp_path, "#query=1&key=1") as page:
        assert page.locator("main img, main script, main b b").count() == 0
        assert page.locator("#thing .token").count() == len(HOSTILE)
        assert page.locator(".answer dd").inner_text() == HOSTILE[1]
        page.locator("#matrix .cursor").focus()
        for _ in HOSTILE:
            page.keyboard.press("ArrowRight")
        settle(page)
        for twin in page.locator(".twin summary").all():
            twin.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1_000
        assert "U+202Egnp.exe" in page.locator("#thing").inner_text()


def test_hostile_texts_without_scripts(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, hostile(), tmp_path, how={"java_script_enabled": False}) as page:
        assert page.locator("img").count() == 0 and page.locator("article").count() == 1


def test_the_document_holds_no_open_bracket_of_theirs() -> None:
    text = page_of([hostile()], "en", "look")
    assert text.count("<script") == 2 and "<img" not in text and "alert(1)</script>" not in text


def test_no_numbers_infinite_ones_and_rows_of_nothing(browser: Browser, tmp_path: Path) -> None:
    whole = record("text")
    readable = np.ones((1, 12, 12), bool)
    readable[0, 3] = False
    made = call(whole.axes, "source", "source", readable=readable, mask="Dense")
    assert made.weights is not None and made.scores is not None
    weights, scores = made.weights.copy(), made.scores.copy()
    weights[0, 5, 5], weights[0, 6, 6], scores[0, 7] = np.nan, np.inf, -np.inf
    facts = {name: np.full(4, np.nan, np.float32) for name in made.facts}
    broken = replace(made, weights=weights, scores=scores, facts=facts, difference=float("nan"))
    found = evidence(whole.axes, (broken,))
    columns = found.columns | {"gradient": np.full(12, np.nan, np.float32)}
    agreement = {"weight": float("nan")}
    look = replace(
        whole,
        calls=(broken,),
        evidence=(replace(found, columns=columns, agreement=agreement, chance=(float("nan"), float("nan"))),),
        difference=float("nan"),
    )
    with seen(browser, look, tmp_path, "#head=1&query=6&key=6") as page:
        said = page.locator("#matrix [role=status]")
        assert "weight NaN" in said.inner_text()
        page.locator("#matrix .cursor").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        expect(said).to_contain_text("weight ∞")
        page.evaluate("location.hash = '#head=1&query=4&key=1'")
        expect(said).to_contain_text("may not read")
        assert "nothing at all" in page.locator("#thing .told").inner_text()
        assert "0 of 12 may be read" in page.locator("#step-maskTerms").inner_text()


@pytest.mark.parametrize("kind", ["text", "image", "graph", "series", "sound", "vectors"])
def test_one_vector_and_one_head(kind: str, browser: Browser, tmp_path: Path) -> None:
    whole = record(kind, 1, heads=1)
    with seen(browser, replace(whole, calls=whole.calls[:1], evidence=()), tmp_path) as page:
        assert "weight 1.0000" in page.locator("#matrix [role=status]").inner_text()
        assert "No evidence was measured" in page.locator("#headline").inner_text()


def test_a_look_without_calls_or_without_what_it_is_of(browser: Browser, tmp_path: Path) -> None:
    whole = record("image", 16)
    with seen(browser, replace(whole, calls=()), tmp_path) as page:
        assert "no attention" in page.locator("main").inner_text()
    bare = {name: replace(axis, thing={}) for name, axis in whole.axes.items()}
    with seen(browser, replace(whole, axes=bare), tmp_path) as page:
        assert page.locator("#thing .token").count() == 16


@pytest.mark.parametrize("address", ["#head=99&query=-5&key=x&call=none&method=no", "#%%%", "#look=7"])
def test_an_address_that_does_not_exist_leads_nearby(address: str, browser: Browser, tmp_path: Path) -> None:
    with seen(browser, record("text"), tmp_path, address) as page:
        assert page.locator("#matrix [role=status]").inner_text()
