"""A generator, written to a folder and read again."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from regard.errors import FolderError
from regard.folder.model import LATER
from regard.folder.options import options_of
from regard.folder.record import WEIGHTS, filled, read_record, unique, write_record
from regard.folder.tensors import read_tensors, write_tensors
from regard.inputs.text import Text
from regard.models.generator import Generator
from regard.networks.base import NetworkOptions
from regard.networks.language import build_language


def save_generator(model: Generator, folder: Path, record: dict[str, Any]) -> None:
    """Writes the folder; `record` is what training wants remembered. `model.json` comes last: with it, all is there."""
    folder.mkdir(parents=True, exist_ok=True)
    model.text.save(folder / "text.json")
    write_tensors(folder / WEIGHTS, unique(model.network))
    told = {"kind": "generate", "network": asdict(model.network.options), "each_line": model.each_line}
    write_record(folder, {**record, **told}, ["text.json"])


def load_generator(folder: Path) -> tuple[Generator, dict[str, Any]]:
    """The model of a folder, ready to predict, and its record; a FolderError names what is damaged."""
    record = read_record(folder)
    if record["kind"] != "generate":
        raise FolderError(
            f"{folder}: the model must be a generator",
            got=f"one of kind {record['kind']}",
            hint="regard info MODEL tells what it is",
        )
    each_line = record.get("each_line")
    if not isinstance(each_line, bool):
        rule = f"{folder / 'model.json'}: each_line must say whether every line is a text of its own"
        raise FolderError(rule, got=repr(each_line)[:80], hint="restore it from a copy")
    text = Text.load(folder / "text.json")
    options = options_of(NetworkOptions, record.get("network"), folder, "network", LATER)
    network = filled(
        folder,
        read_tensors(folder / WEIGHTS),
        options.layers,
        lambda layers: build_language(replace(options, layers=layers), text.size),
    )
    return Generator(text, network, each_line), record
