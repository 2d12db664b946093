"""Memories of models that are served: read with every answer, shown, written by whoever knows their own token."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import JSON, SAVED, Answer, Asked, serving

from regard.cli.main import main
from regard.serve.access import Access, access_of, bound

READ, WRITE = "a-token-to-ask-with", "a-token-to-write-with"
TERM = ("der Vogel schläft 3", "the cat runs 7")
GREEDY = {"beam": 1}
SURE = ["--share", "0.99", "--temperature", "0.001"]
OLD = "text,label\na good film,pos\na bad film,neg\n"


def remembered(home: Path, kind: str, name: str, content: str) -> str:
    """A memory that was taught by the command."""
    data, memory = home / name, home / f"memory-{kind}"
    data.write_text(content, encoding="utf-8")
    assert main(["remember", str(SAVED / kind), str(data), "--memory", str(memory), *SURE]) == 0
    return str(memory)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("memories")
    return {
        "translate": remembered(home, "translate", "terms.tsv", "\t".join(TERM) + "\n"),
        "classify": remembered(home, "classify", "films.csv", OLD),
        "generate": remembered(home, "generate", "song.txt", "la la la\n"),
    }


@pytest.fixture
def writing(taught: dict[str, str], tmp_path: Path) -> Iterator[Asked]:
    """Servers change copies."""
    copies = {kind: shutil.copytree(memory, tmp_path / kind) for kind, memory in taught.items()}
    told = [f"{kind}={memory}" for kind, memory in copies.items()]
    with serving([SAVED / kind for kind in taught], Access(None, READ, WRITE), told) as server:
        yield server


def post(server: Asked, path: str, token: str = WRITE, **fields: Any) -> Answer:
    return server.raw("POST", path, json.dumps(fields).encode(), {**JSON, "authorization": f"Bearer {token}"})


def test_answers_are_told_with_the_memory_and_recall_says_what_they_read(taught: dict[str, str]) -> None:
    with serving([SAVED / "translate"], None, [taught["translate"]]) as server:
        assert server.predictions("translate", [TERM[0]], beam=1)[0]["prediction"] == TERM[1]
        found = server.post("/recall", items=[TERM[0]], top=2, choices=GREEDY)
        assert (found.status, found.json["model"]) == (200, "translate")
        (reading,) = found.json["readings"]
        assert reading["prediction"] == TERM[1] and len(reading["recalled"]) == len(TERM[1]) + 1  # characters, an end
        first = reading["recalled"][0]
        assert first["answer"] == "t" and first["share"] == pytest.approx(0.99)
        assert [len(row["entries"]) for row in reading["recalled"]] == [2] * 15
        best = first["entries"][0]
        assert best["answer"] == "t" and best["from"].endswith("terms.tsv:1") and best["text"] == " → ".join(TERM)
        assert best["weight"] > 0.9
        (told,) = server.get("/models").json["models"]
        assert told["memory"] == {"entries": 15} and "/recall" in told["verbs"] and "/remember" not in told["verbs"]
        assert server.post("/remember", items=[], answers=[], name="x").status == 404


def test_a_new_class_is_answered_as_soon_as_it_is_taught_and_never_again_once_forgotten(writing: Asked) -> None:
    item = "an odd odd film"
    before = post(writing, "/predict", READ, model="classify", items=[item]).json["predictions"][0]["prediction"]
    assert before in ("pos", "neg")
    told = post(writing, "/remember", model="classify", items=[item], answers=["odd"], name="new")
    assert (told.status, told.json) == (200, {"model": "classify", "items": 1, "new": 1, "entries": 3})
    again = post(writing, "/remember", model="classify", items=[item], answers=["odd"], name="new")
    assert again.json["new"] == 0
    after = post(writing, "/predict", READ, model="classify", items=[item]).json["predictions"][0]
    assert after["prediction"] == "odd" and after["probability"] > 0.9
    (reading,) = post(writing, "/recall", READ, model="classify", items=[item], top=1).json["readings"]
    assert reading["recalled"][0]["entries"][0]["from"] == "new:1"
    gone = post(writing, "/forget", model="classify", name="new").json
    assert gone == {"model": "classify", "forgotten": 1, "entries": 2}
    assert (
        post(writing, "/predict", READ, model="classify", items=[item]).json["predictions"][0]["prediction"] == before
    )


def test_a_translator_and_a_generator_learn_while_they_serve(writing: Asked) -> None:
    new = ("ein Haus läuft 1", "the dog sleeps 2")
    assert post(writing, "/remember", model="translate", items=[new[0]], answers=[new[1]], name="more").json["new"] == 1
    found = post(writing, "/predict", model="translate", items=[new[0], TERM[0]], choices=GREEDY).json["predictions"]
    assert [each["prediction"] for each in found] == [new[1], TERM[1]]
    told = post(writing, "/remember", model="generate", items=["lo lo lo"], name="song").json
    assert told["new"] == 1 and told["entries"] > 9
    (reading,) = post(writing, "/recall", model="generate", items=["lo lo lo"], top=1).json["readings"]
    assert "song:1" in {row["entries"][0]["from"] for row in reading["recalled"]}


def test_who_may_ask_may_not_write_and_who_may_write_may_ask(writing: Asked) -> None:
    for path in ("/remember", "/forget"):
        told = post(writing, path, READ, model="classify", name="x").refused
        assert told.startswith("401 request: needs the token that memories are written with | another token")
    assert writing.post("/remember", name="x").refused.startswith("401 ")
    assert post(writing, "/predict", WRITE, model="classify", items=["a film"]).status == 200
    assert writing.post("/recall", items=["a film"]).refused.startswith("401 request: needs the token of this server")


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        ("/remember", {"items": ["a film"], "answers": ["pos"]}, "422 request: fields: needs name"),
        ("/remember", {"items": ["a film"], "answers": [], "name": "x"}, "422 request: answers: one for each of 1"),
        (
            "/remember",
            {"items": ["a film"], "answers": [{}], "name": "x"},
            "422 request: answers: each must be a class",
        ),
        ("/remember", {"items": [" "], "answers": ["pos"], "name": "x"}, "422 request, item 1: needs a text"),
        ("/remember", {"items": ["a " * 9000], "answers": ["pos"], "name": "x"}, "413 request: at most"),
        ("/recall", {"items": [" "]}, "422 request, item 1: needs a text"),
        ("/recall", {"items": ["a film"], "top": 0}, "422 request: fields: top"),
        ("/forget", {"name": ""}, "422 request: fields: name"),
        ("/forget", {"names": "x"}, "422 request: fields: no such name"),
    ],
)
def test_requests_that_make_no_sense_are_refused(
    writing: Asked, path: str, fields: dict[str, Any], expected: str
) -> None:
    assert post(writing, path, model="classify", **fields).refused.startswith(expected)


def test_answers_of_another_kind_of_model_are_refused(writing: Asked) -> None:
    told = post(writing, "/remember", model="translate", items=["ein Haus"], answers=[3], name="x").refused
    assert told.startswith("422 request, item 1: a text must be a string")
    told = post(writing, "/remember", model="generate", items=["la"], answers=["b"], name="x").refused
    assert told.startswith("422 request: answers: a text that goes on is its own answer")


@pytest.mark.parametrize(
    ("models", "memory", "expected"),
    [
        (["classify", "translate"], ["{classify}"], "--memory: of several models must say whose it is"),
        (["classify"], ["{classify}", "{classify}"], "--memory: a model has one memory"),
        (["classify"], ["{translate}"], "the memory must be this model's own"),
        (["regress"], ["{classify}"], "memory: the model must choose one of its answers from one state"),
    ],
)
def test_memories_that_cannot_be_given_are_refused_before_anything_is_served(
    models: list[str], memory: list[str], expected: str, taught: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--memory", *(each.format(**taught) for each in memory)]
    assert main(["serve", *(str(SAVED / model) for model in models), *flags, "--port", "0"]) == 2
    told = capsys.readouterr().err
    assert expected in told and len(told.splitlines()) == 3


def test_both_tokens_must_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "token"
    path.write_text(WRITE, encoding="ascii")
    path.chmod(0o600)
    flags = ["--token-file", str(path), "--memory-token-file", str(path), "--port", "0"]
    assert main(["serve", str(SAVED / "classify"), *flags]) == 2
    assert capsys.readouterr().err.startswith("--memory-token-file: must hold another token than --token-file\n")
    with bound("127.0.0.1", 0) as listening:
        assert access_of(listening, [], "", str(path)).memory_token == WRITE
