"""The same command again goes on; another command in the same folder is refused with the difference shown."""

import shutil
from pathlib import Path
from typing import Any

from regard.errors import OptionError
from regard.networks.base import NetworkOptions
from regard.training.checkpoint import newest
from regard.training.defaults import ONLY
from regard.training.events import EVENTS

LIMITS = {"epochs", "steps", "max_minutes", "patience"}
"""Choices that say how long."""

MAY_CHANGE = {
    *LIMITS,
    *(
        "checkpoint_minutes",
        "checkpoint_steps",
        "skip_bad_batches",
        "device",
        "model",
        "overwrite",
        "strict",
        "start",
        "profile",
        "tensorboard",
    ),
    *("test", "test_source", "test_target"),
    *("data", "source", "target", "x", "y", "encoding", "blank", "valid", "valid_source", "valid_target"),
    *("source_tokenizer", "target_tokenizer", "word_vectors"),
}
"""Choices that say how long or where, not what: contents are compared, whatever their files are called."""

CONTENTS = {
    "source_tokenizer_fingerprint": "another source tokenizer",
    "target_tokenizer_fingerprint": "another target tokenizer",
    "word_vectors_fingerprint": "other word vectors",
    "start_fingerprint": "another model to begin with",
    "data_fingerprint": "other texts",
}
"""Hashes of what the files hold, and what is said where one differs."""

FILES = (
    *("model.json", "weights.safetensors", "text.json", "source.json", "target.json", "input.json", "canvas.json"),
    *("metrics.jsonl", "card.md", "curves.png"),
)


def check_folder(folder: Path, overwrite: bool) -> None:
    """Raises OptionError for a folder that no model can go into; touches nothing."""
    if not folder.is_dir():
        if folder.exists():
            raise OptionError("--model: must be a folder", got=f"the file {folder}", hint="another name")
        return
    if (folder / "state" / "position.json").is_file() or (overwrite and _holds_a_model(folder)):
        return
    there = sorted(each.name for each in folder.iterdir() if not (_ours(each) or _only_begun(each)))
    if in_the_way := [name for name in there if name in (*FILES, "state")] if overwrite else there:
        way_out = "" if overwrite else ", or --overwrite to delete a model that lies there and keep the rest"
        raise OptionError(
            f"--model: {folder} must be empty or hold a training that can go on",
            got=f"{', '.join(in_the_way[:3])}{' …' if len(in_the_way) > 3 else ''}",
            hint=f"another folder{way_out}",
        )


def goes_on(folder: Path, request: dict[str, Any], defaults: dict[str, Any], overwrite: bool) -> bool:
    """Whether a training in the folder goes on; an OptionError where none may go in. Touches nothing.

    `defaults` are the choices' own: an older version did not know every one.
    """
    check_folder(folder, overwrite)
    position = folder / "state" / "position.json"
    if overwrite or not position.is_file():
        return False
    differing = changed(newest(folder).get("request"), request, defaults)
    if differing:
        raise OptionError(
            f"--model: {folder} holds a training of other choices or data",
            got="; ".join(differing[:5]),
            hint="the same command to go on, another folder, or --overwrite to begin anew",
        )
    return True


def is_finished(folder: Path, request: dict[str, Any]) -> bool:
    """Whether the training in the folder came to the end that is asked for now, and its model is there."""
    before = newest(folder)
    asked = before.get("request")
    same = isinstance(asked, dict) and all(asked.get(name) == request.get(name) for name in LIMITS)
    return same and before.get("finished") is True and (folder / "model.json").is_file()


def changed(before: Any, now: dict[str, Any], defaults: dict[str, Any]) -> list[str]:
    """What differs, as `width 128 → 256`, except what may change."""
    if not isinstance(before, dict):
        return ["nothing is known of the training there"]
    before = {**defaults, **before}
    before, now = _spelled_out(before), _spelled_out(now)
    different = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)} - MAY_CHANGE
    choices = [f"{key} {before.get(key)!r} → {now.get(key)!r}" for key in sorted(different - CONTENTS.keys())]
    return [*choices, *(told for key, told in CONTENTS.items() if key in different)]


def _spelled_out(request: dict[str, Any]) -> dict[str, Any]:
    """The same with a network's defaults: to leave one out, or to say it, is one choice."""
    names = [name for names in ONLY.values() for name in names if request.get(name) is None]
    return {**request, **{name: getattr(NetworkOptions, name, None) for name in names}}


def clear(folder: Path) -> None:
    """Deletes a model's files and nothing else, so that a mistyped folder keeps what is in it."""
    for each in (*(folder / name for name in FILES), *folder.glob(EVENTS)):
        each.unlink(missing_ok=True)
    shutil.rmtree(folder / "state", ignore_errors=True)


def _ours(path: Path) -> bool:
    """The lock, or what a killed process left half written."""
    return path.name == ".lock" or (path.name.startswith(".") and path.suffix == ".tmp")


def _only_begun(path: Path) -> bool:
    """Whether it is the state of a training that was killed before it first said where it stood: nothing is lost."""
    return path.name == "state" and path.is_dir() and all(_ours(each) or _is_weights(each) for each in path.iterdir())


def _is_weights(path: Path) -> bool:
    return path.suffix == ".safetensors" and path.name.split("-")[0] in ("step", "epoch", "best")


def _holds_a_model(folder: Path) -> bool:
    """Whether what lies there under the names of a model's files is one: finished, or being trained."""
    return (folder / "model.json").is_file() or any((folder / "state").glob("*.safetensors"))
