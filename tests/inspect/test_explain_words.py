"""What is said: both languages complete, every placeholder filled; JSON and the page hold what the tables hold."""

import base64
import hashlib
import json
import string
from html.parser import HTMLParser
from pathlib import Path

import pytest

from regard.errors import OptionError
from regard.inspect.explain import classic, explain, learning
from regard.inspect.explain.code import CODE
from regard.inspect.explain.telling import DEPTHS, LANGUAGES
from regard.mechanisms.catalogue import NORMALIZERS, SCORES

HOSTILE = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\u202egnp.exe", "😀", "x" * 2000, ""]


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_every_step_with_the_same_blanks() -> None:
    english, chinese = LANGUAGES["en"], LANGUAGES["zh"]
    assert english.STEPS.keys() == chinese.STEPS.keys() == CODE.keys()
    for key, words in english.STEPS.items():
        for ours, theirs in zip(words, chinese.STEPS[key], strict=True):
            assert blanks(ours) == blanks(theirs), key
    for name in ("TITLES", "NOTES", "SAYS"):
        ours, theirs = getattr(english, name), getattr(chinese, name)
        assert ours.keys() == theirs.keys()
        assert all(blanks(ours[key]) == blanks(theirs[key]) for key in ours)


def test_every_score_and_normalizer_has_words() -> None:
    for words in LANGUAGES.values():
        assert {f"score.{name}" for name in SCORES} | {f"scale.{name}" for name in SCORES} <= words.STEPS.keys()
        assert {f"weights.{name}" for name in NORMALIZERS} <= words.STEPS.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_told_is_plain_data_with_every_number(lang: str) -> None:
    told = classic()
    data = json.loads(json.dumps(told.told(lang), ensure_ascii=False))
    assert data["lang"] == lang and [step["key"] for step in data["steps"]] == [step.key for step in told.steps]
    weights = next(table for step in data["steps"] for table in step["tables"] if table["name"] == "A")
    assert weights["values"] == told["A"].tolist()
    assert all(set(step["words"]) == set(DEPTHS) and step["words"]["plain"] for step in data["steps"])
    assert "{" not in "".join(step["words"]["plain"] + step["words"]["school"] for step in data["steps"])


def test_the_terminal_shows_the_numbers_and_counts_what_it_leaves_out() -> None:
    text = str(classic())
    for number in ("0.401", "0.198", "0.503", "0.802", "0.599", "0.752"):
        assert number in text
    assert "1·1 + 0·0 + 0·1 = 1" in text and "× 3 scores" in text
    wide = str(explain([[float(i) for i in range(40)] for _ in range(20)], score="distance"))
    assert "more columns" in wide and "8 more rows" in wide
    assert max(map(len, wide.splitlines())) <= 100


def test_the_depths_differ_and_code_is_code() -> None:
    from regard.inspect.explain.terminal import as_text

    plain, school, code = (as_text(classic().shown("en", depth)) for depth in DEPTHS)
    assert "scores = query @ key.T" in code and "Softmax: A =" in school and "Scores become shares" in plain
    assert "first number" not in plain
    chinese = as_text(classic().shown("zh", "plain"))
    assert "把得分变成份额" in chinese and "Scores" not in chinese


class Reader(HTMLParser):
    """The tags of a page, the header cells without a scope, and the numbers in the cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.unscoped, self.cells, self.inside = 0, list[str](), ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.inside = tag
        self.unscoped += tag == "th" and "scope" not in dict(attrs)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "td":
            self.cells.append(data)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_one_file_without_scripts(lang: str, tmp_path: Path) -> None:
    text = classic().save(tmp_path / "steps.html", lang=lang).read_text(encoding="utf-8")
    page = Reader(text)
    assert "script" not in page.tags and "link" not in page.tags and page.unscoped == 0
    style = text[text.index("<style>") + 7 : text.index("</style>")]
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{allowed}'" in text
    assert "prefers-color-scheme: dark" in text and "@media print" in text
    assert {"0.401", "0.198", "0.503", "0.752"} <= set(page.cells)
    assert f'<html lang="{"en" if lang == "en" else "zh-CN"}">' in text


def test_hostile_names_are_text_on_the_page(tmp_path: Path) -> None:
    told = explain([[float(i), 1.0] for i in range(len(HOSTILE))], names=HOSTILE, mask="causal")
    text = told.save(tmp_path / "steps.html").read_text(encoding="utf-8")
    page = Reader(text)
    assert "script" not in page.tags and "img" not in page.tags and "&lt;script&gt;" in text
    assert "\u202e" not in text and "×" in page.cells
    assert "\u202e" not in str(told)


def test_numbers_that_are_none_are_said_to_be(tmp_path: Path) -> None:
    told = explain([[float("nan"), 1.0], [1.0, 2.0]])
    data = json.loads(told.save(tmp_path / "steps.json").read_text(encoding="utf-8"))
    assert data["steps"][0]["tables"][0]["values"][0] == [None, 1.0] and data["steps"][5]["difference"] is None
    assert "NaN" in str(told)


def test_a_page_that_no_browser_would_show_is_refused(tmp_path: Path) -> None:
    told = explain([[float(i)] for i in range(300)])
    with pytest.raises(
        OptionError, match=r"a page holds at most 300,000 numbers\n  got  \d{3},\d{3}\n  try  a shorter"
    ):
        told.save(tmp_path / "steps.html")
    assert not list(tmp_path.iterdir()) and told.save(tmp_path / "steps.json").stat().st_size > 1_000_000


def test_learning_is_told_in_both_languages() -> None:
    told = learning()
    for lang in LANGUAGES:
        assert all("{" not in step["words"]["school"] for step in told.told(lang)["steps"])


@pytest.mark.parametrize("name", ["steps.txt", "nowhere/steps.html"])
def test_other_files_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        classic().save(tmp_path / name)
    assert len(str(caught.value).splitlines()) == 3 and not list(tmp_path.iterdir())


def test_unknown_languages_and_depths_are_refused() -> None:
    with pytest.raises(OptionError, match="explain: lang: no such name"):
        classic().told("de")
    from regard.inspect.explain.terminal import as_text

    with pytest.raises(OptionError, match="explain: depth: no such name"):
        as_text(classic().shown("en", "deep"))
