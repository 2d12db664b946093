"""What was acknowledged is there, whole, whatever happens to the process, and damage is named."""

import json
from pathlib import Path

import pytest
import torch
from memories import WIDTH, origins, vectors

from regard.errors import FolderError
from regard.memory import Memory, Origin, exact, view


def opened(folder: Path, writing: bool = True) -> Memory:
    return Memory.open(folder, model="a", width=WIDTH, writing=writing)


def values(memory: Memory) -> list[object]:
    """All of them."""
    return sorted(memory.read(torch.zeros(1, WIDTH), k=10_000).values[0], key=str)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Journals of about ten entries and blocks of a hundred, none of which stay mapped."""
    monkeypatch.setattr(exact, "JOURNAL", 4000)
    monkeypatch.setattr(exact, "BLOCK", 100 * 4 * WIDTH)
    monkeypatch.setattr(view, "RESIDENT", 0)


def test_a_reader_sees_each_write_and_whole_ones_only(small: None, tmp_path: Path) -> None:
    writer, keys = opened(tmp_path / "m"), vectors(300)
    reader = opened(tmp_path / "m", writing=False)
    for start in range(0, 300, 5):
        writer.write(keys[start : start + 5], list(range(start, start + 5)), origins(5, f"part {start}"))
        assert reader.count() == start + 5
        assert reader.read(keys[start : start + 1], k=1).values == [[start]]
    assert values(reader) == values(writer) == sorted(range(300), key=str)
    assert sum(name.startswith("block") for name in names(tmp_path / "m")) > 2
    writer.compact()
    assert values(reader) == sorted(range(300), key=str)
    assert writer.forget("part 20") == 5 and reader.count() == 295
    writer.close()


def test_many_entries_at_once_become_blocks_that_grow_no_further(small: None, tmp_path: Path) -> None:
    memory = opened(tmp_path / "m")
    assert memory.write(vectors(250), list(range(250)), origins(250)) == 250
    memory.write(vectors(1, seed=3), ["last"], origins(1))
    blocks = json.loads((tmp_path / "m" / "memory.json").read_text(encoding="utf-8"))["blocks"]
    assert [each["entries"] for each in blocks] == [100, 100, 50]
    memory.compact()
    memory.close()
    blocks = json.loads((tmp_path / "m" / "memory.json").read_text(encoding="utf-8"))["blocks"]
    assert [each["entries"] for each in blocks] == [100, 100, 51]
    assert names(tmp_path / "m") == [*(each["file"] for each in blocks), "memory.json"]


@pytest.mark.parametrize("cut", [1, 20, 56, 300])
def test_half_a_record_at_the_end_was_never_written(cut: int, tmp_path: Path) -> None:
    memory = opened(tmp_path / "m")
    memory.write(vectors(3), [0, 1, 2], origins(3))
    journal = next((tmp_path / "m").glob("journal-*"))
    whole = journal.stat().st_size
    memory.write(vectors(3, seed=1), [3, 4, 5], origins(3))
    memory.close()
    journal.write_bytes(journal.read_bytes()[: whole + cut])
    assert values(opened(tmp_path / "m", writing=False)) == [0, 1, 2]
    again = opened(tmp_path / "m")
    assert again.damaged() == [] and again.write(vectors(3, seed=1), [3, 4, 5], origins(3)) == 3
    assert values(opened(tmp_path / "m", writing=False)) == [0, 1, 2, 3, 4, 5]
    again.close()


def test_a_damaged_record_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    memory = opened(tmp_path / "m")
    for number in range(3):
        memory.write(vectors(1, seed=number), [number], origins(1))
    memory.close()
    journal = next((tmp_path / "m").glob("journal-*"))
    content = bytearray(journal.read_bytes())
    place = len(content) // 3
    content[place + 100] ^= 1
    journal.write_bytes(content)
    reader = opened(tmp_path / "m", writing=False)
    assert values(reader) == [0, 2]
    assert reader.damaged() == [
        f"{journal}: the records must be those that were written: other bytes from byte {place:,} on"
    ]


@pytest.mark.parametrize("harm", ["bit", "cut", "empty"])
def test_a_damaged_block_is_named_and_the_others_are_read(harm: str, small: None, tmp_path: Path) -> None:
    memory = opened(tmp_path / "m")
    memory.write(vectors(250), list(range(250)), origins(250))
    memory.write(vectors(1, seed=3), ["last"], origins(1))
    memory.close()
    block = sorted((tmp_path / "m").glob("block-*"))[1]
    content = bytearray(block.read_bytes())
    content[len(content) // 2] ^= 4
    block.write_bytes({"bit": content, "cut": content[:-9], "empty": b""}[harm])
    reader = opened(tmp_path / "m", writing=False)
    assert values(reader) == sorted([*range(100), *range(200, 250), "last"], key=str)
    assert reader.count() == 151
    found = "an empty file" if harm == "empty" else "another content"
    rule = f"{block}: the block must be the one that was written: {found}; 100 entries are not read"
    assert reader.damaged() == [rule]
    writer = opened(tmp_path / "m")
    writer.compact()
    assert writer.forget("lesson:1") == 2 and writer.count() == 149 and writer.damaged() == [rule]
    assert writer.write(vectors(250), list(range(250)), origins(250)) == 101 and block.exists()
    writer.close()


def test_a_missing_block_is_told(small: None, tmp_path: Path) -> None:
    memory = opened(tmp_path / "m")
    memory.write(vectors(250), list(range(250)), origins(250))
    memory.close()
    block = sorted((tmp_path / "m").glob("block-*"))[0]
    block.unlink()
    reader = opened(tmp_path / "m", writing=False)
    assert reader.damaged() == [
        f"{block}: the block must be the one that was written: no such file; 100 entries are not read"
    ]
    assert reader.count() == 150


def test_one_process_writes(tmp_path: Path) -> None:
    memory = opened(tmp_path / "m")
    with pytest.raises(FolderError) as caught:
        opened(tmp_path / "m")
    rule, got, hint = str(caught.value).splitlines()
    assert rule == f"{tmp_path / 'm'}: another process is writing to this folder"
    assert got.startswith("  got  a lock held by process ")
    assert hint == "  try  wait for it, or choose another --memory folder"
    memory.close()
    opened(tmp_path / "m").close()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match=r"the folder of a new memory must be empty\n  got  notes\.txt"):
        opened(tmp_path)
    assert names(tmp_path) == ["notes.txt"]
    with pytest.raises(FolderError, match=r"a memory holds memory\.json\n  got  a folder without one"):
        opened(tmp_path, writing=False)
    record = {"format": 1, "about": {"model": "a"}, "blocks": [], "journal": 0, "following": 0}
    (tmp_path / "memory.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(FolderError, match=r"must be as a memory writes it\n  got  'width'"):
        opened(tmp_path, writing=False)
    (tmp_path / "memory.json").write_text('{"format": 9}', encoding="utf-8")
    with pytest.raises(FolderError, match=r"must be as a memory writes it\n  got  format 9; this version reads 1"):
        opened(tmp_path, writing=False)


def test_a_full_disk_leaves_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = opened(tmp_path / "m")
    memory.write(vectors(2), [0, 1], origins(2))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(FolderError, match=r"the entries could not be written\n  got  .*No space left"):
            memory.write(vectors(1, seed=1), [2], origins(1))
    assert values(memory) == [0, 1]
    assert memory.write(vectors(1, seed=2), [3], [Origin("later")]) == 1
    memory.close()
    assert values(opened(tmp_path / "m", writing=False)) == [0, 1, 3]
