"""The page of an explanation in Chromium: no request, no complaint, its numbers, dark, narrow, by keyboard, printed."""

import shutil
from pathlib import Path

import pytest

from regard.inspect.explain import Explained, classic, explain

pytest.importorskip("playwright.sync_api", reason="drives a browser: pip install '.[dev]'")

from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt install chromium")
READ = """name => [...document.querySelectorAll(`[aria-label='${name}'] tbody tr`)].map(
    row => [...row.cells].slice(1).map(cell => cell.innerText))"""


class Opened:
    """A saved page, opened offline, and whatever it asks for or complains of."""

    def __init__(self, browser: Browser, told: Explained, path: Path, lang: str = "en") -> None:
        self.asked, self.faults = list[str](), list[str]()
        self.page: Page = browser.new_page(viewport={"width": 1000, "height": 800}, color_scheme="dark")
        self.page.context.set_offline(True)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.url = told.save(path, lang=lang).as_uri()
        self.page.goto(self.url)

    def close(self) -> None:
        """There was one request, for the page itself, and nothing to complain of."""
        assert (self.asked, self.faults) == ([self.url], [])
        self.page.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_numbers_of_the_page_are_those_of_the_steps(lang: str, browser: Browser, tmp_path: Path) -> None:
    told = classic()
    opened = Opened(browser, told, tmp_path / "steps.html", lang)
    for name in ("X", "Q", "S", "A", "O"):
        read = [[float(cell) for cell in row] for row in opened.page.evaluate(READ, name)]
        assert abs(told[name] - read).max() < 0.0005001
    colours = opened.page.evaluate(
        "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == ["rgb(232, 232, 234)", "rgb(22, 24, 28)"]
    opened.close()


def test_a_notebook_shows_it_in_a_frame_of_its_own(browser: Browser, tmp_path: Path) -> None:
    told = classic()
    (tmp_path / "cell.html").write_text(f"<!doctype html><p>cell</p>{told._repr_html_()}", encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "cell.html").as_uri())
    frame = page.frames[1]
    assert [[float(cell) for cell in row] for row in frame.evaluate(READ, "S")] == told["S"].tolist()
    assert page.evaluate("() => getComputedStyle(document.querySelector('p')).maxWidth") == "none"
    page.close()


def test_narrow_print_and_keyboard(browser: Browser, tmp_path: Path) -> None:
    told = explain(
        [[float(i == j) for j in range(12)] for i in range(12)], names=["<b>", *"abcdefghijk"], mask="causal"
    )
    opened = Opened(browser, told, tmp_path / "steps.html")
    page = opened.page
    assert page.evaluate(READ, "A")[0] == ["1", *["×"] * 11]
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    summary = page.locator("summary").nth(1)
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("pre").nth(1).is_visible() and "query = x" in page.locator("pre").nth(1).inner_text()
    assert len(page.pdf()) > 10_000
    page.emulate_media(media="print")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert "<b>" in page.locator("th", has_text="<b>").first.inner_text()
    opened.close()
