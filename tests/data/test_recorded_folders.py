"""Folders of recordings: classes from folders or names, and every folder that is not one refused."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_malformed import three_lines

from regard.data.recorded import read_folder
from regard.errors import DataError, OptionError, RegardError


def files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("some text\n", encoding="utf-8")
    return folder


def test_a_folder_a_class_in_the_order_of_names(tmp_path: Path) -> None:
    found = read_folder(files(tmp_path, "yes/b.wav", "no/c.FLAC", "yes/a.ogg", "yes/.hidden", ".git/x"))
    assert found.kind == "sound" and found.answers == ["no", "yes", "yes"] and found.groups is None
    assert found.items == [tmp_path / "no/c.FLAC", tmp_path / "yes/a.ogg", tmp_path / "yes/b.wav"]
    assert found.where(1) == str(tmp_path / "yes/a.ogg")


def test_names_tell_class_and_group(tmp_path: Path) -> None:
    files(tmp_path, "9_theo_13.wav", "0_jackson_2.wav")
    found = read_folder(tmp_path, name_pattern="{label}_{group}_{}.wav")
    assert found.answers == ["0", "9"] and found.groups == ["jackson", "theo"]
    assert read_folder(tmp_path, "sound").answers is None
    classes = files(tmp_path / "classes", "yes/ann_1.png", "no/bob-b_2.png")
    found = read_folder(classes, name_pattern="{group}_{}.png")
    assert found.kind == "image" and found.answers == ["no", "yes"] and found.groups == ["bob-b", "ann"]


def test_texts_are_read_whole(tmp_path: Path) -> None:
    files(tmp_path, "good/a.txt", "bad/b.txt")
    (tmp_path / "bad/b.txt").write_bytes(b"one\r\ntwo\n")
    assert read_folder(tmp_path).items == ["one\ntwo", "some text"]


def test_links_inside_the_folder_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files(tmp_path, "yes/a.wav", "no/b.wav")
    (tmp_path / "no/c.wav").symlink_to("../yes/a.wav")
    monkeypatch.chdir(tmp_path)
    assert len(read_folder(".")) == 3


def pipe(folder: Path) -> None:
    os.mkfifo(files(folder, "a.wav") / "b.wav")


def linked(to: str) -> Callable[[Path], None]:
    return lambda folder: (files(folder, "yes/a.wav") / "yes/b.wav").symlink_to(to)


# fmt: off
MALFORMED: dict[str, tuple[Callable[[Path], Any], dict[str, Any], tuple[str, ...]]] = {
    "an empty folder": (lambda f: None, {}, (".: must hold files", "an empty folder")),
    "hidden files alone": (lambda f: files(f, ".a.wav"), {}, (".: must hold files",)),
    "no folder": (lambda f: files(f, "digits/a.wav"), {"folder": "digit"}, ("digit: there is no such", "digits")),
    "a file": (lambda f: files(f, "a.wav"), {"folder": "a.wav"}, ("a.wav: must be a folder", "got  a file")),
    "a strange suffix": (lambda f: files(f, "a.wav", "b.mp3", "c.mp3"), {},
                         ("must end in .wav", "2 of 3 files", "first b.mp3", "ffmpeg")),
    "a strange suffix in a class": (lambda f: files(f, "yes/a.wav", "yes/b"), {}, ("1 of 2 files", "yes/b")),
    "two kinds": (lambda f: files(f, "a.wav", "b.png", "c.jpg"), {}, ("one kind", "2 of image, 1 of sound")),
    "another kind than asked for": (lambda f: files(f, "a.wav", "b.png"), {"kind": "image"},
                                    (".png .jpg", "1 of 2 files", "first a.wav")),
    "a kind that is none": (lambda f: files(f, "a.wav"), {"kind": "sonnd"}, ("kind:", "'sonnd'", "'sound'? or")),
    "an empty class": (lambda f: files(f, "yes/a.wav", "no/.b.wav"), {}, ("no: a class must hold", "rmdir no")),
    "a folder in a class": (lambda f: files(f, "yes/old/a.wav"), {}, ("yes: a class holds files only", "yes/old")),
    "files beside classes": (lambda f: files(f, "yes/a.wav", "README.md"), {},
                             ("folders or files, not both", "1 folders and 1 files, first README.md")),
    "a link that leaves": (linked("/etc/passwd"), {}, ("yes/b.wav: links must stay inside", "copy what")),
    "a link to nothing": (linked("c.wav"), {}, ("yes/b.wav: there is no such file",)),
    "a pipe": (pipe, {}, ("b.wav: must be a file", "a pipe or a device")),
    "an empty text": (lambda f: files(f, "b.txt").joinpath("b.txt").write_bytes(b""), {}, ("b.txt: must hold text",)),
    "a name of another form": (lambda f: files(f, "a_1.wav", "b.wav"), {"name_pattern": "{label}_{}.wav"},
                               ("b.wav: names must follow '{label}_{}.wav'", "the name 'b.wav'")),
    "a name with an empty field": (lambda f: files(f, "_1.wav"), {"name_pattern": "{label}_{}.wav"}, ("_1.wav: na",)),
    "another beginning": (lambda f: files(f, "b_1.wav"), {"name_pattern": "a_{label}.wav"}, ("b_1.wav: names",)),
    "a name with two readings": (lambda f: files(f, "sea_lion_3.wav"), {"name_pattern": "{label}_{}.wav"},
                                 ("sea_lion_3.wav: '{label}_{}.wav' must fit a name in one way", "'_'")),
    "a pattern for nothing": (lambda f: files(f, "a.wav"), {"name_pattern": "{}.wav"}, ("must hold {label}",)),
    "a field twice": (lambda f: files(f, "a.wav"), {"name_pattern": "{label}-{label}"}, ("each once",)),
    "an unknown field": (lambda f: files(f, "a.wav"), {"name_pattern": "{class}.wav"}, ("fields are", "'class'")),
    "a field with a form": (lambda f: files(f, "a.wav"), {"name_pattern": "{label!r:>9}"}, ("'label!r:>9'",)),
    "fields side by side": (lambda f: files(f, "a.wav"), {"name_pattern": "{label}{group}"}, ("between two fields",)),
    "an open brace": (lambda f: files(f, "a.wav"), {"name_pattern": "{label"}, ("must be sound", "'{label'")),
    "classes told twice": (lambda f: files(f, "yes/a.wav"), {"name_pattern": "{label}.wav"},
                           ("folders already tell the classes",)),
}
# fmt: on


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_folders_are_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, arguments, fragments = MALFORMED[name]
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RegardError) as caught:
        read_folder(**{"folder": ".", **arguments})
    assert type(caught.value) in (DataError, OptionError)
    text = three_lines(caught.value)
    assert [fragment for fragment in fragments if fragment not in text] == [], text
