"""Manifests of sounds and images: rows become items, and broken rows are refused by their line."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from test_malformed import three_lines

from regard.data.items import Sound
from regard.data.recorded import Columns, read_manifest
from regard.errors import RegardError


@pytest.fixture(autouse=True)
def recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sounds").mkdir()
    for name in ("sounds/a.wav", "sounds/b.wav", "c.png"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)


def listed(content: str, name: str = "list.csv", **arguments: Any) -> Any:
    Path(name).write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    return read_manifest(name, **arguments)


def test_a_table_names_files_parts_answers_and_groups() -> None:
    content = 'path,label,start,stop,who\nsounds/a.wav,"yes, please",0.5,1,ann\n\nsounds/b.wav,no,,,bob\n'
    found = listed(content, columns=Columns(groups="who"))
    assert found.kind == "sound" and found.answers == ["yes, please", "no"] and found.groups == ["ann", "bob"]
    assert found.items == [Sound(Path("sounds/a.wav"), start=0.5, stop=1.0), Path("sounds/b.wav")]
    assert list(found.lines) == [2, 4] and found.where(0) == "sounds/a.wav"


def test_paths_start_at_the_manifest() -> None:
    found = listed("path\ty\na.wav\t7\n", "sounds/list.tsv")
    assert found.items == [Path("sounds/a.wav")] and found.answers == ["7"]
    assert listed("file\nc.png\n", columns=Columns(path="file")).answers is None


def test_json_lines_keep_types_and_may_be_packed() -> None:
    content = '{"path": "sounds/a.wav", "y": 2.5}\n\n{"path": "sounds/b.wav", "y": ["a", "b"], "start": 1}\n'
    found = listed(content, "list.jsonl.gz")
    assert found.answers == [2.5, ["a", "b"]] and found.items[1] == Sound(Path("sounds/b.wav"), start=1.0)


# fmt: off
MALFORMED: dict[str, tuple[str, str, dict[str, Any], tuple[str, ...]]] = {
    "another suffix": ("list.txt", "a.wav\n", {}, ("manifest: must be a .csv", "list.txt")),
    "an empty manifest": ("list.csv", "", {}, ("list.csv: must hold text",)),
    "a header alone": ("list.csv", "path,label\n", {}, ("list.csv: must list files", "no row")),
    "no such column": ("list.csv", "file,label\nc.png,a\n", {}, ("list.csv:2: a column is missing", "no 'path'")),
    "no such answer": ("list.csv", "path,label\nc.png,a\n", {"columns": Columns(y="lable")},
                       ("no 'lable'", "'label'? or")),
    "a column twice": ("list.csv", "path,path\nc.png,a\n", {}, ("list.csv:1:", "'path' 2 times")),
    "a cell too many": ("list.tsv", "path\tlabel\nc.png\ta\tb\n", {}, ("list.tsv:2:", "2 cells", "got  3 cells")),
    "an open quote": ("list.csv", 'path,label\nc.png,"a\n', {}, ("list.csv:2:", "sound CSV")),
    "no such file": ("list.csv", "path\nc.png\nd.png\n", {}, ("list.csv:3: d.png: there is no such file", "c.png")),
    "a folder": ("list.csv", "path\nsounds\n", {}, ("list.csv:2: sounds: must be a file", "a folder")),
    "a blank path": ("list.csv", "path,label\n ,a\n", {}, ("list.csv:2: 'path' must not be blank",)),
    "a blank answer": ("list.csv", "path,label\nc.png,a\nc.png,\n", {}, ("list.csv:3: 'label' must not be blank",)),
    "an absent answer": ("list.jsonl", '{"path": "c.png", "label": 1}\n{"path": "c.png"}\n', {},
                         ("list.jsonl:2: a column is missing", "no 'label'")),
    "null": ("list.jsonl", '{"path": "c.png", "label": null}\n', {}, ("'label' must not be blank", "got  None")),
    "a number for a path": ("list.jsonl", '{"path": 7}\n', {}, ("'path' must be a file's name", "got  7")),
    "no JSON": ("list.jsonl", '{"path": "c.png"\n', {}, ("list.jsonl:1: must be JSON",)),
    "a JSON list": ("list.jsonl", '["c.png"]\n', {}, ("list.jsonl:1: must be a JSON object",)),
    "no seconds": ("list.csv", "path,start\nsounds/a.wav,soon\n", {}, ("list.csv:2: 'start' must", "'soon'")),
    "seconds below 0": ("list.csv", "path,stop\nsounds/a.wav,-1\n", {}, ("'stop' must be seconds", "'-1'")),
    "seconds without end": ("list.csv", "path,stop\nsounds/a.wav,inf\n", {}, ("'stop' must be seconds",)),
    "a truth value": ("list.jsonl", '{"path": "sounds/a.wav", "start": true}\n', {}, ("must be seconds", "True")),
    "a part that ends first": ("list.csv", "path,start,stop\nsounds/a.wav,2,1\n", {}, ("csv:2:", "2 to 1 seconds")),
    "two kinds": ("list.csv", "path\nsounds/a.wav\nc.png\n", {}, ("list.csv: files must be of one kind",)),
    "another kind than asked for": ("list.csv", "path\nc.png\n", {"kind": "sound"}, ("must end in .wav .flac .ogg",)),
}
# fmt: on


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_manifests_are_refused(name: str) -> None:
    path, content, arguments, fragments = MALFORMED[name]
    with pytest.raises(RegardError) as caught:
        listed(content, path, **arguments)
    text = three_lines(caught.value)
    assert [fragment for fragment in fragments if fragment not in text] == [], text
