"""What is refused, with which status, in three lines that name the limit or the mistake, and nothing of the server."""

import errno
import io
import json
import logging
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import JSON, Asked, serving

from regard.errors import OptionError
from regard.serve.limits import Limits


def chunks(size: int, count: int) -> Iterator[bytes]:
    """A body of unknown length."""
    yield b'{"items": ["'
    for _ in range(count):
        yield b"a" * size


@pytest.fixture(scope="module")
def small(folders: dict[str, Path]) -> Iterator[Asked]:
    """A server that bears little."""
    chosen = [folders[name] for name in ("classify", "translate", "generate", "of-vectors", "of-sound")]
    limits = {"body": 20_000, "items": 3, "length": 20, "total": 30, "numbers": 100}
    with serving(chosen, **limits) as server:
        yield server


def test_a_body_beyond_the_limit_is_refused_by_its_length_and_while_it_is_counted(small: Asked) -> None:
    told = small.raw("POST", "/predict", b"a" * 20_001, JSON)
    assert told.refused.startswith("413 request: at most 20,000 bytes a body (limit --body) | 20,001 by its")
    counted = small.raw("POST", "/predict", chunks(1_000, 30), JSON)
    assert counted.refused.startswith("413 request: at most 20,000 bytes a body (limit --body) | ")
    lying = small.connected()
    lying.sendall(b"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n")
    lying.sendall(b"content-length: 1000000000000\r\n\r\n")
    assert lying.recv(4096).startswith(b"HTTP/1.1 413 ")
    lying.close()


@pytest.mark.parametrize(
    ("model", "fields", "refused"),
    [
        ("classify", {"items": ["a"] * 4}, "413 request: at most 3 items a request (limit --items) | 4"),
        ("classify", {"items": ["a " * 21]}, "413 request: at most 20 tokens or vectors an item (limit --length) | 21"),
        ("translate", {"items": ["a", "b" * 21]}, "413 request: at most 20 tokens or vectors an item (limit --length)"),
        ("translate", {"items": ["a" * 20] * 2}, "413 request: at most 30 tokens or vectors (limit --total) | 40 in 2"),
        (
            "generate",
            {"items": ["a" * 20], "choices": {"longest": 5}},
            "413 request: at most 20 tokens or vectors an item (limit --length) | 21",
        ),
        ("classify", {"items": ["a" * 321]}, "413 request: at most 320 characters a text (limit 16 × --length) | 321"),
        ("translate", {"items": ["a"], "choices": {"longest": 21}}, "413 request: at most 20 tokens an answer"),
        ("generate", {"items": ["a"], "choices": {"longest": 21}}, "413 request: at most 20 tokens an answer"),
        ("of-vectors", {"items": [[[1.0] * 4] * 21]}, "413 request: at most 20 tokens or vectors an item"),
        (
            "of-sound",
            {"items": [{"samples": [0.0] * 2_000, "rate": 8000}]},
            "413 request: at most 20 tokens or vectors an item (limit --length) | 2",
        ),
    ],
)
def test_the_limit_is_named(model: str, fields: dict[str, Any], refused: str, small: Asked) -> None:
    assert small.post("/predict", model=model, **fields).refused.startswith(refused)


def test_answers_have_a_limit_too(small: Asked) -> None:
    vectors = small.post("/encode", model="classify", items=["a b c d e"] * 3, each=True)
    assert vectors.refused.startswith("413 request: at most 100 numbers an answer (limit --numbers) | 120")
    weights = small.post("/attend", model="translate", items=["der Hund schlaeft 3"])
    assert weights.refused.startswith("413 request: at most 100 numbers an answer (limit --numbers)")
    assert small.post("/attend", model="translate", items=["der Hund schlaeft 3"], top=1).status == 200


DEEP = b'{"items": ' + b"[" * 100_000


@pytest.mark.parametrize("broken", ["pathlib.Path.write_bytes", "tempfile.mkdtemp"])
def test_a_form_that_the_system_has_no_room_for_may_come_again(
    broken: str, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "a text that names folders")

    with monkeypatch.context() as patched:
        patched.setattr(broken, full)
        found = asked.form("/predict", [("a.txt", b"a film\n")], model="classify")
    assert found.refused.startswith("503 regard serve: a form's files are kept while it is answered | Too many open")
    assert found.headers["retry-after"]
    assert asked.form("/predict", [("a.txt", b"a film\n")], model="classify").status == 200


def test_the_one_key_of_many_that_comes_twice_is_found(asked: Asked) -> None:
    keys = b",".join(b'"k%d": 1' % n for n in range(300_000))
    found = asked.raw("POST", "/predict", b'{%s, "k299999": 2}' % keys, JSON)
    assert found.refused.startswith("400 request:1: must be JSON | key 'k299999' twice")


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        (b"", "400 request:1: must be JSON"),
        (b'{"items": ["a"]', "400 request:1: must be JSON"),
        (
            b'{%s "k0": 1, "k299999": 2}' % b"".join(b'"k%d": 1,' % n for n in range(1, 300_000)),
            "400 request:1: must be",
        ),
        (b'{"items": ["a"], "items": []}', "400 request:1: must be JSON | key 'items' twice"),
        (b'{"items": [NaN]}', "400 request:1: must be JSON | NaN"),
        (DEEP, "400 request:1: must be JSON | brackets nested too deep"),
        (b'{"items": ["\xff"]}', "400 request: must be UTF-8 | byte 0xff at place 12"),
        ('{"items": ["ä"]}'.encode("utf-16"), "400 request: must be UTF-8"),
        (b"[1]", "400 request: must be a JSON object"),
        (b'{"model": "classify"}', "422 request: fields: needs items"),
        (b'{"items": "a"}', "422 request: fields: items: input should be a valid list | 'a'"),
        (b'{"model": 7, "items": []}', "422 request: fields: model: input should be a valid string | 7"),
        (b'{"model": "classify", "itemz": []}', "422 request: fields: no such name | 'itemz' | 'items'? or one of"),
        (b'{"model": "nobody", "items": []}', "404 request: no such model | 'nobody' | one of"),
        (b'{"items": []}', "422 request: needs model | no name, and 13 models"),
        (b'{"model": "classify", "items": [1]}', "422 request, item 1: a text must be a string"),
        (b'{"model": "classify", "items": ["a\\u0000"]}', "422 request, item 1: a text must not hold NUL"),
        (b'{"model": "translate", "items": ["a", "\\ud800"]}', "422 request, item 2: a text must not hold NUL or half"),
        (b'{"model": "translate", "items": [["a"]]}', "422 request, item 1: must be a text"),
        (b'{"model": "of-vectors", "items": [[[1], [1, 2]]]}', "422 request, item 1: must be an array"),
        (b'{"model": "of-vectors", "items": [7]}', "422 request, item 1: must be a list of vectors | '7'"),
        (b'{"model": "of-image", "items": [[[256]]]}', "422 request, item 1: whole pixels lie between 0 and 255"),
        (b'{"model": "of-sound", "items": [{"sample": []}]}', "422 request, item 1: no such key | 'sample'"),
        (b'{"model": "of-sound", "items": ["x.wav"]}', "422 request, item 1: must be an object | \"'x.wav'\""),
        (b'{"model": "of-graph", "items": [{"nodes": [[1]]}]}', "422 request, item 1: a graph needs source"),
    ],
)
def test_bodies_that_are_wrong(body: bytes, refused: str, asked: Asked) -> None:
    found = asked.raw("POST", "/predict", body, JSON).refused
    assert found.startswith(refused), found


@pytest.mark.parametrize(
    ("model", "choices", "refused"),
    [
        ("translate", {"beem": 3}, "422 request: choices: no such name | 'beem' | 'beam'? or one of beam, n_best"),
        ("translate", {"beam": 0}, "422 request: choices: beam: input should be greater than or equal to 1 | 0"),
        ("translate", {"beam": "3"}, "422 request: choices: beam: input should be a valid integer | '3'"),
        ("translate", {"n_best": 6}, "422 request: choices: n_best must be at most the beam | n_best 6, beam 5"),
        ("translate", {"length_penalty": 1e30}, "422 request: choices: length_penalty: input should be less than or"),
        ("generate", {"temperature": -1}, "422 request: choices: temperature: input should be greater than or equal"),
        ("label", {"unknown_below": 0.5}, "422 request: choices: unknown_below: a probability belongs to one class"),
    ],
)
def test_choices_that_are_none(model: str, choices: dict[str, Any], refused: str, asked: Asked) -> None:
    found = asked.post("/predict", model=model, items=["a"], choices=choices).refused
    assert found.startswith(refused), found


@pytest.mark.parametrize(
    ("path", "model", "refused"),
    [
        ("/encode", "translate", "422 request: /encode is nothing that a model of kind translate does"),
        ("/attend", "label", "422 request: /attend is nothing that a model of kind label does"),
    ],
)
def test_what_a_model_does_not_do(path: str, model: str, refused: str, asked: Asked) -> None:
    assert asked.post(path, model=model, items=["a"]).refused.startswith(refused)
    stream = asked.post("/generate", model=model).refused
    assert stream.startswith(f"422 request: /generate is nothing that a model of kind {model} does")


def test_attend_needs_one_target_for_one_item(asked: Asked) -> None:
    assert (
        "422 request: targets: one for each of 1 items"
        in asked.post("/attend", model="translate", items=["a"], targets=[]).refused
    )
    blank = asked.post("/attend", model="translate", items=["a", " "]).refused
    assert blank.startswith("422 request, item 2: needs a sentence | a blank one")
    blank = asked.post("/attend", model="classify", items=["a", " "]).refused
    assert blank.startswith("422 request, item 2: needs a text | a blank one")
    given = asked.post("/attend", model="classify", items=["a"], targets=["pos"]).refused
    assert given.startswith("422 request: targets: a model looks at its own answer, unless it translates | ['pos']")


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded", "text/json"])
def test_another_media_type_is_refused(kind: str, asked: Asked) -> None:
    refused = asked.raw("POST", "/predict", b"{}", {"content-type": kind} if kind else {}).refused
    assert refused.startswith("415 request: the body must be application/json or multipart/form-data")
    assert asked.form("/generate", []).refused.startswith("415 request: the body must be application/json |")


def test_packed_bodies_and_broken_forms_are_refused(asked: Asked) -> None:
    packed = asked.raw("POST", "/predict", zlib.compress(b"{}"), {**JSON, "content-encoding": "deflate"})
    assert packed.refused.startswith("415 request: the body must not be packed | 'deflate'")
    for kind, body in (("; boundary=cut", b"nothing"), ("", b"--cut--")):
        form = asked.raw("POST", "/predict", body, {"content-type": f"multipart/form-data{kind}"})
        assert form.refused.startswith("400 request: must be a whole form")


def pictured(rows: int) -> bytes:
    """A PNG file that is small, and large once it is unpacked."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("L", (rows, rows)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("model", "name", "content", "refused"),
    [
        ("of-sound", "a.mp3", b"ID3", "415 request: item 1: the name of a file of sound must end in .wav .flac .ogg"),
        ("of-sound", "../../etc/passwd", b"x", "415 request: item 1: the name of a file of sound must end in"),
        ("of-sound", "a.wav", b"RIFF....", "422 item-1.wav: must be a whole wav, flac or ogg file"),
        ("of-image", "a.png", b"\x89PNG\r\n\x1a\n", "422 item-1.png: must be a whole PNG or JPEG file"),
        ("of-image", "a.jpg", b"GIF89a", "422 item-1.jpg: must be a whole PNG or JPEG file"),
        ("of-vectors", "a.npy", b"x", "415 request: vectors come as JSON | 1 files | application/json"),
        ("classify", "a.txt", b"good\n\xff\xfe\n", "400 item-1.txt: must be UTF-8 | byte 0xff at place 5"),
        ("classify", "a.txt", b"", "422 item-1.txt: must hold text | an empty file"),
        ("translate", "a.gz", b"\x1f\x8b\x08\x00", "400 item-1.txt: must be UTF-8"),
    ],
)
def test_files_that_are_not_what_they_say(model: str, name: str, content: bytes, refused: str, asked: Asked) -> None:
    answer = asked.form("/predict", [(name, content)], model=model)
    assert answer.refused.startswith(refused), answer.refused
    assert "/tmp" not in answer.refused and "regard-" not in answer.refused


def test_bombs_are_refused_by_their_headers(asked: Asked) -> None:
    bomb = asked.form("/predict", [("bomb.png", pictured(5_000))], model="of-image")
    assert bomb.refused.startswith("422 item-1.png: a side may have 512 pixels | 5,000 rows")


def test_forms_have_their_items_as_files(asked: Asked) -> None:
    text = asked.form("/predict", [], model="classify", items="a good film").refused
    assert text.startswith("422 request: a form has its items as files | 'items'")
    choices = asked.form("/predict", [("a.txt", b"a")], model="translate", choices="{").refused
    assert choices.startswith("400 request, 'choices':1: must be JSON")


@pytest.mark.parametrize(("path", "method", "status"), [("/nothing", "GET", 404), ("/predict", "GET", 405)])
def test_paths_and_methods_that_are_none(path: str, method: str, status: int, asked: Asked) -> None:
    answer = asked.raw(method, path)
    assert answer.status == status and answer.refused
    assert asked.raw("BREW", "/models").status == 405


def test_the_log_holds_nothing_of_what_was_asked(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    def lines() -> list[str]:
        return [record.getMessage() for record in caplog.records if record.name == "regard.serve"]

    def told(start: str) -> str | None:
        return next((line for line in lines() if line.startswith(start)), None)

    starts = ["POST /predict 200 ", "GET /… 404 ", "? /models 405 ", "POST /predict 404 "]
    with caplog.at_level(logging.INFO, "regard.serve"):
        asked.predictions("classify", ["my secret"])
        asked.get("/my/secret?secret=secret")
        asked.raw("SECRET", "/models?secret")
        asked.post("/predict", model="my secret", items=["my secret"])
        end = time.monotonic() + 10  # a line is written once its answer is on the way, also that of a test before
        while not all(told(start) for start in starts) and time.monotonic() < end:
            time.sleep(0.01)
    assert all(told(start) for start in starts), lines()
    assert "secret" not in json.dumps(lines()).lower()
    answered = told(starts[0])
    assert answered and " B in " in answered and answered.endswith(" ms")


@pytest.mark.parametrize("wrong", [{"items": 0}, {"timeout": -1.0}, {"body": 0}])
def test_limits_of_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=f"--{next(iter(wrong))}: is above 0"):
        Limits(**wrong)


def test_the_queue_must_have_room_for_one_request() -> None:
    with pytest.raises(OptionError, match="--waiting: must have room for one whole request"):
        Limits(items=10, waiting=9)
