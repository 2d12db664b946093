"""`regard check` reads as `train` does, tells what the doctor finds, and `train` heeds it before it trains."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from command_line import Run

WORDS = ["red", "green", "blue", "old", "new", "big", "low", "hot", "dry", "far"]
QUICK = ["--epochs", "1", "--width", "8", "--layers", "1", "--heads", "1", "--device", "cpu", "--precision", "fp32"]


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def classes(path: Path, *more: str) -> Path:
    """Forty texts that differ, in two classes."""
    lines = [f"{one} {other} thing\t{'warm' if i % 2 else 'cold'}" for i in range(4) for one, other in _pairs(i)]
    return written(path, *lines, *more)


def _pairs(shift: int) -> list[tuple[str, str]]:
    return [(word, WORDS[(index + shift) % len(WORDS)]) for index, word in enumerate(WORDS)]


def translations(path: Path, *more: str) -> Path:
    return written(path, *(f"ein {a} {b} Ding\ta {a} {b} thing" for i in range(4) for a, b in _pairs(i)), *more)


def test_it_tells_counts_lengths_and_classes_and_what_to_type_next(run: Run, tmp_path: Path) -> None:
    path = classes(tmp_path / "things.tsv")
    answer = run("check", path)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "Read for classify.",
        "note  train: 40 items",
        "note  train: words: 3",
        "note  train: characters: 13 to 17, median 13, 95 % up to 15",
        "note  train: 2 classes, from cold (50 %) to warm (50 %)",
        "0 stop, 0 warn, 4 note",
        f"Next: regard train classify {path} --model my-model",
    ]


def test_no_line_is_printed_twice(run: Run, tmp_path: Path) -> None:
    path = classes(tmp_path / "things.tsv", "red red thing\twarm", "a\x08b\tcold")
    answer = run("check", path, "--strict")
    lines = [line for line in (answer.out + answer.err).splitlines() if not line.startswith("      at")]
    assert answer.code == 2 and len(lines) == len(set(lines))


def test_a_stop_ends_with_code_2_and_three_lines(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "one.tsv", "a b\tx", "c d\tx", "e f\tx")
    answer = run("check", path)
    assert answer.code == 2 and "stop  train: there is a single class, x\n      try  add another class\n" in answer.out
    assert "Next" not in answer.out
    assert answer.err.splitlines() == [
        "check: nothing may say stop",
        "  got  1 finding, told above",
        "  try  mend the data as told, from the top",
    ]


def test_a_warning_ends_so_only_if_strict(run: Run, tmp_path: Path) -> None:
    path = classes(tmp_path / "things.tsv", "red red thing\twarm")
    told = run("check", path)
    assert told.code == 0 and "repeat another with a different answer\n      at   " in told.out
    assert f"at   {path}:41 as 1\n" in told.out
    strict = run("check", path, "--strict")
    assert strict.code == 2 and strict.err.startswith("check: nothing may say stop or warn\n  got  1 finding,")


def test_parts_are_held_against_each_other(run: Run, tmp_path: Path) -> None:
    train = classes(tmp_path / "train.tsv")
    held = written(tmp_path / "held.tsv", "red red thing\tcold", "quite another thing\tmild")
    answer = run("check", train, "--valid", held, "--test", held)
    assert "warn  valid: 1 of 2 items (50 %) are in train too" in answer.out
    assert "warn  test: 2 of 2 items (100 %) are in valid too" in answer.out
    assert "warn  valid: 1 of 2 classes are not in train: mild" in answer.out
    assert f"--valid {held} --test {held}" in answer.out


def test_a_limit_tells_what_it_would_cut(run: Run, tmp_path: Path) -> None:
    path = classes(tmp_path / "things.tsv")
    assert "40 of 40 items (100 %) have more than 2 words; cut, they lose 40" in run("check", path, "--longest", 2).out
    assert "have more than" not in run("check", path, "--longest", 3).out


def test_pairs_of_texts_are_known_and_checked_as_translations(run: Run, tmp_path: Path) -> None:
    path = translations(tmp_path / "pairs.tsv", "ein Ding\tein Ding")
    answer = run("check", path)
    assert answer.code == 0 and answer.out.startswith("Read for translate.\n")
    assert "warn  train: 1 of 41 pairs (2.44 %) have one text on both sides" in answer.out
    assert answer.out.endswith(f"Next: regard train translate {path} --model my-model\n")
    sides = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    files = [
        written(tmp_path / name, *side) for name, side in zip(("a.de", "a.en"), zip(*sides, strict=True), strict=True)
    ]
    assert "one text on both sides" in run("check", *files).out
    assert "Read for classify." in run("check", path, "--answer", "classify").out


def test_labels_of_words_are_known_in_every_form(run: Run, tmp_path: Path) -> None:
    texts = written(tmp_path / "seq.in", "to New York", "play some jazz", "to Rome")
    labels = written(tmp_path / "seq.out", "O B-city I-city", "O O B-music", "O B-city")
    columns = written(tmp_path / "train.conll", "to\tO", "Rome\tB-city", "", "play\tO", "jazz\tI-music", "")
    assert "Read for label." in (answer := run("check", texts, labels)).out and "in the scheme" in answer.out
    answer = run("check", columns)
    assert f"go on from nothing or break off\n      at   {columns}:4, word 2, 'I-music'" in answer.out
    assert "regard train label" in answer.out


def test_numbers_are_for_regress(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "age.csv", "text,score", "young,1.5", "old,80", "older,91.25")
    answer = run("check", path)
    assert "Read for regress." in answer.out and "answers from 1.5 to 91.25" in answer.out
    written(path, "text,score", "young,1.5", "old,many")
    assert run("check", path, "--answer", "regress").refused.startswith(f"{path}:3: the answer must be a finite number")


def test_sounds_in_folders_are_not_decoded(run: Run, tmp_path: Path) -> None:
    for name, seconds in (("no", 1), ("yes", 2)):
        (tmp_path / "words" / name).mkdir(parents=True)
        with wave.open(str(tmp_path / "words" / name / "1.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(np.full(8000 * seconds, seconds, np.int16).tobytes())
    answer = run("check", tmp_path / "words")
    assert "note  train: seconds: 1 to 2, median 1.5" in answer.out and "Next: regard train classify" in answer.out


def test_one_graph_is_not_taken_for_copies_of_itself(run: Run, tmp_path: Path) -> None:
    nodes = [f"{i},{i % 2},{part},{i}.5" for i, part in enumerate(["train", "train", "valid", "test"])]
    files = written(tmp_path / "nodes.csv", "id,label,split,weight", *nodes), tmp_path / "edges.csv"
    written(files[1], "source,target", "0,1", "1,2", "2,3")
    answer = run("check", *files, "--input", "graph")
    assert answer.code == 0 and "too" not in answer.out and "note  train: nodes: 4\n" in answer.out


def test_items_without_answers_are_checked_as_they_are(run: Run, tmp_path: Path) -> None:
    answer = run("check", written(tmp_path / "lines.txt", "one", "two words"))
    assert answer.code == 0 and answer.out.startswith("Read for its items alone: there are no answers.")
    assert "Next" not in answer.out


def test_a_continuous_text_is_read_for_generate(run: Run, tmp_path: Path) -> None:
    verse = "so long as men can breathe, or eyes can see"
    path = written(tmp_path / "poem.txt", "Shall I compare thee", "", f"  {verse}", "so long  lives this")
    held = written(tmp_path / "held.txt", "Shall I compare thee", verse, "n\u00e9 noir")
    answer = run("check", path, "--answer", "generate", "--test", held)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "Read for generate.",
        "warn  test: characters that are not in train, 1 of them: '\\xe9'",
        f"      at   {held}:3",
        "      try  a model tells them as unknown; --tokens byte knows all",
        "warn  test, long lines: 1 of 1 items (100 %) are in train, long lines too",
        f"      at   {held}:2 as {path}:3",
        "      try  leave them out of one part",
        "note  train: 4 lines of one text, 88 characters with line ends",
        "note  train: 1 of 4 items (25 %) has white space at an end",
        f"      at   {path}:3",
        "      try  strip them",
        "note  train: 1 of 4 lines (25 %) have more white space than single spaces between words",
        f"      at   {path}:4",
        "      try  it is read as single spaces",
        "note  test: 3 lines of one text, 73 characters with line ends",
        "note  train: 20 different characters besides white space",
        "0 stop, 2 warn, 5 note",
        f"Next: regard train generate {path} --model my-model --test {held}",
    ]


def test_texts_on_lines_are_read_for_generate(run: Run, tmp_path: Path) -> None:
    files = [written(tmp_path / name, *(f"{word} {name}" for word in WORDS), "") for name in ("one.txt", "two.txt")]
    words = ["check", *files, "--answer", "generate", "--each-line"]
    assert run(*words).refused.startswith(
        f"{files[0]}:11: a line that is a text must not be blank\n  got  2 blank ones"
    )
    answer = run(*words, "--blank", "skip", "--longest", 1)
    assert answer.code == 0 and f"note  train 2 ({files[1]}): 10 items; left out: 1 blank\n" in answer.out
    assert "10 of 10 items (100 %) have more than 1 words" in answer.out
    assert answer.out.endswith(
        f"Next: regard train generate {files[0]} {files[1]} --model my-model --blank skip --each-line\n"
    )
    few = run("check", written(tmp_path / "few.txt", *WORDS[:9]), "--answer", "generate", "--each-line")
    assert (
        few.code == 2
        and "stop  train: 9 lines leave none to validate on\n      try  --valid FILE of its own" in few.out
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "data: there must be something to read"),
        (["none.tsv"], "none.tsv: there is no such file"),
        (["FILE", "--answer", "sort"], "--answer: no such choice"),
        (["FILE", "--longest", "0"], "--longest: is at least 1"),
        (["FILE", "--longest", "many"], "regard check: --longest takes a whole number"),
        (["FILE", "--input", "smell"], "input: no such choice"),
        (["FILE", "--y", "2"], "x, y: name both or neither"),
        (["FILE", "--answer", "translate", "--groups", "3"], "check: means nothing for pairs of texts"),
        (["FILE", "--answer", "translate", "--input", "sound"], "things.tsv:2: a column is missing"),
        (["FILE", "--answer", "generate", "--y", "2"], "check: means nothing for a text that goes on"),
        (["FILE", "--answer", "generate", "--longest", "9"], "--longest: means nothing for one continuous text"),
        (["FILE", "--answer", "generate", "--blank", "keep"], "blank: no such choice"),
        (["--answer", "generate"], "data: there must be something to read"),
        (["FILE", "--each-line"], "--each-line: is for a text that goes on"),
        (["FILE", "--part", "train"], "part: means nothing for the format table"),
        (["FILE", "--modle", "x"], "regard check: no such flag"),
        (["FILE", "--valid", "none.tsv"], "none.tsv: there is no such file"),
    ],
)
def test_mistakes_are_refused_in_three_lines(words: list[str], told: str, run: Run, tmp_path: Path) -> None:
    path = str(classes(tmp_path / "things.tsv"))
    refused = run("check", *(path if word == "FILE" else word for word in words)).refused
    assert refused.replace(f"{tmp_path}/", "").startswith(told)


def test_its_flags_have_a_sentence_each(run: Run) -> None:
    text = run("check", "--help").out
    assert "usage: regard check [DATA …] [flags]" in text and "None" not in text
    assert "\n  check " in run().out


def test_training_refuses_what_cannot_be_learned_from(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "one.tsv", *(f"{word} thing\tx" for word in WORDS))
    text = run("train", "classify", path, "--model", tmp_path / "model").said_and_refused
    assert text.startswith("train: there is a single class, x\n") and "regard check, with the same data" in text
    assert not (tmp_path / "model" / "model.json").exists()


@pytest.mark.parametrize("kind", ["classify", "translate"])
def test_training_tells_of_a_warning_in_a_line_and_strict_refuses_it(kind: str, run: Run, tmp_path: Path) -> None:
    if kind == "classify":
        path, told = classes(tmp_path / "a.tsv", "red red thing\twarm"), "repeat another with a different answer"
    else:
        path, told = translations(tmp_path / "a.tsv", "ein Ding\tein Ding"), "have one text on both sides"
    words = ["train", kind, path, "--model", tmp_path / "model", *QUICK]
    refused = run(*words, "--strict")
    assert refused.said_and_refused.startswith("train: 1 of 41 ") and told in refused.err
    trained = run(*words)
    lines = [line for line in trained.err.splitlines() if line.startswith("Looked at the data: a warning: train: 1 of")]
    assert trained.code == 0 and len(lines) == 1 and told in lines[0] and "regard check shows all" in lines[0]


def test_strict_is_no_other_training(run: Run, tmp_path: Path) -> None:
    words = ["train", "classify", classes(tmp_path / "a.tsv"), "--model", tmp_path / "model", *QUICK]
    assert run(*words).code == 0
    again = run(*words, "--strict")
    assert again.code == 0 and "finished already" in again.err
    record = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert record["kind"] == "classify"
