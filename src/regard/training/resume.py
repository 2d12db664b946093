"""The same command again goes on; another command in the same folder is refused with the difference shown."""

import shutil
from pathlib import Path
from typing import Any

from regard.errors import OptionError
from regard.folder.atomic import read_json

LIMITS = {"epochs", "steps", "max_minutes", "patience"}
"""Choices that say how long."""

MAY_CHANGE = {
    *LIMITS,
    *("checkpoint_minutes", "device", "model", "overwrite", "test", "test_source", "test_target"),
    *("data", "source", "target", "x", "y", "encoding", "blank", "valid", "valid_source", "valid_target"),
}
"""Choices that say how long or where, not what: the texts themselves are compared, whatever their files are called."""

FILES = ("model.json", "weights.safetensors", "text.json", "source.json", "target.json", "metrics.jsonl", "card.md")


def check_folder(folder: Path, overwrite: bool) -> None:
    """Raises OptionError for a folder that no model can go into; touches nothing."""
    if not folder.is_dir():
        if folder.exists():
            raise OptionError("--model: must be a folder", got=f"the file {folder}", hint="another name")
        return
    if (folder / "state" / "position.json").is_file() or (overwrite and _holds_a_model(folder)):
        return
    there = sorted(each.name for each in folder.iterdir() if each.name != ".lock")
    if in_the_way := [name for name in there if name in (*FILES, "state")] if overwrite else there:
        way_out = "" if overwrite else ", or --overwrite to delete a model that lies there and keep the rest"
        raise OptionError(
            f"--model: {folder} must be empty or hold a training that can go on",
            got=f"{', '.join(in_the_way[:3])}{' …' if len(in_the_way) > 3 else ''}",
            hint=f"another folder{way_out}",
        )


def prepare(folder: Path, request: dict[str, Any], overwrite: bool) -> bool:
    """Makes the folder ready and says whether a training in it goes on; an OptionError where it must not."""
    check_folder(folder, overwrite)
    if overwrite:
        _clear(folder)
    position = folder / "state" / "position.json"
    if not position.is_file():
        return False
    differing = changed(read_json(position).get("request"), request)
    if differing:
        raise OptionError(
            f"--model: {folder} holds a training of other choices or data",
            got="; ".join(differing[:5]),
            hint="the same command to go on, another folder, or --overwrite to begin anew",
        )
    return True


def is_finished(folder: Path, request: dict[str, Any]) -> bool:
    """Whether the training in the folder came to the end that is asked for now, and its model is there."""
    position = read_json(folder / "state" / "position.json")
    before = position.get("request")
    same = isinstance(before, dict) and all(before.get(name) == request.get(name) for name in LIMITS)
    return same and position.get("finished") is True and (folder / "model.json").is_file()


def changed(before: Any, now: dict[str, Any]) -> list[str]:
    """What differs, as `width 128 → 256`, except what may change."""
    if not isinstance(before, dict):
        return ["nothing is known of the training there"]
    keys = sorted((before.keys() | now.keys()) - MAY_CHANGE - {"data_fingerprint"})
    differing = [f"{key} {before.get(key)!r} → {now.get(key)!r}" for key in keys if before.get(key) != now.get(key)]
    texts = before.get("data_fingerprint") != now.get("data_fingerprint")
    return [*differing, *["other texts"] * texts]


def _clear(folder: Path) -> None:
    """Deletes a model's files and nothing else, so that a mistyped folder keeps what is in it."""
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "state", ignore_errors=True)


def _holds_a_model(folder: Path) -> bool:
    """Whether what lies there under the names of a model's files is one: finished, or being trained."""
    return (folder / "model.json").is_file() or any((folder / "state").glob("*.safetensors"))
