"""What a page is made of: scripts and styles, words in two languages, blocks of numbers, and what is kept of a look."""

import json
import re
import zlib
from base64 import b64decode, b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from made_looks import long, record, translation

from regard.errors import OptionError
from regard.inspect.page.bundle import SCRIPTS, STYLES, script, style
from regard.inspect.page.keeping import selected, top_of
from regard.inspect.page.packing import Blocks
from regard.inspect.page.words import LANGUAGES, words
from regard.inspect.page.writing import page
from regard.inspect.record import CAVEAT

ASSETS = files("regard.inspect.page").joinpath("assets")
NAMES = [*(f"{name}.js" for name in SCRIPTS), *(f"{name}.css" for name in STYLES)]
TEXTS = {name: ASSETS.joinpath(name).read_text(encoding="utf-8") for name in NAMES}


def data_of(text: str) -> dict[str, Any]:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index,no-any-return]


def opened(block: dict[str, Any]) -> np.ndarray:  # type: ignore[type-arg]
    """A block as the page opens it."""
    kind = {"f4": "<f4", "i4": "<i4", "u2": "<u2", "u1": "u1", "bits": "u1"}[block["type"]]
    planes = np.frombuffer(zlib.decompress(b64decode(block["data"])), np.uint8)
    stored = planes.reshape(np.dtype(kind).itemsize, -1).T.copy().view(kind).ravel()
    if block["type"] == "bits":
        return np.unpackbits(stored)[: int(np.prod(block["shape"]))].reshape(block["shape"]).astype(bool)
    stored = stored.reshape(block["shape"])
    if "step" not in block:
        return stored
    values = block["low"] + block["step"] * stored.astype(np.float64)
    return np.where(stored == np.iinfo(stored.dtype).max, np.nan, values)


def test_the_files_are_all_there_are_and_keep_their_budget() -> None:
    assert sorted(NAMES) == sorted(each.name for each in ASSETS.iterdir())
    assert {name: lines for name, text in TEXTS.items() if (lines := len(text.splitlines())) > 300} == {}


def test_scripts_make_no_markup_and_ask_nobody() -> None:
    for name, text in TEXTS.items():
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|fetch\(|XMLHttp", text
        ), name
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), name


def test_every_import_takes_what_an_earlier_script_gives() -> None:
    given: dict[str, set[str]] = {}
    for name in SCRIPTS:
        text = TEXTS[f"{name}.js"]
        for found in re.finditer(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', text, re.MULTILINE):
            taken = {each.strip() for each in found[1].split(",")}
            assert taken <= given[found[2]], f"{name}.js: {found[0]}"
            for each in taken:
                assert len(re.findall(rf"\b{each}\b", text)) > 1, f"{name}.js takes {each} and leaves it"
        assert len(re.findall("^import ", text, re.MULTILINE)) == len(
            re.findall(r'^import .* from "\./', text, re.MULTILINE)
        )
        exports = re.findall(r"^export (?:async )?(?:const|function|class) (\w+)", text, re.MULTILINE)
        given[name] = set(exports)
    rest = "".join(TEXTS.values())
    for name, names in given.items():
        for each in names:
            assert len(re.findall(rf"\b{each}\b", rest)) > 1, f"{name}.js gives {each}, and nobody takes it"
    assert "import " not in script() and "export " not in script()


def test_both_languages_have_every_word_and_the_page_says_each() -> None:
    tables = {language: words(language) for language in LANGUAGES}
    assert tables["en"]["caveat"] == CAVEAT and CAVEAT.startswith(tables["en"]["caveatAlone"])
    rest = "".join(TEXTS.values()) + files("regard.inspect.page").joinpath("static.py").read_text(encoding="utf-8")
    rest += files("regard.inspect.page").joinpath("writing.py").read_text(encoding="utf-8")
    patterns = [re.escape(each).replace("\\$\\{", "{") for each in re.findall(r"`([^`]*)`", rest)]
    made = [re.sub(r"\\?\{[^}]*\\?\}", ".+", pattern) for pattern in patterns if "{" in pattern]
    kinds = {"task", "headline", "control", "measure", "provenance"}
    for name, text in tables["en"].items():
        assert text and tables["zh"][name]
        assert set(re.findall(r"\{\d\}", text)) == set(re.findall(r"\{\d\}", tables["zh"][name])), name
        said = f'"{name}"' in rest or f"'{name}'" in rest or name.split(" ")[0] in kinds
        assert said or any(re.fullmatch(pattern, name) for pattern in made), f"nobody says {name!r}"
    for name in re.findall(r'say\("([^"]+)"', rest):
        assert name in tables["en"], name


def test_the_policy_allows_this_script_and_this_style_and_nothing_else() -> None:
    text = page([record("text")], "en", "look")
    policy = re.search(r'http-equiv="content-security-policy" content="([^"]*)"', text)
    assert policy is not None
    rules = dict(each.strip().split(" ", 1) for each in policy[1].split(";"))
    for name, inlined in (("script-src", script()), ("style-src", style())):
        digest = b64encode(sha256(inlined.encode("utf-8")).digest()).decode("ascii")
        assert rules[name] == f"'sha256-{digest}'" and inlined in text
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert not re.search(r"\sstyle=|\son\w+=", text.split('id="data"')[0])


def test_what_was_given_is_what_is_packed() -> None:
    blocks = Blocks()
    random = np.random.default_rng(0)
    exact = random.normal(size=(3, 5)).astype(np.float32)
    truths = random.random((1, 5, 7)) < 0.5
    rough = random.random((2, 9)).astype(np.float32)
    rough[0, 1], rough[1, 2] = np.nan, np.inf
    kept = [blocks.exact(exact), blocks.bits(truths), blocks.rounded(rough, "u1"), blocks.rounded(rough, "u2")]
    found = [opened(each) for each in blocks.described]
    assert np.array_equal(found[0], exact) and np.array_equal(found[1], truths)
    for values, described in zip(found[2:], kept[2:], strict=True):
        known = np.isfinite(rough)
        assert np.array_equal(np.isfinite(values), known)
        assert 0 < np.abs(values - rough)[known].max() <= described.error * (1 + 1e-9)
    assert kept[3].error < kept[2].error / 200
    assert np.array_equal(opened(blocks.described[blocks.exact(np.arange(3)).block]), np.arange(3))


def test_numbers_of_one_value_and_of_none_are_packed() -> None:
    blocks = Blocks()
    for values in (np.full((2, 2), 0.25), np.full((2, 2), np.nan), np.zeros((0, 3))):
        kept = blocks.rounded(values, "u1")
        assert np.array_equal(opened(blocks.described[kept.block]), values, equal_nan=True) and kept.error == 0


def test_small_looks_are_whole_and_exact() -> None:
    look = translation()
    data = data_of(page([look], "en", "look"))
    for call, kept in zip(look.calls, data["records"][0]["calls"], strict=True):
        for head in range(4):
            for name in ("weights", "scores", "query", "key", "value", "output"):
                assert np.array_equal(opened(data["blocks"][kept["exact"][head][name]]), getattr(call, name)[head]), (
                    name
                )
    mask = opened(data["blocks"][data["records"][0]["calls"][1]["readable"]])
    assert np.array_equal(mask, look.calls[1].readable)


def test_grouped_heads_share_their_keys() -> None:
    look = record("text")
    kept = data_of(page([look], "en", "look"))["records"][0]["calls"][1]["exact"]
    assert kept[0]["key"] == kept[1]["key"] != kept[2]["key"] == kept[3]["key"]
    assert len({head["terms"] for head in kept}) == 1


def test_of_the_heads_the_one_whose_removal_mattered_most_is_opened() -> None:
    look = record("text")
    for call in look.calls:
        assert selected(look, call) == np.abs(look.evidence[0].heads[call.name]).argmax()
    bare = long(16, layers=1)
    assert selected(bare, bare.calls[0]) == bare.calls[0].facts["greatest"].argmax()


def test_where_not_all_heads_fit_those_that_do_are_kept() -> None:
    look = long(512, heads=8, layers=1, top=True)
    text = page([look], "en", "look", most=500_000)
    kept = [each is not None for each in data_of(text)["records"][0]["calls"][0]["weights"]]
    assert 1 <= sum(kept) < 8 and kept[selected(look, look.calls[0])]
    assert 330_000 < len(text) <= 500_000


def test_the_greatest_of_each_row_and_the_rest() -> None:
    weights = np.random.default_rng(1).dirichlet(np.ones(9), (2, 3)).astype(np.float32)
    top = top_of(weights, 4)
    order = np.argsort(-weights, -1)
    assert np.array_equal(top.keys, order[..., :4])
    assert np.allclose(top.weights.sum(-1) + top.rest, 1)
    assert np.array_equal(top_of(weights, 20).rest, np.zeros((2, 3)))


def test_a_page_is_the_same_every_time() -> None:
    assert page([record("sound", 8)], "en", "look") == page([record("sound", 8)], "en", "look")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (([], "en", "look"), "page: look needs a look\n  got  0\n  try  give what model.look"),
        (([record("text")], "en", "compare"), "page: compare needs two looks\n  got  1\n  try  give two"),
        (
            ([record("text")], "en", "movie"),
            "page: no such kind\n  got  kind='movie'\n  try  one of look, compare, film",
        ),
        (
            ([record("text")], "fr", "look"),
            "page: the language is en or zh\n  got  language='fr'\n  try  one of en, zh",
        ),
    ],
)
def test_what_cannot_be_made_is_an_error(given: tuple[Any, ...], told: str) -> None:
    with pytest.raises(OptionError, match=re.escape(told)):
        page(*given)
