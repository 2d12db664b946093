"""Short and long: how large the file is, how many nodes, how soon it paints; and what it says of what was left out."""

from pathlib import Path

import numpy as np
import pytest
from made_looks import long, record
from playwright.sync_api import Browser, expect
from seeing import number, opened, seen, settle

from regard.errors import OptionError
from regard.inspect.page import write

pytestmark = pytest.mark.slow
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
NODES = "document.querySelectorAll('*').length"
SIZES = {
    64: ({"heads": 8, "layers": 6}, 1_000_000, "heads rounded to ±"),
    512: ({"heads": 2, "layers": 2}, 10_000_000, "4 heads exact"),
    2_048: ({"heads": 1, "layers": 1}, 10_000_000, "1 heads rounded to ±"),
    8_192: ({"heads": 2, "layers": 2, "top": True}, 10_000_000, "of 4 heads the 16 greatest weights of each row"),
}


@pytest.mark.parametrize("n", SIZES)
def test_a_look_of_any_length_keeps_the_budget(n: int, browser: Browser, tmp_path: Path) -> None:
    given, most, kept = SIZES[n]
    look = long(n, **given)
    with seen(browser, look, tmp_path) as page:
        size = (tmp_path / "look.html").stat().st_size
        assert size <= most
        assert page.evaluate(NODES) <= 5_000
        assert page.evaluate(PAINTED) <= 2_000
        told = page.locator("#origin").inner_text()
        assert kept in told and f"{size / 1e6:.1f} MB" in told and "0 network requests" in told
        page.locator("#matrix .cursor").focus()
        page.keyboard.press("Control+End")
        expect(page.locator("#matrix [role=status]")).to_contain_text("reads")
        assert f"query={n}&key={n}" in page.url
        page.keyboard.press("+")
        settle(page)
        assert page.evaluate(NODES) <= 5_000


def test_with_everything_open_the_page_has_few_nodes(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, long(128, heads=16, layers=8, size=2), tmp_path) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        expect(page.locator("#atlas .twin tr")).to_have_count(101)
        expect(page.locator("#thing .twin tr")).not_to_have_count(0)
        assert 2_000 < page.evaluate(NODES) <= 5_000


def test_rounded_weights_lie_within_the_error_that_is_stated(browser: Browser, tmp_path: Path) -> None:
    look = long(64, heads=8, layers=6)
    made = look.calls[4]
    assert made.weights is not None
    head = 6 if int(np.argmax(made.facts["greatest"])) == 7 else 7
    with seen(browser, look, tmp_path, f"#call=encoder+5+self&head={head + 1}&query=40") as page:
        told = page.locator("#matrix").inner_text()
        error = number(told.split("rounded to ± ")[1].split(". ")[0].split(".\n")[0])
        row = page.evaluate("[...regardPage.parts.find(each => each.grid).head.row(39)]")
        assert 0 < np.abs(np.array(row) - made.weights[head, 39]).max() <= error * 1.001


def test_of_a_long_row_the_rest_is_stated(browser: Browser, tmp_path: Path) -> None:
    look = long(8_192, heads=2, layers=1, top=True)
    top = look.calls[0].top
    assert top is not None
    with seen(browser, look, tmp_path, "#head=1&query=8000") as page:
        assert f"have {top.rest[0, 7999]:.4f} together" in page.locator("#thing .told").inner_text()
        shown = "[...regardPage.parts.find(each => each.grid).head.row(7999)]"
        row = np.zeros(8_192)
        row[top.keys[0, 7999][::-1]] = top.weights[0, 7999][::-1]
        assert np.abs(np.array(page.evaluate(shown)) - row).max() <= 1e-5
        assert "7900 to 8099 of 8" in page.locator("#thing").inner_text().replace("\u2009", "")


def test_a_smaller_file_is_asked_for(tmp_path: Path) -> None:
    look = long(512, heads=2, layers=1)
    large = write(look, tmp_path / "large.html").stat().st_size
    small = write(look, tmp_path / "small.html", most=700_000).stat().st_size
    assert small <= 700_000 < large


def test_a_file_that_is_too_large_is_refused_unless_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regard.inspect.page.writing.REFUSED", 150_000)
    with pytest.raises(
        OptionError, match=r"page: a file of more than 150,000 bytes.*\n  got  \d{3},\d{3} .*\n  try .*most="
    ):
        write(record("text"), tmp_path / "look.html")
    assert not (tmp_path / "look.html").exists()
    assert write(record("text"), tmp_path / "look.html", most=1_000_000).exists()


def test_an_old_browser_inflates_by_itself(browser: Browser, tmp_path: Path) -> None:
    path = write(long(64, heads=2, layers=1), tmp_path / "look.html")
    rows = "Promise.all([...Array(5).keys()].map(b => regardPage.where.look.blocks.open(b).then(x => [...x.values])))"
    with opened(browser, path, "", {}) as page:
        one = page.evaluate(rows)
    context = browser.new_context()
    context.add_init_script("delete globalThis.DecompressionStream")
    page = context.new_page()
    page.goto(path.as_uri())
    page.locator("html[data-ready]").wait_for(state="attached")
    assert page.evaluate("typeof DecompressionStream") == "undefined"
    assert page.evaluate(rows) == one
    context.close()
