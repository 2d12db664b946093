"""A model's folder belongs to one training at a time, and a mistyped folder keeps what is in it."""

from pathlib import Path

import pytest
from command_line import NETWORKS, TINY, Data, Run

from regard.folder.lock import locked


def words(data: Data, folder: Path, *more: str) -> list[str]:
    short = ["--steps", "2", *NETWORKS["transformer"]]
    return ["train", "translate", str(data.tsv), "--model", str(folder), *TINY, *short, *more]


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("more", [[], ["--overwrite"], ["--seed", "3"]], ids=" ".join)
def test_a_folder_that_another_training_writes_to_is_left_alone(
    more: list[str], run: Run, data: Data, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    assert run(*words(data, folder)).code == 0
    before = contents(folder)
    with locked(folder):
        text = run(*words(data, folder, *more)).said_and_refused
    assert text.startswith(f"{folder}: another training is writing to this folder\n  got  a lock held by process ")
    assert contents(folder) == before
    assert run(*words(data, folder)).code == 0


def test_the_lock_falls_with_its_process_even_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "model"):
        _ = 1 / 0
    with locked(tmp_path / "model"):
        pass


def test_a_folder_with_strangers_is_refused_before_anything_is_read(run: Run, data: Data, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    text = run(*words(data, tmp_path)).refused
    assert "must be empty or hold a training that can go on\n  got  a.txt, b.txt, c.txt …" in text
    assert "another folder, or --overwrite to delete a model that lies there and keep the rest" in text
    assert len(contents(tmp_path)) == 4 and not (tmp_path / ".lock").exists()


def test_overwriting_begins_anew_and_keeps_what_is_not_the_models(run: Run, data: Data, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    assert run(*words(data, folder, "--seed", "3")).code == 0
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "more").mkdir()
    (folder / "more" / "target.json").write_text("mine", encoding="utf-8")
    answer = run(*words(data, folder, "--overwrite"))
    assert answer.code == 0 and "Going on" not in answer.err
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (folder / "more" / "target.json").read_text(encoding="utf-8") == "mine"
    fresh = tmp_path / "fresh"
    assert run(*words(data, fresh)).code == 0
    assert (folder / "weights.safetensors").read_bytes() == (fresh / "weights.safetensors").read_bytes()


@pytest.mark.parametrize(
    "wrong",
    [
        ["--longest", "2"],
        ["--source-tokenizer", "absent.json"],
        ["--valid", "absent.tsv"],
        ["--positions", "learned", "--longest", "9", "--test", "long.tsv"],
    ],
    ids=" ".join,
)
def test_overwriting_that_is_refused_leaves_the_old_model(
    wrong: list[str], run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("long.tsv").write_text("rot " * 10 + "\tred\n", encoding="utf-8")
    assert run(*words(data, Path("model"))).code == 0
    before = contents(tmp_path)
    own = "--source-tokenizer" in wrong
    command = [word for word in words(data, Path("model")) if not own or word not in ("--tokens", "word")]
    assert run(*command, "--overwrite", *wrong).said_and_refused
    assert contents(tmp_path) == before and run("info", "model").code == 0


@pytest.mark.parametrize("where", ["texts", "Loop"])
def test_overwriting_that_is_interrupted_before_the_first_step_says_that_nothing_was_learned(
    where: str, run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    assert run(*words(data, tmp_path / "model")).code == 0
    before = contents(tmp_path)
    monkeypatch.setattr(f"regard.training.translate.{where}", interrupted)
    answer = run(*words(data, tmp_path / "model", "--overwrite"))
    assert answer.code == 130 and answer.err.endswith("\nInterrupted. Nothing was learned yet.\n")
    assert contents(tmp_path) == before


def test_overwriting_in_a_folder_without_a_model_deletes_nothing(run: Run, data: Data, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "source.json").write_text("the user's own", encoding="utf-8")
    (folder / "state").mkdir()
    (folder / "state" / "notes.txt").write_text("mine", encoding="utf-8")
    text = run(*words(data, folder, "--overwrite")).refused
    assert "got  source.json, state" in text and "try  another folder\n" in text
    assert len(contents(folder)) == 2


def test_overwriting_beside_strangers_trains_there(run: Run, data: Data, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert run(*words(data, tmp_path, "--overwrite")).code == 0
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert run("info", tmp_path).code == 0


@pytest.mark.parametrize(("place", "rule"), [("file", "must be a folder"), ("file/model", "that can be written to")])
def test_a_file_in_the_place_of_the_folder_is_refused(
    place: str, rule: str, run: Run, data: Data, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("text", encoding="utf-8")
    assert rule in run(*words(data, tmp_path / place)).said_and_refused
    assert (tmp_path / "file").read_text(encoding="utf-8") == "text"


def test_an_interrupted_write_leaves_the_old_file(
    run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*words(data, tmp_path / "model")).code == 0
    before = contents(tmp_path / "model")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    text = run(*words(data, tmp_path / "model", "--epochs", "90", "--steps", "4")).said_and_refused
    assert "the file could not be written" in text and "No space left" in text
    after = contents(tmp_path / "model")
    assert {name: after[name] for name in ("model.json", "weights.safetensors")} == {
        name: before[name] for name in ("model.json", "weights.safetensors")
    }
    assert not [name for name in after if name.endswith(".tmp")]
