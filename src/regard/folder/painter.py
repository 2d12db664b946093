"""A generator of images, written to a folder and read again."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from regard.errors import FolderError
from regard.folder.atomic import read_json, write_json
from regard.folder.model import LATER
from regard.folder.options import options_of
from regard.folder.record import WEIGHTS, filled, read_record, unique, write_record
from regard.folder.tensors import read_tensors, write_tensors
from regard.inputs.image import Canvas
from regard.models.painter import FIRST, Painter
from regard.networks.base import NetworkOptions
from regard.networks.language import build_language

KIND = "generate-images"
CANVAS = "canvas.json"


def save_painter(model: Painter, folder: Path, record: dict[str, Any]) -> None:
    """Writes the folder; `record` is what training wants remembered. `model.json` comes last: with it, all is there."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / CANVAS, asdict(model.canvas))
    write_tensors(folder / WEIGHTS, unique(model.network))
    write_record(folder, {**record, "kind": KIND, "network": asdict(model.network.options)}, [CANVAS])


def load_painter(folder: Path) -> tuple[Painter, dict[str, Any]]:
    """The model of a folder, ready to paint, and its record; a FolderError names what is damaged."""
    record = read_record(folder)
    if record["kind"] != KIND:
        rule, hint = f"{folder}: the model must be a generator of images", "regard info MODEL tells what it is"
        raise FolderError(rule, got=f"one of kind {record['kind']}", hint=hint)
    options = options_of(NetworkOptions, record.get("network"), folder, "network", LATER)
    canvas = options_of(Canvas, read_json(folder / CANVAS), folder, "canvas")
    if (options.longest, options.columns) != (canvas.pixels, canvas.columns):
        rule = f"{folder / CANVAS}: rows and columns must be those of the network in model.json"
        got = f"{canvas.pixels} pixels, {canvas.columns} a row; there {options.longest} and {options.columns}"
        raise FolderError(rule, got=got, hint="restore both files from the same copy")
    network = filled(
        folder,
        read_tensors(folder / WEIGHTS),
        options.layers,
        lambda layers: build_language(replace(options, layers=layers), FIRST + canvas.levels),
    )
    return Painter(canvas, network), record
