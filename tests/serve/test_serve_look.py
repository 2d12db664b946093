"""`/look`: what the inspector sees of one item, with heads dropped and positions hidden, as JSON and as a page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import JSON, Asked, Held, serving

from regard.folder.answerer import load_answerer
from regard.inspect.opening import look_at
from regard.inspect.page.writing import policy
from regard.serve.access import Access

FILM = "a good film"
POOL = [{"call": "pool", "head": 1}]
TOKEN = "a-token-of-some-length"


def look(asked: Asked, model: str, item: Any, **fields: Any) -> Any:
    answer = asked.post("/look", model=model, item=item, **fields)
    assert answer.status == 200, answer.body
    return answer.json


def test_without_changes_it_is_what_the_inspector_sees(asked: Asked, folders: dict[str, Path]) -> None:
    found = look(asked, "classify", FILM)
    expected = look_at(load_answerer(folders["classify"])[0], FILM, evidence=False, command="POST /look").to_json()
    assert found["record"] == expected and found["before"] == found["after"] == expected["headline"]
    assert found["heads"] == {"encoder 1 self": 2, "pool": 2} and found["positions"] == ["a", "good", "film"]
    assert [each["before"] for each in found["said"]] == [each["after"] for each in found["said"]]


@pytest.mark.parametrize("model", ["classify", "label", "regress", "translate", "generate"])
def test_a_dropped_head_changes_the_answer_as_the_evidence_says(model: str, asked: Asked) -> None:
    evidence = look(asked, model, FILM, evidence=True)["record"]["evidence"]
    for call, changes in evidence[0]["heads"].items():
        found = look(asked, model, FILM, without=[{"call": call, "head": len(changes)}])
        first = found["said"][0]
        assert first["after"] - first["before"] == pytest.approx(changes[-1], abs=2e-5)
        assert found["record"]["provenance"]["changes"] == f"{call} without head {len(changes)}"
        assert found["record"]["difference"] < 1e-4


@pytest.mark.parametrize("model", ["classify", "label", "translate", "generate"])
def test_nobody_reads_a_hidden_position(model: str, asked: Asked) -> None:
    found = look(asked, model, FILM, hide=[2])
    judged = "text" if model == "generate" else "source"
    calls = [call for call in found["record"]["calls"] if call["keys"] == judged]
    assert calls
    for call in calls:
        assert all(row[1] == 0 for head in call["weights"] for row in head), call["name"]
        assert "Keys" in call["mask"]
        reading = [sum(row) for head in call["weights"] for row in head if any(row)]
        assert reading == pytest.approx([1.0] * len(reading), abs=1e-5)
    assert found["said"][0]["after"] != found["said"][0]["before"]
    assert found["record"]["difference"] < 1e-4


def test_edges_from_a_hidden_node_are_gone(asked: Asked) -> None:
    item = asked.models["of-graph"].example()
    found = look(asked, "of-graph", item, hide=[1])
    for call in found["record"]["calls"]:
        assert all(row[0] == 0 for head in call["weights"] for row in head)
    assert found["record"]["provenance"]["changes"] == "position 1 hidden"


def test_the_answer_itself_is_given_anew(asked: Asked) -> None:
    heads = look(asked, "classify", FILM)["heads"]
    every = [{"call": call, "head": head + 1} for call, count in heads.items() for head in range(count)]
    found = look(asked, "classify", FILM, without=every)
    assert (found["before"]["output"], found["after"]["output"]) == ("pos", "neg")
    assert found["said"][0]["of"] == "log p of class pos"
    assert look(asked, "classify", FILM)["after"]["output"] == "pos", "changes last for one request"


def test_another_answer_can_be_asked_about(asked: Asked) -> None:
    assert look(asked, "classify", FILM, target="neg")["said"][0]["of"] == "log p of class neg"
    assert look(asked, "translate", "die Katze", target="the cat")["before"]["target"] == "the cat"


@pytest.mark.parametrize("wish", [{"accept": "text/html"}, {}])
def test_the_page_is_as_strict_as_the_file(wish: dict[str, str], asked: Asked) -> None:
    fields = {"model": "classify", "item": FILM, "without": POOL, **({} if wish else {"as": "html"})}
    answer = asked.raw("POST", "/look", json.dumps(fields).encode(), {**JSON, **wish})
    text = answer.body.decode()
    assert answer.status == 200 and answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.headers["content-security-policy"]
    assert told.startswith(policy()) and "frame-ancestors 'none'" in told and "sandbox allow-scripts" in told
    assert "unsafe" not in told and f'content="{policy()}"' in text
    assert "pool without head 1" in text and not re.search(r"(?:src|href)=\"", text)


def test_the_page_comes_beside_the_answers_where_both_are_asked_for(asked: Asked) -> None:
    found = look(asked, "classify", FILM, **{"as": "both"})
    assert found["page"].startswith("<!doctype html>") and "record" not in found and found["said"]


def test_a_file_is_looked_at_as_a_form(asked: Asked) -> None:
    answer = asked.form("/look", [("one.txt", FILM.encode())], model="classify", hide="[2]")
    assert answer.status == 200 and answer.json["said"] == look(asked, "classify", FILM, hide=[2])["said"]
    two = asked.form("/look", [("one.txt", b"a\n"), ("two.txt", b"b\n")], model="classify")
    assert two.refused.startswith("422 request: items: /look takes one item, a form one file with one | 2 | ")


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, "422 request: fields: needs item | none | "),
        ({"item": ""}, "422 request, item 1: needs a text | a blank one | "),
        ({"item": FILM, "without": [{"call": "pol", "head": 1}]}, "422 look: a head belongs to a call that the model"),
        ({"item": FILM, "without": [{"call": "pool", "head": 3}]}, "422 look: the heads of 'pool' are numbered from 1"),
        ({"item": FILM, "hide": [4]}, "422 look: positions that are hidden are numbered from 1 to 3 | 4 | 1"),
        ({"item": FILM, "hide": [0]}, "422 request: fields: hide.0: input should be greater than or equal to 1"),
        ({"item": FILM, "hide": [1], "evidence": True}, "422 look: evidence removes positions, and hidden ones would"),
        ({"item": FILM, "target": "no"}, "422 look: the target must be a class that was there in training"),
        ({"item": FILM, "as": "pdf"}, "422 request: fields: as: input should be 'json', 'html' or 'both' | 'pdf'"),
        ({"item": FILM, "az": "html"}, "422 request: fields: no such name | 'az' | "),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], refused: str, asked: Asked) -> None:
    assert asked.post("/look", model="classify", **fields).refused.startswith(refused)


def test_a_model_without_attention_is_not_looked_at(asked: Asked) -> None:
    for name, model in asked.models.items():
        answer = asked.post("/look", model=name, item=model.example())
        assert answer.status == (200 if "look" in model.verbs else 422), answer.body


def test_what_is_too_large_is_refused_by_the_name_of_its_limit(folders: dict[str, Path]) -> None:
    with serving([folders["classify"]], length=8, numbers=50, body=3_000) as asked:
        ask = {"item": FILM}
        assert re.match(r"413 .*\(limit --numbers\) \| \d+ \| \"as\": \"html\"", asked.post("/look", **ask).refused)
        assert (
            "413 request: at most 3,000 bytes a page (limit --body)"
            in asked.post("/look", **ask, **{"as": "html"}).refused
        )
        assert "(limit --length)" in asked.post("/look", item="a " * 9).refused
        assert "(limit --body)" in asked.post("/look", item="a" * 4_000).refused


def test_who_leaves_is_looked_for_no_further(folders: dict[str, Path]) -> None:
    with serving([folders["translate"]], timeout=20) as asked:
        with Held(asked.models["translate"]) as held:
            first = asked.begun("/predict", items=["die Katze"])
            assert held.entered.wait(20)
            asked.begun("/look", item="die Katze", evidence=True).close()
            first.settimeout(20)
            held.free.set()
            assert first.recv(12) == b"HTTP/1.1 200"
        first.close()
        assert asked.predictions("translate", ["die Katze"])


@pytest.fixture(scope="module")
def locked(folders: dict[str, Path]) -> Iterator[Asked]:
    with serving([folders["classify"]], Access(None, TOKEN)) as server:
        yield server


def test_the_frame_is_the_same_for_everybody_and_only_the_page_may_hold_it(locked: Asked) -> None:
    answer = locked.get("/page/frame")
    told = dict(each.partition(" ")[::2] for each in answer.headers["content-security-policy"].split("; "))
    assert answer.status == 200 and answer.headers["content-type"] == "text/html; charset=utf-8"
    assert told["default-src"] == told["base-uri"] == told["form-action"] == "'none'"
    assert told["frame-ancestors"] == "'self'" and told["require-trusted-types-for"] == "'script'"
    assert "allow-same-origin" not in told["sandbox"]
    assert re.fullmatch(r"('sha256-[\w+/]{43}=' ?){2}", told["script-src"])
    assert locked.post("/look", item=FILM).refused.startswith("401 ")
