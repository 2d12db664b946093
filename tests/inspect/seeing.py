"""A written page in a browser without any network, watched: what it asks for, and whatever goes wrong on it."""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from regard.inspect.page import write
from regard.inspect.record import Record

BYTES = "([x, y, w, h]) => [...document.querySelector('#matrix canvas').getContext('2d').getImageData(x, y, w, h).data]"

AXE = Path(__file__).parent / "axe-4.14.1.min.js.gz"
"""axe-core 4.14.1 by Deque Systems, MPL 2.0, as npm has it; for tests only."""
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
FOUND = "axe.run(document, %s).then(all => all.violations.map(each => [each.id, each.nodes.map(node => node.html)]))"


def own(route: Route) -> None:
    """Nothing but the file itself, and what it makes."""
    if route.request.url.startswith(("file:", "data:", "blob:", "about:")):
        route.continue_()
    else:
        route.abort()


@contextmanager
def seen(
    browser: Browser, records: Record | Sequence[Record], folder: Path, at: str = "", how: Any = None, **given: Any
) -> Iterator[Page]:
    """The page of these looks, opened and ready; afterwards nothing must have gone wrong or been asked for."""
    path = write(records, folder / "look.html", **given)
    with opened(browser, path, at, how or {}) as page:
        yield page


@contextmanager
def opened(
    browser: Browser, path: Path, at: str, how: dict[str, Any], ready: str = "html[data-ready]"
) -> Iterator[Page]:
    """A file, however it was written; nothing else may be asked for."""
    context = browser.new_context(offline=True, **{"viewport": {"width": 1000, "height": 900}} | how)
    context.route("**/*", own)
    page = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if _wrong(message) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri() + at)
    if how.get("java_script_enabled", True):
        page.locator(ready).first.wait_for(state="attached", timeout=30_000)
    yield page
    others = [url for url in asked if not url.startswith(("data:", "blob:", "about:", path.as_uri()))]
    assert not faults and not others, (faults, others)
    context.close()


def _wrong(message: ConsoleMessage) -> bool:
    """Errors and warnings, but for the one about tests that read many pixels."""
    return message.type in ("error", "warning") and "willReadFrequently" not in message.text


def violations(page: Page) -> list[Any]:
    """What axe finds, and where."""
    page.evaluate(gzip.decompress(AXE.read_bytes()).decode("utf-8"))
    return page.evaluate(FOUND % RULES)  # type: ignore[no-any-return]


def settle(page: Page) -> None:
    """Until what was asked for by a key or a click is drawn."""
    turn = page.evaluate("regardPage.state().ready")
    page.locator(f"html[data-ready='{turn}']").wait_for(state="attached")


def pixel(page: Page, row: int, column: int) -> list[int]:
    """The colour of a weight in the matrix, two units inside its dot's corner."""
    told = "([row, column]) => regardPage.parts.find((each) => each.grid).grid.box(row, column)"
    box = page.evaluate(told, [row, column])
    inside = [round(box[side] + min(3, box[size] / 2)) for side, size in (("x", "width"), ("y", "height"))]
    return page.evaluate(BYTES, [*inside, 1, 1])[:3]  # type: ignore[no-any-return]


def table(page: Page, part: str) -> list[list[str]]:
    """The texts of the part's table twin, which is opened for it."""
    twin = page.locator(f"#{part} .twin")
    twin.locator("summary").click()
    twin.locator("table").wait_for()
    rows = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    return page.locator(f"#{part} .twin tr").evaluate_all(rows)  # type: ignore[no-any-return]


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("\u2009", ""))


def printed(values: NDArray[Any]) -> list[str]:
    """Weights as the page prints them."""
    return [_printed(float(value)) for value in values]


def _printed(value: float) -> str:
    tiny = value != 0 and abs(value) < 0.00095
    text = np.format_float_scientific(value, 1, exp_digits=1, unique=False) if tiny else f"{value:.4f}"
    return text.replace("-", "−", 1) if text.startswith("-") else text
