"""A trained model learns by heart: remember, predict --memory, recall, forget."""

import re
import shutil
from pathlib import Path

import pytest
from command_line import Run

SAVED = Path(__file__).parents[1] / "folder" / "saved" / "format-1"
OLD = [("good", "pos"), ("bad", "neg"), ("great", "pos"), ("poor", "neg")]
GREEDY = ["--beam", "1"]
WANTED = "the cat runs 7\nthe dog sleeps 2\n"
SURE = ["--share", "0.99", "--temperature", "0.001"]


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Translations that the saved model does not know."""
    return written(tmp_path / "terms.tsv", "der Vogel schläft 3\tthe cat runs 7", "ein Haus läuft 1\tthe dog sleeps 2")


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    return written(tmp_path / "asked.txt", "der Vogel schläft 3", "ein Haus läuft 1")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A class that the saved model does not know, and old ones."""
    new = [f"{word} film,odd" for word in ("odd", "an odd odd", "odd odd")]
    return written(tmp_path / "films.csv", "text,label", *new, "a good film,pos", "a bad film,neg")


def test_a_translator_writes_what_it_was_taught(run: Run, pairs: Path, asked: Path, tmp_path: Path) -> None:
    model, memory = SAVED / "translate", tmp_path / "memory"
    before = run("predict", model, asked, *GREEDY).out
    told = run("remember", model, pairs, "--memory", memory, *SURE)
    assert (told.code, told.out) == (0, f"2 items: 2 new, with 32 entries\n32 entries in {memory}\n")
    assert run("predict", model, asked, "--memory", memory, *GREEDY).out == WANTED != before
    assert run("predict", model, asked, *GREEDY).out == before
    scores = run("evaluate", model, pairs, "--memory", memory, "--metric", "exact", *GREEDY).out
    assert "exact match 100.0 %" in scores
    refused = run("predict", model, asked, "--memory", memory, "--precision", "bf16").refused
    assert "got  another model, one with a memory, or an installation" in refused


def test_what_is_remembered_twice_is_there_once_and_what_was_begun_goes_on(
    run: Run, pairs: Path, tmp_path: Path
) -> None:
    model, memory = SAVED / "translate", tmp_path / "memory"
    first = written(tmp_path / "first.tsv", pairs.read_text("utf-8").splitlines()[0])
    assert run("remember", model, first, "--memory", memory, *SURE).code == 0
    told = run("remember", model, pairs, "--memory", memory, *SURE).out
    assert told == f"2 items: 1 new, with 17 entries\n32 entries in {memory}\n"
    assert "2 items: 0 new, with 0 entries" in run("remember", model, pairs, "--memory", memory, *SURE).out


def test_recall_names_what_was_read_and_forget_deletes_it(run: Run, pairs: Path, asked: Path, tmp_path: Path) -> None:
    model, memory = SAVED / "translate", tmp_path / "memory"
    run("remember", model, pairs, "--memory", memory, *SURE)
    lines = run("recall", model, "der Vogel schläft 3", "--memory", memory, "--top", "1").out.splitlines()
    assert lines[:2] == ["the cat runs 7", "t: 99.0% from the memory"]
    found = re.fullmatch(r" +(\S+)%  t  (\S+)  der Vogel schläft 3 → the cat runs 7", lines[2])
    assert found and float(found[1]) > 50 and found[2] == f"{pairs}:1"
    assert lines[-2] == "</s>: 99.0% from the memory" and len(lines) == 31
    told = run("forget", memory, f"{pairs}:1", "nothing.tsv").out
    assert told == f"{pairs}:1: 15 entries forgotten\nnothing.tsv: 0 entries forgotten\n17 entries in {memory}\n"
    assert run("predict", model, asked, "--memory", memory).out.splitlines()[0] != "the cat runs 7"
    assert run("forget", memory, pairs).out.endswith(f"0 entries in {memory}\n")
    assert run("predict", model, asked, "--memory", memory).out == run("predict", model, asked).out


def test_a_classifier_answers_a_class_that_only_its_memory_knows(run: Run, films: Path, tmp_path: Path) -> None:
    model, memory = SAVED / "classify", tmp_path / "memory"
    old = written(tmp_path / "old.csv", "text,label", *(f"a {word} film,{kind}" for word, kind in OLD))
    both = written(
        tmp_path / "both.csv", *films.read_text("utf-8").splitlines(), *old.read_text("utf-8").splitlines()[1:]
    )
    told = run("remember", model, films, "--memory", memory, "--choose-on", both).out
    assert re.search(r"Mixed in with up to \d+% .*\non \d+ answers of --choose-on", told), told
    assert "accuracy 100.0 %" in run("evaluate", model, films, "--memory", memory).out
    assert "accuracy 100.0 %" in run("evaluate", model, old, "--memory", memory).out
    answers = run("recall", model, "odd film", "--memory", memory).out.splitlines()
    assert answers[0] == "odd" and "odd film → odd" in answers[2]


def test_equal_items_are_remembered_once(run: Run, films: Path, tmp_path: Path) -> None:
    twice = written(tmp_path / "twice.csv", *films.read_text("utf-8").splitlines(), "a good film,pos")
    told = run("remember", SAVED / "classify", twice, "--memory", tmp_path / "memory", *SURE).out
    assert told.startswith("6 items: 5 new, with 5 entries\n")


def test_an_item_of_another_file_is_not_its_own_witness(run: Run, films: Path, tmp_path: Path) -> None:
    """What mixing is chosen on may hold what is remembered: it counts as if it were not."""
    model, copy = SAVED / "classify", tmp_path / "copy.csv"
    copy.write_bytes(films.read_bytes())
    ways = {"its own": [], "a copy": ["--choose-on", str(copy)]}
    told = [run("remember", model, films, "--memory", tmp_path / name, *more).out for name, more in ways.items()]
    nats = [re.search(r"[0-9.]+ nats an answer without the memory, [0-9.]+ with it.*right", out) for out in told]
    assert nats[0] and nats[1] and nats[0][0] == nats[1][0], told


def test_a_generator_finds_what_it_remembers_likelier(run: Run, tmp_path: Path) -> None:
    model, memory = SAVED / "generate", tmp_path / "memory"
    text = written(tmp_path / "text.txt", *["acbacb"] * 5)
    assert run("remember", model, text, "--memory", memory, "--share", "0.9").code == 0

    def nats(*more: object) -> float:
        found = re.search(r"nats per character (\S+)", run("evaluate", model, text, *more).out)
        assert found
        return float(found[1])

    assert nats("--memory", memory) < 1 < nats()
    go_on = written(tmp_path / "asked.txt", "acb")
    drawn = run("predict", model, go_on, "--memory", memory, "--greedy", "--longest", "3", "--lines", "0").out
    assert drawn == "acb\n"
    assert "text.txt:1" in run("recall", model, "acb", "--memory", memory).out


@pytest.mark.slow
def test_labels_of_words_are_remembered_where_each_is_told_alone(run: Run, tmp_path: Path) -> None:
    data = written(tmp_path / "tags.conll", *["New\tB-x", "York\tI-x", "sleeps\tO", ""] * 20)
    new = written(tmp_path / "new.conll", "Old\tB-y", "York\tI-y", "runs\tO")
    small = ["--width", "8", "--layers", "1", "--heads", "2", "--epochs", "2", "--device", "cpu", "--crf", "false"]
    model, memory = tmp_path / "model", tmp_path / "memory"
    assert run("train", "label", data, "--model", model, *small).code == 0
    assert run("remember", model, new, "--memory", memory, *SURE).code == 0
    asked = written(tmp_path / "asked.txt", "Old York runs")
    assert run("predict", model, asked, "--memory", memory).out == "B-y I-y O\n"


@pytest.mark.parametrize(
    ("kind", "got"),
    [
        ("regress", "one that answers numbers"),
        ("label", "one whose labels are chosen together, by a conditional random field"),
    ],
)
def test_models_that_cannot_mix_are_refused(kind: str, got: str, run: Run, films: Path, tmp_path: Path) -> None:
    for verb in (["remember", SAVED / kind, films], ["predict", SAVED / kind, films], ["recall", SAVED / kind, "x"]):
        text = run(*verb, "--memory", tmp_path / "memory").refused
        assert text.startswith("memory: the model must choose one of its answers from one state\n")
        assert f"  got  {got}\n" in text


def test_what_is_no_memory_or_another_models_is_refused(
    run: Run, pairs: Path, films: Path, asked: Path, tmp_path: Path
) -> None:
    memory = tmp_path / "memory"
    assert "the memory must say where" in run("remember", SAVED / "translate", pairs).refused.replace(
        "--memory:", "the memory"
    )
    assert "needs the data to remember" in run("remember", SAVED / "translate", "--memory", memory).refused
    assert "a memory holds memory.json" in run("predict", SAVED / "translate", asked, "--memory", memory).refused
    assert run("remember", SAVED / "translate", pairs, "--memory", memory, *SURE).code == 0
    text = run("predict", SAVED / "classify", asked, "--memory", memory).refused
    assert text.startswith(f"{memory}: the memory must be this model's own")
    assert "needs a name" in run("forget", memory).refused
    assert (
        "the share must be from 0 to 1"
        in run("remember", SAVED / "translate", pairs, "--memory", memory, "--share", "2").refused
    )
    copy = tmp_path / "copy"
    shutil.copytree(SAVED / "translate", copy)
    assert run("predict", copy, asked, "--memory", memory).code == 0
