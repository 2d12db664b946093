"""A page in headless Chromium, watched: every request it makes, and whatever goes wrong on it."""

import io
import os
import shutil
import wave
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asking import Asked
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ELSEWHERE = "models.example"
"""A name of this machine that the browser takes for another one."""
MAKE = """([name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name));
    return data;
}"""
READ = "rows => rows.map(row => [...row.querySelectorAll('td[aria-label]')].map(each => Number(each.ariaLabel)))"
expect.set_options(timeout=30_000)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium, in its sandbox unless this is root, to whom it gives none."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        args = [f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1", *(["--no-sandbox"] if root else [])]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        yield browser
        browser.close()


class Watched:
    """A page, and all that happens to it."""

    def __init__(self, browser: Browser) -> None:
        self.page: Page = browser.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.begin()

    def begin(self) -> None:
        """Before each test."""
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.homes: list[str] = []
        self.page.set_viewport_size({"width": 1000, "height": 800})

    def open(self, server: Asked, model: str | None = None, host: str = "127.0.0.1") -> Page:
        """The page of this server, with this model chosen."""
        self.homes.append(f"http://{host}:{server.port}/")
        self.page.goto(self.homes[-1])
        self.page.locator("#ask, #door").filter(visible=True).wait_for()
        if model is not None:
            self.page.get_by_label("Model").select_option(model)
        return self.page

    def check(self) -> None:
        """After each test: there was no mistake, no dialog, and no request to anybody but the server."""
        self.page.unroute_all()
        homes = (*self.homes, *(f"blob:{home}" for home in self.homes), "blob:null/")
        assert self.faults == []
        assert [url for url in self.asked if not url.startswith(homes)] == []

    def _console(self, message: ConsoleMessage) -> None:
        """A refusal is told there, too, and is no mistake of the page's."""
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(dialog.message)
        dialog.dismiss()


def ask(page: Page) -> None:
    """Presses the button."""
    page.get_by_role("button", name="Ask", exact=True).click()


def drop(page: Page, name: str, content: bytes) -> None:
    """Drops a file onto the form."""
    page.locator("#ask").dispatch_event("drop", {"dataTransfer": page.evaluate_handle(MAKE, [name, [*content]])})


def choose(page: Page, name: str, content: bytes) -> None:
    """Chooses a file in the browser's own window."""
    page.get_by_label("Open a file").set_input_files([{"name": name, "mimeType": "", "buffer": content}])


def weights_of(page: Page) -> list[list[float]]:
    """Those of the matrix, with all the digits that people hear."""
    told: list[list[float]] = page.locator(".matrix tbody tr").evaluate_all(READ)
    return told


def sound() -> bytes:
    """A tenth of a second, as a wav file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as written:
        written.setparams((1, 2, 8_000, 0, "NONE", "not compressed"))
        written.writeframes(b"\x00\x10\x00\xf0" * 400)
    return made.getvalue()


def picture() -> bytes:
    """Eight by eight pixels, as a png file."""
    made = io.BytesIO()
    pytest.importorskip("PIL.Image").new("RGB", (8, 8), (250, 120, 10)).save(made, "png")
    return made.getvalue()
