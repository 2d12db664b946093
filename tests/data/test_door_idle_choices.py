"""The door to examples refuses a choice that nothing would heed, and misses answers only where they are needed."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regard.data.choices import ReadingChoices
from regard.data.door import read_examples
from regard.errors import DataError, OptionError

NAMES = ["format", "x", "y", "groups", "id", "time", "name_pattern", "part", "label_separator", "encoding", "blank"]
VALUES = ["lines", "1", "2", "3", "1", "2", "{label}_{}.wav", "train", ":", "latin-1", "skip"]
CHOICES: dict[str, Any] = {**dict(zip(NAMES, VALUES, strict=True)), "directed": True}
EVERYWHERE = {"input", "folds", "fold"}
FILES: list[tuple[list[str], str, str, set[str]]] = [
    (["mails"], "text", "a folder of texts", {"name_pattern"}),
    (["a.tsv"], "text", "files of texts", set(CHOICES) - {"id", "time", "name_pattern", "directed"}),
    (["words"], "sound", "a folder of sounds", {"name_pattern"}),
    (["list.csv"], "sound", "a manifest", {"x", "y", "groups", "encoding"}),
    (["list.csv"], "image", "a manifest", {"x", "y", "groups", "encoding"}),
    (["train-idx3"], "image", "IDX files", set()),
    (["a.npy"], "image", "arrays", set()),
    (["a.npy"], "series", "arrays", set()),
    (["a.npy"], "vectors", "arrays", set()),
    (["a.ts"], "series", "a .ts file", {"encoding"}),
    (["a.csv"], "series", "a long table", {"id", "time", "x", "y", "groups", "encoding"}),
    (["graphs.txt"], "graph", "a file of graphs", set()),
    (["mails"], "graph", "a folder of graphs", {"y"}),
    (["nodes.tsv", "edges.tsv"], "graph", "tables of nodes and edges", {"id", "x", "y", "directed", "encoding"}),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("mails", "words"):
        Path(folder).mkdir()


@pytest.mark.parametrize(
    ("files", "kind", "what", "known"),
    FILES,
    ids=lambda each: str(sorted(each) if isinstance(each, set) else each)[:30],
)
def test_a_choice_that_means_nothing_is_refused(
    files: list[str], kind: str, what: str, known: set[str], here: None
) -> None:
    for name, value in CHOICES.items():
        given: dict[str, Any] = {"input": kind, **({"id": "a"} if what == "a long table" else {}), name: value}
        if name in known:
            continue
        with pytest.raises(OptionError) as error:
            read_examples(files, answer=None, choices=ReadingChoices(**given))
        flag = "--" + name.replace("_", "-")
        assert str(error.value) == f"{flag}: means nothing for {what}\n  got  {value!r}\n  try  leave {flag} out"


def test_every_choice_is_tried() -> None:
    assert set(CHOICES) == {each.name for each in fields(ReadingChoices)} - EVERYWHERE


def test_a_folder_of_arrays_in_folders_of_classes_is_vectors(here: None) -> None:
    for name in ("sets/a/1.npy", "sets/b/1.npy"):
        Path(name).parent.mkdir(parents=True)
        np.save(name, np.zeros((3, 2)))
    found = read_examples(["sets"], answer="classify", choices=ReadingChoices()).train
    assert (found.kind, found.answers) == ("vectors", ["a", "b"])


def test_answers_that_are_not_there_are_missed_only_where_they_are_needed(here: None) -> None:
    Path("words.conll").write_text("New\nYork\n\nRome\n", encoding="utf-8")
    found = read_examples(["words.conll"], answer="label", choices=ReadingChoices(), needed=False).train
    assert (found.items, found.answers) == ([["New", "York"], ["Rome"]], None)
    with pytest.raises(DataError, match="must hold answers to label"):
        read_examples(["words.conll"], answer="label", choices=ReadingChoices())
    (Path("words") / "a.wav").write_bytes(b"RIFF")
    with pytest.raises(DataError, match="a sub-folder for each class, or names that tell it: --name-pattern"):
        read_examples(["words"], answer="classify", choices=ReadingChoices())
