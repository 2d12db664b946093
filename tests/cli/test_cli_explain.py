"""`regard explain`: examples, typed matrices, drawn words, a trained folder; JSON, a page, and what is refused."""

import json
from pathlib import Path

import pytest
from command_line import Run, Trained

CLASSIC = ["--x", "1 0 0; 0 1 0; 0 0 1", "--wq", "1 0; 0 1; 1 1"]


def numbers(out: str, name: str) -> list[list[float]]:
    steps = json.loads(out)["steps"]
    return next(table["values"] for step in steps for table in step["tables"] if table["name"] == name)  # type: ignore[no-any-return]


def test_the_example_alone_is_the_classic_one(run: Run) -> None:
    bare, named = run("explain", "--example"), run("explain", "--example", "classic")
    assert bare.code == 0 and bare.out == named.out and bare.err == ""
    for text in ("0.401", "0.503", "2.028 / (2.028 + 1 + 2.028) = 0.401", "third row", "not 2 × 3", "½ ½ 0"):
        assert text in bare.out
    assert run("explain", "--example", "--depth", "plain").out != bare.out


def test_typed_matrices_give_the_same_numbers_and_say_what_was_left_out(run: Run) -> None:
    answer = run("explain", *CLASSIC, "--json")
    assert [[round(each, 3) for each in row] for row in numbers(answer.out, "A")] == [
        [0.401, 0.198, 0.401],
        [0.198, 0.401, 0.401],
        [0.248, 0.248, 0.503],
    ]
    assert "Left out: wk, wv" in json.loads(answer.out)["notes"][0]
    assert "queries, keys and values are the vectors themselves" in run("explain", "--x", "1 0; 0 1").out


def test_heads_share_out_the_columns(run: Run) -> None:
    words = ["--x", "1 0; 0 1", "--wq", "1 2 3 4; 5 6 7 8", "--heads", 2, "--head", 2, "--json"]
    assert numbers(run("explain", *words).out, "Q") == [[3, 4], [7, 8]]


def test_a_match_has_numbers_of_its_own(run: Run) -> None:
    words = ["explain", "--x", "1 0; 0 1", "--json", "--attention"]
    assert numbers(run(*words, "bilinear", "--match", "0 1; 1 0").out, "S") == [[0, 1], [1, 0]]
    assert numbers(run(*words, "additive", "--match", "1 -1").out, "w") == [[1, -1]]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("depth", ["plain", "school", "code"])
def test_drawn_words_causal(lang: str, depth: str, run: Run) -> None:
    words = ["--text", "the cat sat on the mat", "--heads", 2, "--mask", "causal", "--lang", lang, "--depth", depth]
    answer = run("explain", *words)
    assert answer.code == 0 and "×" in answer.out and "cat" in answer.out
    assert answer.out == run("explain", *words).out
    assert "机" in run("explain", "--text", "机器学习", "--lang", lang).out


def test_the_translator_and_its_learning(run: Run) -> None:
    told = run("explain", "--example", "translator", "--lang", "zh")
    assert told.code == 0 and "机器学习 → machine learning" in told.out and "</s>" in told.out and "c₂" in told.out
    learned = run("explain", "--learn")
    assert learned.code == 0 and "∂L/∂W" in learned.out and "\n  100 " in learned.out


def test_a_trained_folder(reader: Path, run: Run, tmp_path: Path) -> None:
    page = tmp_path / "steps.html"
    answer = run("explain", reader, "der Hund ist rot", "--html", page)
    assert answer.code == 0 and f"saved {page}" in answer.out and "Hund" in answer.out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    data = json.loads(run("explain", reader, "der Hund ist rot", "--target", "the dog", "--json").out)
    assert data["difference"] < 5e-6


def test_a_trained_recurrent_folder_learns_a_pair(trained: Trained, run: Run) -> None:
    words = ["explain", trained("additive"), "der Hund ist rot", "--learn"]
    answer = run(*words, "--target", "the dog is red")
    assert answer.code == 0 and "∂L/∂w" in answer.out and "the model itself stays as it is" in answer.out
    assert "--learn needs a translator and a wanted target\n  got  no --target" in run(*words).refused
    assert (
        "learning is shown of a recurrent translator"
        in run("explain", trained("transformer"), *words[2:], "--target", "a").refused
    )


def test_a_layer_and_head_of_it(model: Path, run: Run) -> None:
    out = run("explain", model, "der Hund", "--layer", "source.0", "--head", 2).out
    assert out.startswith("Layer source.0, head 2 of 2")


REFUSED = {
    "explains one thing\n  got  nothing": [],
    "explains one thing\n  got  --x and --text": ["--x", "1", "--text", "a b"],
    "--example: no such name\n  got  'clasic'\n  try  'classic'?": ["--example", "clasic"],
    "explain: lang: no such name\n  got  'de'": ["--example", "--lang", "de"],
    "explain: depth: no such name\n  got  'deep'": ["--example", "--depth", "deep"],
    "--digits is from 0 to 17\n  got  99": ["--example", "--digits", "99"],
    "--html names an .html file\n  got  'a.txt'\n  try  --html a.html": ["--example", "--html", "a.txt"],
    "the folder must be there": ["--example", "--html", "no/where/a.html"],
    "--x: rows of numbers, parted by semicolons, all of one length\n  got  '1 a'": ["--x", "1 a"],
    "all of one length\n  got  rows of 2, 1 numbers": ["--x", "1 2; 3"],
    "--heads must divide the columns of the matrices": ["--x", "1 2", "--wq", "1;1", "--heads", "2"],
    "--match has the numbers of a score\n  got  dot": ["--x", "1 2", "--match", "1"],
    "--example has these itself\n  got  --mask": ["--example", "--mask", "causal"],
    "--learn has these itself\n  got  --normalizer": ["--learn", "--normalizer", "relu"],
    "--text has these itself\n  got  --wq": ["--text", "a b", "--wq", "1"],
    "the match of the translator: no such name\n  got  'features'": [
        *("--example", "translator", "--attention", "features")
    ],
    "Attention: width must be a multiple of heads": ["--text", "a b", "--heads", "3"],
    "explain: width and heads are at least 1": ["--text", "a b", "--width", "0"],
    "a Distance score is never positive": ["--x", "1", "--attention", "distance", "--normalizer", "relu"],
}


@pytest.mark.parametrize("text", REFUSED)
def test_mistakes_are_refused_in_three_lines(text: str, run: Run) -> None:
    assert text in run("explain", *REFUSED[text]).refused


def test_a_model_that_labels_words_gets_the_words_between_spaces(run: Run) -> None:
    folder = Path(__file__).parent.parent / "folder/saved/format-1/label"
    data = json.loads(run("explain", folder, "B-x I-x O", "--json").out)
    weights = next(table for step in data["steps"] for table in step["tables"] if table["name"] == "A")
    assert weights["columns"] == ["B-x", "I-x", "O"] and data["difference"] < 1e-6


def test_a_model_needs_an_item_and_has_its_own_choices(model: Path, run: Run) -> None:
    assert "a model needs an item\n  got  none" in run("explain", model).refused
    assert "a model has these itself\n  got  --mask" in run("explain", model, "der Hund", "--mask", "causal").refused
    assert "no such head\n  got  9\n  try  1 to 2" in run("explain", model, "der Hund", "--head", 9).refused
    assert "no such layer" in run("explain", model, "der Hund", "--layer", "encoder.9").refused
