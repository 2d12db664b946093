"""The same command again goes on; another command in the same folder is refused with the difference shown."""

import shutil
from pathlib import Path
from typing import Any

from regard.errors import OptionError
from regard.folder.atomic import read_json

MAY_CHANGE = {
    "epochs",
    "steps",
    "max_minutes",
    "patience",
    "checkpoint_minutes",
    "device",
    "overwrite",
    "test",
    "test_source",
    "test_target",
}
"""Choices that say how long or where, not what."""


def prepare(folder: Path, request: dict[str, Any], overwrite: bool) -> bool:
    """Makes the folder ready and says whether a training in it goes on; an OptionError where it must not."""
    if folder.exists() and not folder.is_dir():
        raise OptionError("--model: must be a folder", got=f"the file {folder}", hint="another name")
    if overwrite:
        _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    position = folder / "state" / "position.json"
    if not position.is_file():
        strangers = sorted(each.name for each in folder.iterdir() if each.name != ".lock")
        if strangers:
            raise OptionError(
                f"--model: {folder} must be empty or hold a training that can go on",
                got=f"{', '.join(strangers[:3])}{' …' if len(strangers) > 3 else ''}",
                hint="another folder, or --overwrite to delete a model that lies there",
            )
        return False
    differing = changed(read_json(position).get("request"), request)
    if differing:
        raise OptionError(
            f"--model: {folder} holds a training of other choices or data",
            got="; ".join(differing[:5]),
            hint="the same command to go on, another folder, or --overwrite to begin anew",
        )
    return True


def changed(before: Any, now: dict[str, Any]) -> list[str]:
    """What differs, as `width 128 → 256`, except what may change."""
    if not isinstance(before, dict):
        return ["nothing is known of the training there"]
    keys = sorted((before.keys() | now.keys()) - MAY_CHANGE)
    return [f"{key} {before.get(key)!r} → {now.get(key)!r}" for key in keys if before.get(key) != now.get(key)]


def _clear(folder: Path) -> None:
    """Deletes a model's files and nothing else, so that a mistyped folder keeps what is in it."""
    for name in (
        "model.json",
        "weights.safetensors",
        "text.json",
        "source.json",
        "target.json",
        "metrics.jsonl",
        "card.md",
    ):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "state", ignore_errors=True)
