"""One server for most tests: a saved model of each kind, and small ones with fresh weights over every kind of input."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "models"))
sys.path.insert(0, str(Path(__file__).parent.parent / "folder"))

from answer_cases import ITEMS, case
from asking import SAVED, Asked, serving
from translation_cases import case as translation

from regard.folder.answerer import save_answerer
from regard.folder.model import save_translator

if TYPE_CHECKING:
    from browsing import Watched

ANSWERED = {
    "text": "spans",
    "sound": "classify",
    "image": "several",
    "graph": "label",
    "series": "regress",
    "story": "classify",
}


@pytest.fixture(scope="module")
def page_of_all() -> "Iterator[Watched]":
    """One page in one browser for the tests of a file, which ask for Chromium themselves."""
    from browsing import Watched, browsing

    with browsing() as browser:
        yield Watched(browser)


@pytest.fixture
def watched(page_of_all: "Watched") -> "Iterator[Watched]":
    """That page, of which nothing may go wrong in a test."""
    page_of_all.begin()
    yield page_of_all
    page_of_all.check()


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of models by name: saved ones by kind, and `of-sound`, `of-image`, … and `said`, sounds into texts."""
    home = tmp_path_factory.mktemp("served")
    found = {kind: SAVED / kind for kind in ("translate", "classify", "label", "regress", "generate")}
    for kind in ITEMS:
        found[f"of-{kind}"] = home / f"of-{kind}"
        network = "memory" if kind == "story" else "transformer"
        save_answerer(case(kind, ANSWERED.get(kind, "numbers"), network).model, found[f"of-{kind}"], {})
    found["said"] = home / "said"
    save_translator(translation("sound", "transformer").model, found["said"], {})
    return found


@pytest.fixture(scope="session")
def asked(folders: dict[str, Path]) -> Iterator[Asked]:
    with serving(list(folders.values())) as server:
        yield server
