"""The page at `/` where a model has a memory: which remembered examples an answer read."""

from collections.abc import Iterator

import pytest
from asking import SAVED, Asked, serving

from regard.cli.main import main

pytest.importorskip("playwright.sync_api", reason="drives a browser: pip install '.[dev]'")
from browsing import CHROMIUM, Watched, ask
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt install chromium")


@pytest.fixture(scope="module")
def remembering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    home = tmp_path_factory.mktemp("remembered")
    data, memory = home / "films.csv", home / "memory"
    data.write_text("text,label\nan odd film <b>,odd\na good film,pos\n", encoding="utf-8")
    sure = ["--share", "0.99", "--temperature", "0.001"]
    assert main(["remember", str(SAVED / "classify"), str(data), "--memory", str(memory), *sure]) == 0
    with serving([SAVED / "classify"], None, [str(memory)]) as server:
        yield server


def test_remembered_examples_stand_beside_an_answer(watched: Watched, remembering: Asked) -> None:
    page = watched.open(remembering)
    page.get_by_label("Texts, one a line").fill("an odd film <b>")
    ask(page)
    page.get_by_role("button", name="What it remembered").press("Enter")
    section = page.get_by_role("region", name="What it remembered")
    expect(section).to_be_focused()
    rows = section.get_by_role("row").all()
    assert rows[0].get_by_role("columnheader").all_inner_texts()[:2] == ["Answer", "From the memory"]
    assert rows[1].get_by_role("rowheader").inner_text() == "odd"
    share, weight, said, example, place = rows[1].get_by_role("cell").all_inner_texts()
    assert (share, weight, said, example) == ("99.0 %", "100.0 %", "odd", "an odd film <b> → odd")
    assert place.endswith("films.csv:2")
    assert len(rows) == 3 and len(rows[2].get_by_role("cell").all()) == 4  # the other one that was read


def test_without_a_memory_there_is_nothing_to_ask_for(watched: Watched, asked: Asked) -> None:
    page = watched.open(asked)
    page.get_by_label("Model").select_option("classify")
    page.get_by_label("Texts, one a line").fill("a good film")
    ask(page)
    expect(page.get_by_role("button", name="What it remembered")).to_have_count(0)
