"""For everybody: by keys alone, heard instead of seen, small, dark, in print, with few colours, without scripts."""

from pathlib import Path

import pytest
from made_looks import ANSWER, WORDS, record, translation
from playwright.sync_api import Browser, expect
from seeing import opened, pixel, seen, settle, table, violations

from regard.inspect.page import frame, write
from regard.inspect.record import CAVEAT, Record
from regard.inspect.shades import ON_PAPER, colour

FOCUSED = """() => {
    const { id, className, tagName } = document.activeElement;
    return tagName === "BODY" ? "the end" : id || className;
}"""
TINTS = "all => all.map(each => getComputedStyle(each).backgroundColor)"
PAPER = [253, 252, 250]
LOOKS = {
    "translation": ([translation], {}),
    **{kind: ([lambda kind=kind: record(kind, 16)], {}) for kind in ("image", "sound", "series", "graph", "vectors")},
    "compare": ([lambda: record("text"), lambda: record("text")], {"kind": "compare"}),
    "film": ([lambda: record("text")] * 3, {"kind": "film"}),
}


@pytest.mark.parametrize("name", LOOKS)
def test_axe_finds_nothing(name: str, browser: Browser, tmp_path: Path) -> None:
    looks, given = LOOKS[name]
    at = "#call=encoder+2+self" if name in ("image", "graph", "vectors") else ""
    how = {"color_scheme": "dark" if name in ("translation", "graph") else "light"}
    with seen(browser, [look() for look in looks], tmp_path, at, how, **given) as page:
        assert violations(page) == []


def test_the_page_is_walked_by_keys_alone(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, translation(), tmp_path) as page:
        reached = []
        for _ in range(120):
            page.keyboard.press("Tab")
            reached.append(page.evaluate(FOCUSED))
            if reached[-1] == "the end":
                break
        for wanted in ("at-call", "at-head", "at-query", "at-method", "shade", "cursor", "what-if", "sort-weight"):
            assert wanted in reached, wanted
        order = [reached.index(name) for name in ("at-call", "cursor", "what-if", "sort-weight")]
        assert order == sorted(order)
        assert reached[-1] == "the end", "there is no end, or a trap"


def test_focus_is_visible(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, record("text"), tmp_path) as page:
        page.locator("#matrix .cursor").focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("getComputedStyle(document.activeElement).outline").endswith("solid 2px")


def test_the_pointer_only_looks_and_a_click_chooses(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, translation(), tmp_path, "#call=decoder+1+cross&query=1&key=1") as page:
        said, cursor = page.locator("#matrix [role=status]"), page.locator("#matrix .cursor")
        box = page.evaluate("regardPage.parts.find(each => each.grid).grid.box(6, 3)")
        place = {"x": box["x"] + 5, "y": box["y"] + 5}
        cursor.hover(position=place)
        expect(said).to_contain_text(f"{ANSWER[6]} reads {WORDS[3]}")
        expect(page.locator("#at-query")).to_have_value("0")
        page.locator("h1").hover()
        expect(said).to_contain_text(f"{ANSWER[0]} reads {WORDS[0]}")
        cursor.click(position=place)
        expect(page.locator("#at-query")).to_have_value("6")


def test_pieces_are_walked_and_chosen(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, record("text"), tmp_path, "#call=encoder+2+self&query=1&key=1") as page:
        page.locator("#thing .token.reader").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#matrix [role=status]")).to_contain_text(f"{WORDS[0]} reads {WORDS[2]}: weight")
        page.keyboard.press("Enter")
        expect(page.locator("#at-query")).to_have_value("2")


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_wider_than_a_small_screen(width: int, browser: Browser, tmp_path: Path) -> None:
    with seen(browser, translation(), tmp_path, how={"viewport": {"width": width, "height": 700}}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        ends = page.locator("main canvas").evaluate_all("all => all.map(each => each.getBoundingClientRect().right)")
        assert max(ends) <= width


def test_print_has_the_caveat_the_matrix_and_no_buttons(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, translation(), tmp_path, how={"color_scheme": "dark"}) as page:
        page.emulate_media(media="print")
        settle(page)
        assert page.locator(".caveat").inner_text() == CAVEAT
        assert page.locator("#matrix canvas").first.is_visible() and not page.locator("#where").is_visible()
        assert not page.locator(".savers").first.is_visible()
        corner = "[...document.querySelector('#matrix canvas').getContext('2d').getImageData(2, 2, 1, 1).data]"
        assert page.evaluate(corner) == [255, 255, 255, 255]
        tints = page.locator("#thing .token[data-weight]").evaluate_all(TINTS)
        weights = translation().calls[2].weights
        assert weights is not None
        assert tints == ["rgb({}, {}, {})".format(*colour(float(each), ON_PAPER)) for each in weights[3, 0]]
        assert page.pdf().startswith(b"%PDF")


def test_forced_colours_keep_what_colours_say(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, translation(), tmp_path, how={"forced_colors": "active"}) as page:
        shown = page.locator("#thing .token[data-weight]")
        tints = shown.evaluate_all(TINTS)
        assert len(set(tints)) > 3


def test_writing_is_walked_step_by_step_and_rests_for_those_who_want_no_motion(
    browser: Browser, tmp_path: Path
) -> None:
    with seen(browser, translation(), tmp_path, how={"reduced_motion": "reduce"}) as page:
        assert not page.locator("#play").is_visible()
        page.locator("#writing").get_by_label("After").click()
        expect(page.locator("#writing .at .token")).to_have_text(ANSWER[1])
        assert "Step 2 of 11" in page.locator("#writing").inner_text()
        assert [row[0] for row in table(page, "thing")[1:]] != []


def test_writing_plays_and_the_matrix_fills_row_by_row(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, translation(), tmp_path) as page:
        page.locator("#speed").select_option("300")
        page.locator("#play").click()
        expect(page.locator("#play")).to_have_text("Pause")
        expect(page.locator("#at-query")).not_to_have_value("0")
        page.locator("#play").click()
        settle(page)
        at = int(page.locator("#at-query").input_value())
        assert pixel(page, at + 1, 0) == pixel(page, at + 1, 5) == PAPER
        assert [pixel(page, at, column) for column in range(10)] != [PAPER] * 10
        page.get_by_role("button", name="Whole matrix").click()
        settle(page)
        assert [pixel(page, at + 1, column) for column in range(10)] != [PAPER] * 10


def test_without_scripts_the_answer_the_matrix_and_the_caveat_are_there(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, translation(), tmp_path, how={"java_script_enabled": False}) as page:
        text = page.locator("body").inner_text()
        assert "A man in a red hat looks at the dog." in text and CAVEAT in text
        assert page.locator("svg rect").count() > 20
        assert page.locator("table tr").count() == 11


def test_a_frame_keeps_to_itself(browser: Browser, tmp_path: Path) -> None:
    look = record("text")
    made = frame(look)
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><title>n</title>{made}<iframe hidden></iframe>{frame(look)}", encoding="utf-8")
    with opened(browser, path, "", {"java_script_enabled": True}, ready="iframe") as page:
        inner = page.frame_locator("iframe").first
        inner.locator("html[data-ready]").wait_for(state="attached")
        inner.locator("#matrix .cursor").focus()
        page.keyboard.press("ArrowLeft")
        assert "reads" in inner.locator("#matrix [role=status]").inner_text()
        assert page.evaluate("typeof regardPage") == "undefined"
    assert "<details>" in made and made.count("<iframe") == 1


def test_chinese(browser: Browser, tmp_path: Path) -> None:
    with seen(browser, translation(), tmp_path, language="zh") as page:
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        assert "这些权重说明" in page.locator(".caveat").inner_text()
        assert page.locator("#matrix h2").inner_text() == "矩阵"


def test_two_looks_have_one_cursor_and_a_signed_difference(browser: Browser, tmp_path: Path) -> None:
    one, other = record("text"), record("text", seed=8)
    with seen(browser, [one, other], tmp_path, "#call=encoder+1+self&head=2&query=4&key=2", kind="compare") as page:
        weights = [look.calls[0].weights for look in (one, other)]
        assert weights[0] is not None and weights[1] is not None
        values = [float(each[1, 3, 1]) for each in weights]
        said = page.locator("#compare [role=status]").inner_text().replace("−", "-")
        assert said.endswith(f"A {values[0]:.4f}, B {values[1]:.4f}, A - B {values[0] - values[1]:.4f}")
        page.locator("#compare .cursor").nth(1).focus()
        page.keyboard.press("ArrowUp")
        expect(page.locator("#compare [role=status]")).to_contain_text(f"{WORDS[2]} reads {WORDS[1]}")


def test_a_film_runs_through_checkpoints(browser: Browser, tmp_path: Path) -> None:
    looks = [named(record("text"), step) for step in (100, 200, 400)]
    with seen(browser, looks, tmp_path, kind="film") as page:
        assert "1 of 3: 100" in page.locator("#film [role=status]").inner_text()
        page.locator("#film input[type=range]").fill("3")
        expect(page.locator("#film [role=status]")).to_have_text("3 of 3: 400")
        assert page.locator("#film figure").count() >= 2


def named(look: Record, step: int) -> Record:
    headline = look.headline | {"checkpoint": str(step), "loss": str(100 / step)}
    return Record(headline, look.axes, look.calls, look.evidence, (), look.provenance, 0.0)


def test_the_folder_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"write: the folder of the page must exist\n  got  .*\n  try  mkdir -p "):
        write(record("text"), tmp_path / "none" / "look.html")


def test_evidence_tints_the_thing_and_names_its_answer(browser: Browser, tmp_path: Path) -> None:
    look = record("text")
    with seen(browser, look, tmp_path, "#method=occlusion") as page:
        told = page.locator("#thing .told").inner_text()
        assert told.startswith("By occlusion: Δ log p, most for “log p of class 'cat'”:")
        worst = int(look.evidence[0].columns["occlusion"].argmin())
        assert look.axes["source"].labels[worst] in told.split(":", 3)[-1].split(",")[0]
        page.locator("#sort-norm").click()
        first = page.locator("#evidence table.bars tbody tr").first.locator("th").inner_text()
        assert first == look.axes["source"].labels[int(look.evidence[0].columns["norm"].argmax())]
