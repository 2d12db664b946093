"""`Look inside` on the page at `/`: the inspector in its frame, heads dropped, positions hidden, the item edited."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import Asked, serving

from regard.serve.access import Access

pytest.importorskip("playwright.sync_api", reason="drives a browser: pip install '.[dev]'")
from browsing import CHROMIUM, Watched, ask, choose, sound
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt install chromium")
TOKEN = "a-token-of-some-length"
FILM = "a good film"


@pytest.fixture(scope="module")
def served(folders: dict[str, Path]) -> Iterator[Asked]:
    """Behind a token: the frame must not need it, and must not reach it."""
    names = ("classify", "label", "generate", "of-sound")
    with serving([folders[name] for name in names], Access(None, TOKEN)) as server:
        yield server


def opened(watched: Watched, served: Asked, model: str) -> Page:
    """The page, which knows the token, with this model chosen."""
    page = watched.open(served)
    page.get_by_label("Token").or_(page.get_by_label("Model")).filter(visible=True).wait_for()
    if page.get_by_label("Token").is_visible():
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_label("Token").press("Enter")
    page.get_by_label("Model").select_option(model)
    return page


def compared(page: Page, row: str) -> list[str]:
    """The cells of a row of the table."""
    return page.locator(".compared").first.get_by_role("row", name=row).get_by_role("cell").all_inner_texts()


def looked(page: Page, button: str) -> None:
    """Presses it, and waits until the frame shows the inspector."""
    with page.expect_response("**/look"):
        page.get_by_role("button", name=button).click()
    expect(page.locator("section.inside")).to_have_attribute("aria-busy", "false")
    expect(page.frame_locator("iframe.inspector").locator("#matrix")).to_be_visible()


def test_a_head_is_dropped_and_the_number_changes(watched: Watched, served: Asked) -> None:
    page = opened(watched, served, "classify")
    page.get_by_label("Texts, one a line").fill(FILM)
    ask(page)
    looked(page, "Look inside")
    before = compared(page, "log p of class pos")
    assert before[0] == before[1]
    box = page.get_by_label("pool, head 1")
    box.focus()
    page.keyboard.press("Space")
    looked(page, "Look again")
    after = compared(page, "log p of class pos")
    assert after[0] == before[0] != after[1]
    expect(box).to_be_checked()
    expect(page.frame_locator("iframe.inspector").get_by_text("pool without head 1")).to_be_attached()
    page.get_by_role("button", name="Unmark all").click()
    page.get_by_role("group", name="Positions to hide").get_by_label("good").check()
    looked(page, "Look again")
    assert compared(page, "log p of class pos")[1] not in (before[0], after[1])


def test_the_item_is_edited(watched: Watched, served: Asked) -> None:
    page = opened(watched, served, "classify")
    page.get_by_label("Texts, one a line").fill(FILM)
    ask(page)
    looked(page, "Look inside")
    page.get_by_role("group", name="Positions to hide").get_by_label("good").check()
    page.get_by_label("The item").fill("a bad film <b>")
    expect(page.locator(".places")).to_contain_text("look again to see its positions")
    looked(page, "Look again")
    assert compared(page, "Answer") == ["pos", "neg", "neg"]
    expect(page.locator(".places label")).to_have_text(["a", "bad", "film", "<", "b", ">"])
    assert page.locator(".places input:checked").count() == 0
    page.get_by_label("The item").fill(" ")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("section.inside").get_by_role("alert")).to_contain_text("There must be something to answer")


@pytest.mark.parametrize("model", ["label", "generate", "of-sound"])
def test_every_kind_of_model_is_opened(model: str, watched: Watched, served: Asked) -> None:
    page = opened(watched, served, model)
    if model == "of-sound":
        choose(page, "tone.wav", sound())
    ask(page)
    looked(page, "Look inside")
    assert page.locator(".heads input").count() > 0
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_frame_reaches_nothing_of_the_page(watched: Watched, served: Asked) -> None:
    page = opened(watched, served, "classify")
    ask(page)
    looked(page, "Look inside")
    frame: Any = page.frames[1]
    assert frame.evaluate("origin") == "null"
    reach = "() => { try { return sessionStorage.length } catch (error) { return error.name } }"
    assert frame.evaluate(reach) == "SecurityError"
