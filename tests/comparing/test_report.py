"""Curves and the report: every network in every picture, a page that asks for nothing and that anybody can read."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from browsing import browsing
from playwright.sync_api import Browser
from seeing import opened, violations

from regard.comparing.door import written
from regard.comparing.measured import Measured, Quality
from regard.comparing.plan import Plan
from regard.comparing.running import RUNS, result_of
from regard.folder.atomic import write_json
from regard.metrics.metric import Score
from regard.training.log import MetricsLog
from regard.training.progress import Validation

TRIES = {"plain <b>&": {}, "linear": {"attention": "linear"}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


def compared(folder: Path, **curve: tuple[int, ...]) -> Plan:
    """A comparison as if it were finished."""
    plan = Plan(kind="classify", choices={"data": ["x.csv"]}, tries=TRIES, seeds=(1, 2), **curve)
    for number, job in enumerate(plan.jobs()):
        place = folder / RUNS / job.place
        score = Score("accuracy", 60.0 + number, 55.0 + number, 65.0 + number, "%")
        done = Measured(
            asked={},
            qualities=(Quality(score=score, rises=True, items=50, per_second=100.0),),
            tested="test",
            items=job.share or 100,
            parameters=1234,
            steps=10,
            seconds=30.0,
            cpu=20.0,
            per_second=200.0,
            memory=(5 + number) * 10**6,
        )
        for step in (5, 10):
            MetricsLog(place).write(Validation(step, 1, 3.0 * step, 1.0, 1.0, "accuracy", 50.0 + step, True))
        write_json(result_of(place), done.to_json())
    return plan


@pytest.mark.parametrize(
    ("curve", "names"),
    [
        ({}, {"time", "memory"}),
        ({"shares": (1, 10, 100)}, {"time", "memory", "data"}),
        ({"lengths": (8, 16)}, {"time", "memory", "length"}),
    ],
)
def test_every_network_is_in_every_picture(curve: dict[str, tuple[int, ...]], names: set[str], tmp_path: Path) -> None:
    plan = compared(tmp_path, **curve)
    found = written(plan, tmp_path)
    pictures = {path.name for path in (tmp_path / "curves").iterdir()}
    assert pictures == {f"{name}.{suffix}" for name in names for suffix in ("png", "svg")}
    for name in names:
        text = "".join(ElementTree.parse(tmp_path / "curves" / f"{name}.svg").getroot().itertext())
        assert all(each in text for each in TRIES)
        assert (tmp_path / "curves" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    before = (tmp_path / "curves" / "time.svg").read_bytes()
    assert str(written(plan, tmp_path)) == str(found)
    assert (tmp_path / "curves" / "time.svg").read_bytes() == before


def test_the_report_asks_for_nothing_and_is_read_by_anybody(browser: Browser, tmp_path: Path) -> None:
    written(compared(tmp_path, shares=(1, 10, 100)), tmp_path)
    with opened(browser, tmp_path / "report.html", "", {"viewport": {"width": 1000, "height": 900}}, "table") as page:
        pictures = page.locator("img")
        assert pictures.evaluate_all("all => all.map(each => each.complete && each.naturalWidth > 300)") == [True] * 3
        assert page.locator("table").first.locator("tbody tr").count() == 6
        assert "plain <b>&" in page.locator("table").first.inner_text()
        assert page.locator("script").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert violations(page) == []


def test_what_is_finished_is_told_while_the_rest_is_not(tmp_path: Path) -> None:
    plan = compared(tmp_path)
    result_of(tmp_path / RUNS / plan.jobs()[-1].place).unlink()
    found = written(plan, tmp_path)
    assert [row.seeds for row in found.rows] == [2, 1] and "Means of 1 to 2 seeds" in str(found)
    assert "3 of 4 trainings are done." in (tmp_path / "report.html").read_text(encoding="utf-8")
