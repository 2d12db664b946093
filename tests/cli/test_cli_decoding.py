"""Choices of decoding on the command line: rules, prefixes, drawing, given targets, unknown words, streams."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from command_line import NETWORKS, TINY, Data, Run, Trained

from regard.cli.main import main
from regard.decoding.beam import Search
from regard.folder.model import load_translator

LINES = ["der Hund ist rot und alt", "", "ein Kind ist neu"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.de"
    path.write_text("".join(f"{line}\n" for line in LINES), encoding="utf-8")
    return path


def listed(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_rules_hold_on_the_command_line(model: Path, run: Run, source: Path, tmp_path: Path) -> None:
    allowed = listed(tmp_path / "allowed", "the dog is old", "a child is new", "the cat is big")
    answer = run("predict", model, source, "--allowed", allowed)
    assert answer.out.splitlines() == ["the dog is old", "", "a child is new"] and answer.code == 0
    forbidden = listed(tmp_path / "forbidden", "red", "a child")
    for way in ([], ["--beam", "1"], ["--sample", "--temperature", "2"]):
        found = run("predict", model, source, "--forbidden", forbidden, *way).out
        assert "red" not in found.split() and "a child" not in found
    longer = run("predict", model, source, "--shortest", 9, "--no-repeat", 2, "--repetition-penalty", 1.2).out
    for line in longer.splitlines():
        words = line.split()
        assert not line or len(words) >= 9
        assert len(set(pairwise(words))) == max(len(words) - 1, 0)
    pairs = listed(tmp_path / "pairs.tsv", "der Hund ist rot\tthe dog is old", "ein Kind ist neu\ta child is new")
    answer = run("evaluate", model, pairs, "--allowed", allowed, "--coverage-penalty", 0.1)
    assert answer.code == 0 and "exact match" in answer.out and "100.0" in answer.out


def test_targets_begin_as_they_are_told_to(model: Path, run: Run, source: Path, tmp_path: Path) -> None:
    found = run("predict", model, source, "--prefix", "the cat is").out.splitlines()
    assert found[1] == "" and all(line.startswith("the cat is ") for line in (found[0], found[2]))
    items = [{"source": "der Hund ist rot", "begin": "a cat"}, {"source": "der Hund ist rot"}]
    path = listed(tmp_path / "in.jsonl", *map(json.dumps, items))
    words = ["predict", model, path, "--format", "jsonl", "--prefix-key", "begin", "--prefix", "the house"]
    first, second = map(json.loads, run(*words).out.splitlines())
    assert first["prediction"].startswith("a cat") and second["prediction"].startswith("the house")
    assert first["begin"] == "a cat" and first["ended"]
    listed(path, json.dumps({"source": "der Hund", "begin": 3}))
    assert "in.jsonl:1: the prefix under 'begin' must be a text\n  got  3\n" in run(*words).refused


def test_targets_are_drawn_by_seed_and_line(model: Path, run: Run, source: Path, data: Data) -> None:
    words = ["predict", model, data.unseen, "--sample", "--temperature", "3"]
    first = run(*words).out
    assert first == run(*words, "--window", 7, "--batch-tokens", 30).out != run(*words, "--seed", 2).out
    greedy = run("predict", model, data.unseen, "--beam", "1").out
    assert run("predict", model, data.unseen, "--sample", "--top-k", 1).out == greedy
    several = run("predict", model, source, "--sample", "--n-best", 9, "--temperature", 3, "--format", "jsonl").out
    candidates = json.loads(several.splitlines()[0])["candidates"]
    assert len(candidates) == 9 and len({each["prediction"] for each in candidates}) > 1


def test_given_targets_are_scored_as_a_search_scores_its_own(
    each_model: Path, run: Run, data: Data, tmp_path: Path
) -> None:
    sources = data.unseen.read_text(encoding="utf-8").splitlines()[:20]
    model, _ = load_translator(each_model)
    found = [row[0] for row in model.translate(sources, Search(length_penalty=0.0))]
    assert all(each.ended for each in found)
    pairs = listed(tmp_path / "pairs.tsv", *(f"{line}\t{each.text}" for line, each in zip(sources, found, strict=True)))
    answer = run("evaluate", each_model, pairs, "--scores", tmp_path / "scores.tsv")
    assert answer.code == 0 and "perplexity per token" in answer.out and "20 pairs, each target told" in answer.out
    rows = np.loadtxt(tmp_path / "scores.tsv")
    assert rows[:, 0].tolist() == pytest.approx([each.score for each in found], abs=1e-3)
    assert rows[:, 2].tolist() == [len(each.tokens) + 1 for each in found]
    assert rows[:, 1].tolist() == pytest.approx((rows[:, 0] / rows[:, 2]).tolist(), abs=1e-5)


@pytest.fixture(scope="module")
def worded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A translator of words that has met names only as unknown ones: each comes once, and once is too seldom."""
    folder = tmp_path_factory.mktemp("worded")
    names = [f"N{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(300)]
    data = listed(folder / "train.tsv", *(f"ich bin {name} .\tI am {name} ." for name in names))
    words = [str(data), "--model", str(folder / "m"), *TINY, *NETWORKS["additive"], "--vocabulary", "12"]
    assert main(["train", "translate", *words, "--joint", "false", "--epochs", "20"]) == 0
    return folder / "m"


def test_an_unknown_word_is_replaced_by_what_it_was_read_from(worded: Path, run: Run, tmp_path: Path) -> None:
    path = listed(tmp_path / "in", "ich bin Zoë .", "", "ich bin ⁇ .")
    assert "Zoë" not in run("predict", worded, path).out
    found = run("predict", worded, path, "--replace-unknown").out
    assert found == "I am Zoë .\n\nI am ⁇ .\n"
    record = json.loads(run("predict", worded, path, "--replace-unknown", "--format", "jsonl").out.splitlines()[0])
    assert record["prediction"] == "I am Zoë ."


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--repetition-penalty", "0"], "repetition-penalty: must be at least 1"),
        (["--no-repeat", "-1"], "no-repeat: n-grams have at least 1 token"),
        (["--shortest", "-1"], "shortest: a length is at least 0"),
        (["--coverage-penalty", "-1"], "search: the coverage penalty is at least 0"),
        (["--forbidden", "absent.txt"], "there is no such file"),
        (["--prefix", "unheard of"], "in.de:1: the prefix must hold only what the model has met"),
        (["--prefix-key", "p"], "regard predict: --prefix-key is for JSON lines"),
        (["--temperature", "2"], "regard predict: --temperature is for drawing"),
        (["--sample", "--coverage-penalty", "1"], "regard predict: --coverage-penalty is for searching"),
        (["--sample", "--top-p", "0"], "sampling: top-p must be above 0"),
        (["--sample", "--n-best", "0"], "n-best must be between 1"),
        (["--shortest", "9", "--longest", "9"], "shortest: must be below the longest"),
        (["--sample", "--replace-unknown"], "what is drawn is never unknown"),
        (["--prefix", "the dog", "--longest", "2"], "in.de:1: the target must have room behind its prefix"),
    ],
    ids=" ".join,
)
def test_choices_that_make_no_sense_are_refused(
    words: list[str], expected: str, model: Path, run: Run, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    assert expected in run("predict", model, source.name, *words).refused.splitlines()[0]


def test_what_needs_attention_is_refused_without(trained: Trained, run: Run, source: Path, tmp_path: Path) -> None:
    text = run("predict", trained("none"), source, "--replace-unknown").refused
    assert text.startswith("replace-unknown: the model must turn words into words, with attention")
    assert (
        "coverage: the model must have attention"
        in run("predict", trained("none"), source, "--coverage-penalty", 0.2).refused
    )
    pairs = listed(tmp_path / "pairs.tsv", "der Hund\tthe dog")
    text = run("evaluate", trained("none"), pairs, "--scores", "a.tsv", "--metric", "bleu").refused
    assert text.startswith("--scores: targets that are given have no measure")
    assert run("evaluate", trained("none"), pairs, "--scores", tmp_path / "no" / "a.tsv").code == 2
