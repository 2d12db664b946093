"""The data doctor: what is broken is found, named and placed, and what is sound is left in peace."""

import time
import tracemalloc
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regard.data.doctor import Finding, as_text, examine
from regard.data.examples import Examples
from regard.data.items import Graph, Sound
from regard.data.pairs import Pairs
from regard.errors import DataError, OptionError

NAN, INFINITY = float("nan"), float("inf")


def texts(items: list[Any], answers: list[Any] | None = None, **more: Any) -> Examples:
    return Examples("text", items, answers, origin="a.tsv", lines=range(1, len(items) + 1), **more)


def arrays(kind: str, *items: Any, answers: list[Any] | None = None) -> Examples:
    return Examples(kind, [np.asarray(item) for item in items], answers)


def graph(nodes: int, *edges: tuple[int, int], features: int = 1) -> Graph:
    source, target = np.array(edges, np.int64).reshape(-1, 2).T
    return Graph(np.ones((nodes, features), np.float32) * nodes, source, target)


GOOD = texts(["good day", "bad night", "good year", "bad hair"], ["+", "-", "+", "-"])
LONG = "one two three four five six seven"

# fmt: off
CASES: list[tuple[str, Callable[[], dict[str, Any]], str, str, tuple[str, ...]]] = [
    ("no items", lambda: {"train": texts([])}, "stop", "there are no items", ()),
    ("blank texts", lambda: {"train": texts(["a", " \t", ""])},
     "stop", "2 of 3 items (66.7 %): empty, blank", ("a.tsv:2", "a.tsv:3")),
    ("a blank word", lambda: {"train": texts([["a", " "], ["b", "c"]])},
     "stop", "1 of 2 items (50 %): empty", ("a.tsv:1",)),
    ("no words", lambda: {"train": texts([["a"], []])}, "stop", "1 of 2 items", ("a.tsv:2",)),
    ("no file", lambda: {"train": Examples("sound", [Path("none.wav")])}, "stop", "without a file", ("none.wav",)),
    ("control characters", lambda: {"train": texts(["a\x08b", "c"])}, "warn", "has control characters", ("a.tsv:1",)),
    ("a byte that was not decoded", lambda: {"train": texts(["a", "caf\ufffd"])}, "warn", "U+FFFD", ("a.tsv:2",)),
    ("mojibake", lambda: {"train": texts(["schÃ¶n", "a"])}, "warn", "read as latin-1", ("a.tsv:1",)),
    ("zero width", lambda: {"train": texts(["a", "a\u200bb"])}, "note", "invisible characters", ("a.tsv:2",)),
    ("white space at an end", lambda: {"train": texts([" a", "b\u3000"])},
     "note", "white space at an end", ("a.tsv:1", "a.tsv:2")),
    ("a limit", lambda: {"train": texts([LONG, "b"])},
     "warn", "1 of 2 items (50 %) have more than 6 words; cut, they lose 1", ("a.tsv:1",)),
    ("NaN in vectors", lambda: {"train": arrays("vectors", [[1.0]], [[NAN]])}, "stop", "hold NaN", ("data, item 2",)),
    ("infinity", lambda: {"train": arrays("series", [[INFINITY]], [[1.0]])},
     "stop", "hold infinity", ("data, item 1",)),
    ("missing values", lambda: {"train": arrays("series", [[NAN], [1.0]], [[1.0]])},
     "note", "missing values, 25 % of all", ("data, item 1",)),
    ("NaN in a sound", lambda: {"train": Examples("sound", [Sound(np.array([0.0, NAN]), 8000)])},
     "stop", "hold NaN", ("data, item 1",)),
    ("another number of features",
     lambda: {"train": arrays("vectors", np.ones((2, 3)), np.ones((2, 3)), np.ones((4, 2)))},
     "stop", "1 of 3 items (33.3 %) do not have 3 features", ("data, item 3",)),
    ("transposed, of different lengths",
     lambda: {"train": arrays("series", np.ones((3, 50)), np.ones((3, 50)), np.ones((3, 60)))},
     "stop", "do not have 50 features", ("data, item 3",)),
    ("transposed, of one length", lambda: {"train": arrays("series", np.ones((3, 50)), np.zeros((3, 50)))},
     "warn", "3 steps of 50 features: are they transposed?", ("data, item 1",)),
    ("one axis", lambda: {"train": arrays("vectors", [1.0, 2.0])}, "stop", "do not have two axes", ("data, item 1",)),
    ("channels first", lambda: {"train": arrays("image", np.ones((3, 8, 8)))},
     "warn", "look like (channels, rows, columns)", ("data, item 1",)),
    ("an empty array", lambda: {"train": arrays("vectors", np.ones((0, 2)), np.ones((1, 2)))},
     "stop", "empty", ("data, item 1",)),
    ("rates", lambda: {"train": Examples("sound", [Sound(np.ones(3), 8000), Sound(np.ones(4), 16000)])},
     "note", "rates differ", ()),
    ("an edge to nowhere", lambda: {"train": Examples("graph", [graph(2, (0, 1)), graph(2, (0, 2))])},
     "stop", "nodes that do not exist", ("data, item 2",)),
    ("no edges", lambda: {"train": Examples("graph", [graph(2), graph(3, (0, 1))])},
     "warn", "have no edges", ("data, item 1",)),
    ("node features", lambda: {"train": Examples("graph", [graph(2), graph(2), graph(2, features=3)])},
     "stop", "do not have 1 features", ("data, item 3",)),
    ("an answer missing", lambda: {"train": texts(["a", "b"], ["+", None])},
     "stop", "1 of 2 items (50 %) have no answer", ("a.tsv:2",)),
    ("a blank answer", lambda: {"train": texts(["a", "b"], ["+", " "])}, "stop", "have no answer", ("a.tsv:2",)),
    ("one class", lambda: {"train": texts(["a", "b"], ["+", "+"])}, "stop", "a single class, +", ()),
    ("a class seen once", lambda: {"train": texts(list("abc"), ["+", "+", "-"])},
     "note", "1 of 2 classes come once: -", ("a.tsv:3",)),
    ("classes alike", lambda: {"train": texts(list("abc"), ["New", "new ", "old"])},
     "warn", "differ in case or white space alone", ("a.tsv:1", "a.tsv:2")),
    ("an unseen class", lambda: {"train": GOOD, "test": texts(["x"], ["?"])},
     "warn", "1 of 1 classes are not in train: ?", ("a.tsv:1",)),
    ("a label a word", lambda: {"train": texts([["a", "b"]] * 10 + [["c"]], [["X", "Y"]] * 11)},
     "stop", "one answer for every vector", ("a.tsv:11",)),
    ("a broken span", lambda: {"train": texts([["a", "b"], ["c", "d"]], [["B-x", "I-x"], ["O", "I-x"]])},
     "warn", "1 labels in 1 of 2 items (50 %) go on from nothing", ("a.tsv:2, word 2, 'I-x'",)),
    ("a label that is no mark", lambda: {"train": texts([["a", "b", "c"]], [["B-x", "I-x", "I_x"]])},
     "warn", "except 1 of 3: I_x", ()),
    ("a number that is none", lambda: {"train": texts(["a", "b"], [1.0, NAN])},
     "stop", "answer that is NaN or infinite", ("a.tsv:2",)),
    ("equal numbers", lambda: {"train": texts(["a", "b"], [1.0, 1.0])}, "warn", "all answers are 1", ()),
    ("a copy", lambda: {"train": texts(["a b", "c", "a  b"])},
     "note", "1 of 3 items (33.3 %) repeat another", ("a.tsv:3 as a.tsv:1",)),
    ("a copy with another answer", lambda: {"train": texts(["a", "c", "a"], ["+", "-", "-"])},
     "warn", "repeat another with a different answer", ("a.tsv:3 as a.tsv:1",)),
    ("a copy in the test", lambda: {"train": GOOD, "test": texts(["new", "good  day"], ["+", "+"])},
     "warn", "test: 1 of 2 items (50 %) are in train too", ("a.tsv:2 as a.tsv:1",)),
    ("a copy in the test, otherwise", lambda: {"train": GOOD, "test": texts(["good day"], ["-"])},
     "warn", "are in train with a different answer", ("a.tsv:1 as a.tsv:1",)),
    ("a graph twice", lambda: {"train": Examples("graph", [graph(2, (0, 1)), graph(2, (1, 0)), graph(2, (0, 1))])},
     "note", "1 of 3 items", ("data, item 3 as data, item 1",)),
    ("groups on both sides",
     lambda: {"train": texts(["a"], groups=["ann"]), "test": texts(["b", "c"], groups=["ann", "bob"])},
     "warn", "test: 1 group in train too", ("ann",)),
    ("a pair out of proportion",
     lambda: {"train": Pairs.of(["ein Haus", "ein Hund", LONG * 3], ["a house", "a dog", "x"])},
     "warn", "1 of 3 pairs (33.3 %) are over 4 times as long or short", ("pairs:3",)),
    ("a pair of equal sides", lambda: {"train": Pairs.of(["ein Haus", "7"], ["ein Haus", "7"])},
     "warn", "1 of 2 pairs (50 %) have one text on both", ("pairs:1",)),
    ("a pair in both parts",
     lambda: {"train": Pairs.of(["eins"], ["one"]), "test": Pairs.of(["zwei", "eins"], ["two", "uno"], "t")},
     "warn", "test: 1 of 2 items (50 %) are in train too", ("t:2 as pairs:1",)),
    ("a blank side", lambda: {"train": Pairs.of(["eins", " "], ["one", "two"])},
     "stop", "train, source: 1 of 2 items (50 %): empty", ("pairs:2",)),
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_is_broken_is_found(case: tuple[str, Callable[[], dict[str, Any]], str, str, tuple[str, ...]]) -> None:
    _, parts, severity, text, where = case
    findings = examine(parts(), longest=6)
    fitting = [finding for finding in findings if text in finding.text]
    assert len(fitting) == 1, as_text(findings)
    assert fitting[0].severity == severity and fitting[0].where == where
    assert fitting[0].hint or severity == "note"
    assert as_text(findings).count("\n") >= len(findings)


@pytest.mark.parametrize(
    "part",
    [
        GOOD,
        texts([["a", "b"], ["c", "d"]], [["B-x", "I-x"], ["O", "O"]]),
        texts(["a", "b", "c", "d"], [["x"], ["x", "y"], [], ["y"]]),
        texts([["a", "b"], ["c"]], [["X", None], ["X"]]),
        arrays("vectors", np.ones((2, 3)), np.ones((5, 3)), answers=[1.5, 2.5]),
        arrays("series", np.ones((9, 2)), np.zeros((9, 2)), answers=[[None, *[1.0] * 8], [2.0] * 9]),
        arrays("image", np.ones((8, 8, 3)), np.zeros((8, 8), np.uint8), answers=[0, 1]),
        Examples("graph", [graph(2, (0, 1))], [["a", "b"]]),
        Examples("sound", [Sound(np.ones(3), 8000), Sound(np.zeros(3), 8000)], ["a", "b"]),
    ],
    ids=lambda part: part.kind,
)
def test_what_is_sound_is_only_noted(part: Examples) -> None:
    findings = examine({"train": part})
    assert {finding.severity for finding in findings if "single class" not in finding.text} == {"note"}, as_text(
        findings
    )


def test_files_that_are_not_what_their_names_say_are_found_unopened(tmp_path: Path) -> None:
    for name, content in (("a.wav", b"garbage"), ("b.wav", b"RIFF...."), ("c.png", b"\x89PNG"), ("d.jpg", b"GIF89a")):
        (tmp_path / name).write_bytes(content)
    for kind, names, wrong in (("sound", ("a.wav", "b.wav"), "a.wav"), ("image", ("c.png", "d.jpg"), "d.jpg")):
        findings = examine({"train": Examples(kind, [tmp_path / name for name in names], ["x", "y"])})
        [found] = [each for each in findings if each.severity == "stop"]
        assert found.text == "train: 1 of 2 items (50 %) do not begin as files of their name do"
        assert found.where == (str(tmp_path / wrong),)


def test_counts_lengths_and_balance_are_told() -> None:
    said = as_text(examine({"train": Examples("text", ["a", "b c", "d e f"], ["x", "y", "x"], skipped={"blank": 2})}))
    assert "train: 3 items; left out: 2 blank" in said
    assert "train: words: 1 to 3, median 2, 95 % up to 3" in said
    assert "train: characters: 1 to 5, median 3" in said
    assert "train: 2 classes, from x (66.7 %) to y (33.3 %)" in said
    assert said.endswith("0 stop, 0 warn, 5 note")


def written(path: Path, seconds: float, value: int = 0) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes([value, 0]) * int(8000 * seconds))
    return path


def test_files_are_measured_by_their_header_and_compared_by_their_bytes(tmp_path: Path) -> None:
    files = [written(tmp_path / "a.wav", 0.5), written(tmp_path / "b.wav", 1), written(tmp_path / "c.wav", 0.5)]
    files += [written(tmp_path / "d.wav", 0.5, value=1), tmp_path / "e.wav"]
    files[4].write_bytes(b"RIFF, but no sound")
    findings = examine({"train": Examples("sound", files)}, longest=3)
    said = as_text(findings)
    assert "seconds of the 4 that are known without decoding: 0.5 to 1" in said
    assert [finding.where for finding in findings if "repeat" in finding.text] == [(f"{files[2]} as {files[0]}",)]
    assert "what a limit of 3 cuts is known when sounds are decoded" in said


def test_parts_of_one_file_are_not_copies(tmp_path: Path) -> None:
    file = written(tmp_path / "a.wav", 1)
    findings = examine({"train": Examples("sound", [Sound(file, None, 0, 0.5), Sound(file, None, 0.5, 1)])})
    assert not any("repeat" in finding.text for finding in findings)


def test_whoever_knows_the_kind_of_answer_says_it() -> None:
    part = texts([["a", "b"], ["c", "d"]], [["x", "y"], ["x", "z"]])
    assert not any(finding.severity == "stop" for finding in examine({"train": part}, answer="classify"))
    numbers = examine({"train": texts(["a", "b"], ["high", "low"])}, answer="regress")
    assert any("answers must be numbers" in finding.text for finding in numbers)
    with pytest.raises(OptionError, match=r"answer: no such choice\n  got  'tag'\n  try  one of label"):
        examine({"train": part}, answer="tag")


def test_pairs_and_examples_do_not_mix_and_nothing_is_no_data() -> None:
    with pytest.raises(DataError, match=r"must be examples or pairs\n  got  both\n  try  give parts of one kind"):
        examine({"train": GOOD, "test": Pairs.of(["a"], ["b"])})
    with pytest.raises(DataError, match="got  no parts"):
        examine({})


def test_text_of_findings_puts_the_gravest_first() -> None:
    found = [Finding("note", "n"), Finding("stop", "s", ("here", "there"), "mend it"), Finding("warn", "w")]
    lines = as_text(found).splitlines()
    assert lines == [
        "stop  s",
        "      at   here; there",
        "      try  mend it",
        "warn  w",
        "note  n",
        "1 stop, 1 warn, 1 note",
    ]


def test_many_texts_cost_seconds_and_little_memory() -> None:
    items = [f"text number {number % 19_999} of many" for number in range(20_000)]
    part = texts(items, ["+", "-"] * 10_000)
    tracemalloc.start()
    start = time.process_time()
    try:
        findings = examine({"train": part})
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - start < 20
    assert ("a.tsv:20000 as a.tsv:1",) in [finding.where for finding in findings]
