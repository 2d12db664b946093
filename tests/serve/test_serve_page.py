"""The page at `/`, driven in headless Chromium: what people type, drop, read and hear."""

import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import SAVED, Asked, Held, serving

from regard.serve.access import Access

pytest.importorskip("playwright.sync_api", reason="drives a browser: pip install '.[dev]'")
from browsing import CHROMIUM, ELSEWHERE, Watched, ask, choose, drop, picture, sound, weights_of
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt install chromium")
TOKEN = "a-token-of-some-length"
HOSTILE = "<img src=x onerror=alert(1)> \u202e\"'&"


@pytest.fixture(scope="module")
def served(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Models of each kind, one of them under a hostile name."""
    hostile = tmp_path_factory.mktemp("named") / HOSTILE
    shutil.copytree(SAVED / "label", hostile)
    names = ("translate", "classify", "label", "regress", "generate", "of-sound", "of-image", "of-graph", "said")
    with serving([*(folders[name] for name in names), hostile]) as server:
        yield server


def test_what_is_typed_is_answered(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "classify")
    page.get_by_label("Texts, one a line").fill("a good film\n\na bad one\n")
    ask(page)
    items = ["a good film", "", "a bad one"]
    found = served.predictions("classify", items)
    rows = page.locator(".answers tbody tr")
    expect(rows.get_by_role("rowheader")).to_have_text(items)
    expect(rows.locator(".answer")).to_have_text(
        [each["prediction"] or "no answer: the item is blank" for each in found]
    )
    shown = [float(each.get_attribute("value") or 0) for each in rows.locator("data").all()]
    assert shown == pytest.approx([each["probability"] for each in found if "probability" in each], abs=1e-5)
    expect(page.get_by_role("status")).to_contain_text("3 answers in")
    expect(page.get_by_role("status")).to_contain_text(f"The first: {found[0]['prediction']}, ")
    expect(page.get_by_role("button", name="What it read")).to_have_count(2)
    reading = served.post("/attend", model="classify", items=["a good film"]).json["readings"][0]
    expect(page.locator(".matrix thead th")).to_have_text(["a", "good", "film", "sum"])
    expect(page.locator(".matrix tbody th")).to_have_text([found[0]["prediction"]])
    assert weights_of(page)[0] == pytest.approx(reading["weights"][0], abs=1e-5)
    expect(page.get_by_role("figure")).to_contain_text("the mean over heads. By then the parts have read one another.")


def test_an_example_stands_there_and_labels_stand_under_their_words(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "label")
    box = page.get_by_label("Sentences, one a line")
    expect(box).to_have_value("der Hund schläft")
    box.fill("New York  sleeps")
    ask(page)
    expect(page.locator(".labelled bdi")).to_have_text(["New", "York", "sleeps"])
    expect(page.locator("#answer")).to_contain_text("What it read is shown of translators")
    expect(page.locator(".labelled small")).to_have_text(
        served.predictions("label", ["New York sleeps"])[0]["prediction"]
    )


def test_models_of_other_inputs_answer_their_examples(watched: Watched, served: Asked) -> None:
    page = watched.open(served)
    for name in ("regress", "of-graph", "of-sound", "of-image"):
        page.get_by_label("Model").select_option(name)
        if served.models[name].input in ("sound", "image"):
            page.get_by_role("button", name="Example").click()
            expect(page.locator("#files li")).to_have_count(1)
        ask(page)
        expect(page.get_by_role("status")).to_contain_text("1 answer in")


def test_weights_are_those_that_attend_tells(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "translate")
    page.get_by_label("Texts, one a line").fill("die Katze")
    ask(page)
    reading = served.post("/attend", model="translate", items=["die Katze"]).json["readings"][0]
    expect(page.locator(".matrix tbody th")).to_have_text(reading["target"])
    expect(page.locator(".matrix thead th")).to_have_text([*reading["source"], "sum"])
    expect(page.locator(".matrix td.sum")).to_have_text(["1.000"] * len(reading["target"]))
    assert weights_of(page) == reading["weights"]
    figure = page.get_by_role("figure")
    expect(figure).to_contain_text("Weights say where the average was taken from, not why.")
    expect(figure).to_contain_text("the mean over all heads and layers")
    expect(page.get_by_label("Full shade at")).to_have_value("1")
    page.locator(".matrix tbody tr").nth(4).get_by_role("gridcell").nth(1).hover()
    expect(page.locator(".readout")).to_have_text(f"c took {reading['weights'][4][1]} from i; its row sums to 1.000.")


def test_each_of_several_translations_has_weights_of_its_own(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "translate")
    page.get_by_label("Answers").fill("2")
    page.get_by_label("Texts, one a line").fill("die Katze\nder Hund")
    ask(page)
    every = [each["candidates"] for each in served.predictions("translate", ["die Katze", "der Hund"], n_best=2)]
    expect(page.locator(".answers .answer")).to_have_text([each["prediction"] for found in every for each in found])
    page.get_by_role("button", name="What it read").nth(3).click()
    second = every[1][1]["prediction"]
    expect(page.get_by_role("heading", level=2)).to_have_text(f"What “{second}” was read from")
    expected = served.post("/attend", model="translate", items=["der Hund"], targets=[second]).json["readings"][0]
    assert weights_of(page) == expected["weights"]


def test_many_weights_are_a_picture_with_a_table_of_the_greatest(watched: Watched, served: Asked) -> None:
    page, text = watched.open(served, "translate"), "der Hund schläft " * 18
    page.get_by_label("Texts, one a line").fill(text)
    ask(page)
    reading = served.post("/attend", model="translate", items=[text]).json["readings"][0]
    weights, source = reading["weights"], reading["source"]
    expect(page.get_by_label("Full shade at")).to_have_value(str(max(map(max, weights))))
    page.locator("canvas").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    readout = page.get_by_role("status").filter(has_text=" took ")
    expect(readout).to_contain_text(f"took {weights[1][2]} from ")
    page.keyboard.press("Control+End")
    expect(readout).to_contain_text(f"took {weights[-1][-1]} from </s>; its row sums to 1.000.")
    page.get_by_text("The greatest weights of each row").click()
    greatest = sorted(range(len(source)), key=lambda place: -weights[0][place])[:5]
    expected = [f"{source[place]} {weights[0][place]:.3f}" for place in greatest]
    expect(page.locator(".greatest tbody tr").first.locator(".from")).to_have_text(expected)


def test_where_not_all_weights_may_be_sent_the_greatest_are_shown(watched: Watched, folders: dict[str, Path]) -> None:
    with serving([folders["translate"]], numbers=100) as server:
        page = watched.open(server)
        page.get_by_label("Texts, one a line").fill("die Katze")
        ask(page)
        expect(page.get_by_role("figure")).to_contain_text("There are too many weights to send them all")
        expect(page.locator(".greatest tbody tr")).to_have_count(15)


def test_files_are_shown_and_answered_whether_dropped_or_chosen(watched: Watched, served: Asked) -> None:
    page = watched.open(served)
    for model, name, content, shown in (
        ("of-sound", "seven.wav", sound(), "audio"),
        ("of-image", "cat.png", picture(), "img"),
        ("said", "said.wav", sound(), "audio"),
    ):
        page.get_by_label("Model").select_option(model)
        drop(page, name, content)
        choose(page, f"other-{name}", content)
        expect(page.locator("#files li")).to_contain_text([name, f"other-{name}"])
        page.get_by_role("button", name=f"Remove other-{name}").click()
        ask(page)
        found = served.form("/predict", [(name, content)], model=model).json["predictions"][0]["prediction"]
        told = ", ".join(found) if isinstance(found, list) else found
        expect(page.locator(".answers .answer")).to_contain_text(told or "an empty text")
        source = page.locator(f".answers {shown}").get_attribute("src") or ""
        assert source.startswith(f"blob:{watched.homes[0]}")
        expect(page.locator(".patches span")).to_have_count(4 if model == "of-image" else 0)
        page.get_by_role("button", name=f"Remove {name}").click()
        expect(page.locator("#files")).to_be_hidden()
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("There must be something to answer")


def test_a_text_file_becomes_lines_that_are_seen_before_they_are_sent(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "classify")
    box = page.get_by_label("Texts, one a line")
    drop(page, "films.txt", "\ufeffein Film".encode())
    expect(box).to_have_value("ein Film")
    choose(page, "more.txt", b"noch einer\n")
    expect(box).to_have_value("ein Film\nnoch einer\n")
    drop(page, "broken.txt", b"\xff\xfe")
    expect(page.get_by_role("alert")).to_contain_text("broken.txt must be text in UTF-8")
    expect(box).to_have_value("ein Film\nnoch einer\n")
    ask(page)
    expect(page.get_by_role("rowheader")).to_have_text(["ein Film", "noch einer"])


def test_all_goes_by_keyboard_alone(watched: Watched, served: Asked) -> None:
    page = watched.open(served)
    expect(page.get_by_label("Texts, one a line")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("die Katze")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("grid")).to_be_visible()
    weights = served.post("/attend", model="translate", items=["die Katze"]).json["readings"][0]["weights"]
    at = page.locator(":focus")
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        if at.get_attribute("role") == "gridcell":
            break
    places = {"Control+Home": (0, 0), "ArrowDown": (1, 0), "End": (1, 9), "ArrowLeft": (1, 8), "ArrowUp": (0, 8)}
    for key, (row, column) in {**places, "Home": (0, 0), "ArrowRight": (0, 1), "Control+End": (14, 9)}.items():
        page.keyboard.press(key)
        expect(at).to_have_attribute("aria-label", str(weights[row][column]))
        expect(page.locator(".readout")).to_contain_text(f" took {weights[row][column]} from ")
    assert page.locator(".matrix [tabindex='0']").count() == 1


def test_a_refusal_is_told_in_its_three_lines_and_nothing_that_was_typed_is_lost(
    watched: Watched, served: Asked
) -> None:
    page = watched.open(served, "translate")
    box = page.get_by_label("Texts, one a line")
    box.fill("die Katze")
    page.get_by_label("Beam").fill("many")
    ask(page)
    refused = served.post("/predict", model="translate", items=["die Katze"], choices={"beam": "many"}).json
    alert = page.get_by_role("alert")
    expect(alert.locator("p")).to_have_text([refused["rule"], f"got {refused['got']}", f"try {refused['try']}"])
    expect(box).to_have_value("die Katze")
    expect(page.get_by_label("Beam")).to_have_value("many")
    page.get_by_label("Beam").fill("2")
    ask(page)
    expect(page.locator(".answers .answer")).to_have_text(
        [served.predictions("translate", ["die Katze"], beam=2)[0]["prediction"]]
    )
    expect(alert).to_be_empty()


def test_items_in_json_are_checked_by_line(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "of-graph")
    box = page.get_by_label("Items as JSON (graphs)")
    item = json.dumps(served.models["of-graph"].example())
    box.fill(f"{item}\n{item[:-1]}")
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("Line 2 must be JSON")
    box.fill(f"{item}\n\n{item}")
    ask(page)
    expect(page.get_by_role("rowheader")).to_have_count(2)
    expect(page.locator(".labelled").first.locator("bdi")).to_have_text(["0", "1"])
    box.fill(json.dumps(json.loads(item), indent=1).replace("[", '["', 1))
    ask(page)
    expect(page.get_by_role("alert")).to_contain_text("must be JSON")


def test_a_busy_server_is_told_plainly(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "classify")
    lines = page.get_by_role("alert").locator("p")
    refused = {"rule": "R", "got": "G", "try": "T"}
    page.route("**/predict", lambda route: route.fulfill(status=429, json=refused, headers={"retry-after": "7"}))
    ask(page)
    expect(lines).to_have_text(["R", "got G", "try T", "The server asks to wait 7 seconds."])
    page.route("**/predict", lambda route: route.fulfill(status=503, body="Service Unavailable"))
    ask(page)
    expect(lines.nth(1)).to_have_text("got status 503, without a reason")


def test_a_server_that_has_gone_is_told_plainly(watched: Watched, folders: dict[str, Path]) -> None:
    with serving([folders["classify"]]) as server:
        page = watched.open(server)
    page.get_by_label("Texts, one a line").fill("still here")
    ask(page)
    expect(page.get_by_role("alert").locator("p").first).to_have_text("The server must be there")
    expect(page.get_by_label("Texts, one a line")).to_have_value("still here")


def test_what_is_asked_can_be_cancelled(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "classify")
    with Held(served.models["classify"]):
        ask(page)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("status")).to_have_text("Cancelled. What was typed is still there.")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    ask(page)
    expect(page.locator(".answers")).to_be_visible()


def test_a_text_is_told_while_it_is_drawn(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "generate")
    page.get_by_label("How the text begins").fill("ab")
    page.get_by_label("Temperature").fill("0")
    page.get_by_label("Longest").fill("12")
    ask(page)
    expected = served.predictions("generate", ["ab"], temperature=0, longest=12)[0]
    expect(page.get_by_role("status")).to_contain_text("12 tokens drawn; it could go on")
    assert page.locator(".going").evaluate("each => each.textContent") == "ab" + expected["prediction"]
    expect(page.locator("#answer")).to_contain_text(f"log-probability {expected['score']}")


def test_a_text_that_goes_on_can_be_cut(watched: Watched, served: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    model, free = served.models["generate"], threading.Event()
    drawn = model.streamed

    def held(*asked: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        for count, event in enumerate(drawn(*asked)):
            assert count < 5 or free.wait(60)
            yield event

    monkeypatch.setattr(model, "streamed", held)
    page = watched.open(served, "generate")
    ask(page)
    expect(page.locator(".going")).to_have_text(re.compile("^a."))
    text = page.locator(".going").inner_text()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^Cancelled after \d tokens\.$"))
    assert page.locator(".going").inner_text().startswith(text)
    free.set()
    assert served.predictions("generate", ["a"], longest=1)


def test_a_token_is_asked_for_and_kept_by_the_tab(watched: Watched, folders: dict[str, Path]) -> None:
    with serving([folders["classify"]], Access(None, TOKEN)) as server:
        page = watched.open(server)
        expect(page.locator("#door .warning")).to_be_hidden()
        page = watched.open(server, host=ELSEWHERE)
        expect(page.locator("#door .warning")).to_contain_text("This page came over plain HTTP")
        field = page.get_by_label("Token")
        expect(field).to_be_focused()
        expect(page.locator("#ask")).to_be_hidden()
        field.fill("another-token-of-some-length")
        field.press("Enter")
        expect(page.get_by_role("alert").locator("p").first).to_have_text("request: needs the token of this server")
        field.fill(TOKEN)
        field.press("Enter")
        for _ in range(2):
            ask(page)
            expect(page.locator(".answers")).to_be_visible()
            page.reload()
        page.get_by_role("button", name="Forget the token").click()
        expect(field).to_be_focused()
        page.reload()
        expect(field).to_be_visible()
        assert TOKEN not in page.content() and not [url for url in watched.asked if TOKEN in url]


def test_hostile_texts_are_texts(watched: Watched, served: Asked) -> None:
    page = watched.open(served, HOSTILE)
    words = ["</script><script>alert(1)</script>", "<b>bold</b>", "\u202egnp.exe", "שלום", "👩‍👩‍👧", "&amp;"]
    page.get_by_label("Sentences, one a line").fill(" ".join(words))
    ask(page)
    shown = [word.replace("\u202e", "U+202E") for word in words]
    expect(page.locator(".labelled bdi")).to_have_text(shown)
    assert page.evaluate("document.querySelectorAll('main b, main img, main script').length") == 0
    page.get_by_label("Model").select_option("translate")
    reading = {"prediction": words[0], "source": words, "target": words[:2], "weights": [[1, 0, 0, 0, 0, 0]] * 2}
    page.route("**/attend", lambda route: route.fulfill(json={"model": "translate", "readings": [reading]}))
    ask(page)
    expect(page.locator(".matrix thead th")).to_have_text([*shown, "sum"])
    expect(page.get_by_role("heading", level=2)).to_contain_text(words[0])
    assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0


def test_what_was_typed_for_a_model_stands_there_again(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "classify")
    page.get_by_label("Texts, one a line").fill("mine")
    page.get_by_label("Model").select_option("of-graph")
    expect(page.get_by_label("Items as JSON (graphs)")).to_have_value(re.compile("nodes"))
    page.get_by_label("Model").select_option("classify")
    expect(page.get_by_label("Texts, one a line")).to_have_value("mine")
    page.get_by_label("Model").select_option("translate")
    page.get_by_label("Beam").fill("3")
    page.get_by_label("Model").select_option("generate")
    page.get_by_label("Model").select_option("translate")
    expect(page.get_by_label("Beam")).to_have_value("3")
    page.reload()
    expect(page.get_by_label("Model")).to_have_value("translate")


def test_nothing_is_wider_than_the_window(watched: Watched, served: Asked) -> None:
    page = watched.open(served, "translate")
    page.get_by_label("Texts, one a line").fill("der Hund schläft " * 3 + "W" * 100)
    ask(page)
    expect(page.get_by_role("grid")).to_be_visible()
    for width in (320, 1000):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
