"""A model as the bytes of its folder: how joblib and pickle keep an estimator, without any module in it."""

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from regard.errors import OptionError
from regard.folder.answerer import load_answerer, save_answerer
from regard.models.answerer import Answerer
from regard.training.devices import device

FILES = ("model.json", "input.json", "weights.safetensors")


def as_bytes(model: Answerer, record: dict[str, Any]) -> dict[str, bytes]:
    """The files of its folder, by name."""
    with tempfile.TemporaryDirectory() as folder:
        save_answerer(model, Path(folder), record)
        return {name: (Path(folder) / name).read_bytes() for name in FILES}


def from_bytes(files: dict[str, bytes]) -> Answerer:
    """The model again. Raises FolderError where the files are damaged."""
    with tempfile.TemporaryDirectory() as folder:
        for name in FILES:
            (Path(folder) / name).write_bytes(files.get(name, b""))
        return load_answerer(Path(folder))[0]


def placed(model: Answerer, name: str) -> Answerer:
    """The model on the device of this name, if there is one; else where it is."""
    with suppress(OptionError):
        model.network.to(device(name))
    return model


def in_json(values: dict[str, Any]) -> dict[str, Any]:
    """Those of the values that JSON can hold."""
    return {name: each for name, each in values.items() if isinstance(each, str | int | float | bool | None)}


def told(record: dict[str, Any], name: str, known: Any) -> dict[str, Any]:
    """The part of a record under this name, of the known names alone; empty for what a command has trained."""
    part = record.get(name)
    return {key: value for key, value in part.items() if key in known} if isinstance(part, dict) else {}
