"""The page's files as they are sent: their types, the policy that binds them, and that they are all there is."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from asking import Asked, serving

from regard.serve.access import Access
from regard.serve.assets import ASSETS, NAMES

TYPES = {"/": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
TOKEN = "a-token-of-some-length"
PAGE = files("regard.serve").joinpath("page")


def text_of(name: str) -> str:
    return PAGE.joinpath(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ASSETS)
def test_each_file_is_sent_as_what_it_is_under_a_strict_policy(path: str, asked: Asked) -> None:
    answer = asked.get(path)
    kind = next(kind for end, kind in TYPES.items() if path.endswith(end))
    assert answer.status == 200 and answer.headers["content-type"].partition(";")[0] == kind
    assert answer.body == PAGE.joinpath(ASSETS[path]).read_bytes()
    policy = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'" and "unsafe" not in str(policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/page/main.js"])
def test_head_tells_what_get_would_send(path: str, asked: Asked) -> None:
    told, sent = asked.raw("HEAD", path), asked.get(path)
    assert told.status == 200 and told.body == b""
    for name in ("content-length", "content-type", "content-security-policy"):
        assert told.headers[name] == sent.headers[name]


@pytest.mark.parametrize(
    "path",
    ["/page", "/page/", "/page/index.html", "/page/no.js", "/page/../app.py", "/page/%2e%2e/app.py", "//", "/index"],
)
def test_no_path_leads_to_another_file(path: str, asked: Asked) -> None:
    answer = asked.get(path)
    assert answer.status == 404 and "no such path" in answer.refused


def test_the_page_is_only_read(asked: Asked) -> None:
    answer = asked.raw("POST", "/", b"{}")
    assert answer.status == 405 and answer.refused


def test_the_names_are_the_files_of_the_package() -> None:
    assert sorted(NAMES) == sorted(each.name for each in PAGE.iterdir())


def test_the_files_keep_the_budget_of_all_files() -> None:
    assert {name: lines for name in NAMES if (lines := len(text_of(name).splitlines())) > 300} == {}


def test_nothing_in_the_page_leads_elsewhere_or_is_written_into_it() -> None:
    html = text_of("index.html")
    assert set(re.findall(r'(?:src|href)="([^"]*)"', html)) <= {path.removeprefix("/") for path in ASSETS}
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=)", html)
    for name in NAMES:
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text_of(name)), name
        assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval\(", text_of(name)), name


def test_every_module_that_is_imported_is_sent() -> None:
    for name in NAMES:
        for other in re.findall(r'from "\./([^"]*)"', text_of(name)):
            assert other in NAMES, name


def test_the_words_of_the_document_are_all_known() -> None:
    wanted = set(re.findall(r'data-say(?:-label)?="(\w+)"', text_of("index.html")))
    known = set(re.findall(r"^  (\w+): ", text_of("words.js"), re.MULTILINE))
    assert wanted and wanted <= known


def test_every_word_is_said() -> None:
    rest = "".join(text_of(name) for name in NAMES if name != "words.js")
    for word in re.findall(r"^  (\w+): ", text_of("words.js"), re.MULTILINE):
        assert re.search(rf'say\.{word}\b|"{word}"', rest), word


@pytest.fixture(scope="module")
def locked(folders: dict[str, Path]) -> Iterator[Asked]:
    with serving([folders["classify"]], Access(None, TOKEN)) as server:
        yield server


def test_with_a_token_the_page_comes_without_it_and_tells_nothing_of_the_models(locked: Asked) -> None:
    for path in ASSETS:
        answer = locked.get(path)
        assert answer.status == 200 and TOKEN.encode() not in answer.body
    assert locked.get("/").body == (PAGE / "index.html").read_bytes()
    assert locked.get("/models").status == locked.get("/openapi.json").status == locked.get("/page/no.js").status == 401


def test_a_page_of_another_name_is_not_sent(asked: Asked) -> None:
    assert asked.get("/", host="evil.example").status == 421


def test_the_openapi_document_knows_nothing_of_the_page(asked: Asked) -> None:
    assert not [path for path in asked.get("/openapi.json").json["paths"] if path in ASSETS]
