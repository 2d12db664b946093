"""Pages of models that were trained on public data (benchmarks/looks.py), where REGARD_LOOKS names their folder."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from seeing import opened, pixel, printed, settle, table, violations

from regard.inspect.shades import ON_PAPER, colour

FOLDER = os.environ.get("REGARD_LOOKS")
PAGES = [page for page in sorted(Path(FOLDER).glob("*.html")) if page.with_suffix(".json").exists()] if FOLDER else []
pytestmark = pytest.mark.skipif(not PAGES, reason="python -m benchmarks.looks trains models on data that is not here")


@pytest.mark.parametrize("path", PAGES or [Path("none.html")], ids=lambda path: path.stem)
def test_the_page_has_numpys_numbers_and_asks_nobody(browser: Browser, path: Path) -> None:
    record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with opened(browser, path, "", {}) as page:
        twin = page.locator("#matrix .twin summary")
        for call in record["calls"]:
            heads_of(page, record, call)
            twin.click()
        page.locator("#matrix .cursor").focus()
        page.keyboard.press("Control+End")
        expect(page.locator("#matrix [role=status]")).to_contain_text(" reads ")
        first = page.locator("#matrix [role=status]").inner_text()
        page.keyboard.press("Home")
        expect(page.locator("#matrix [role=status]")).not_to_have_text(first)
        page.emulate_media(color_scheme="dark")
        assert violations(page) == []
        page.emulate_media(media="print")
        assert page.pdf()[:4] == b"%PDF"


def heads_of(page: Page, record: dict[str, Any], call: dict[str, Any]) -> None:
    """Table, calculation and colours of the call's first head."""
    page.evaluate(f"location.hash = 'call={call['name'].replace(' ', '+')}&head=1&query=1&key=1'")
    settle(page)
    assert float(page.locator(".check").get_attribute("data-delta") or "nan") <= 1e-6
    rows = table(page, "matrix")
    if call["weights"] is None:
        assert len(rows) > 1
        return
    weights = np.array(call["weights"], np.float32)[0]
    if len(rows[0]) != weights.shape[1] + 2:  # the greatest of each row, with what they are called
        greatest = [row[1].rsplit(" ", 1)[1] for row in rows[1:]]  # of as many rows as a table shows at once
        assert greatest and greatest == printed(weights.max(1))[: len(greatest)]
        return
    reads = np.ones_like(weights, bool) if call["readable"] is None else np.array(call["readable"], bool)[0]
    expected = np.where(reads, [printed(row) for row in weights], "×").tolist()
    assert [row[1 : 1 + weights.shape[1]] for row in rows[1:]] == expected
    row, column = np.unravel_index(weights.argmax(), weights.shape)
    if call["readable"] is None:
        assert pixel(page, int(row), int(column)) == list(colour(float(weights[row, column]), ON_PAPER))
