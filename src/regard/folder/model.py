"""The model folder: `model.json` with everything needed to build the model again, and its files by checksum.

    model.json            format version, kind, choices, versions, seed, data, checksums of the files below
    weights.safetensors   the network
    source.json, target.json or text.json      the tokenizers of a translator
    input.json            how items become vectors, of the other kinds
    metrics.jsonl, card.md, state/             written by training

Nothing in it is ever executed or imported by name.
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from regard.errors import FolderError
from regard.folder.options import options_of
from regard.folder.record import WEIGHTS, filled, read_record, unique, write_record
from regard.folder.tensors import read_tensors, write_tensors
from regard.inputs.text import Text
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import build

LATER = frozenset({"normalizer", "key_heads", "convolutions", "kernel", "context"})
"""Choices of a network that the first folders of this format do not have."""


def save_texts(model: Translator, folder: Path) -> list[str]:
    """Writes the tokenizers, one file where they are one; the names of the files."""
    if model.source is model.target:
        model.source.save(folder / "text.json")
        return ["text.json"]
    model.source.save(folder / "source.json")
    model.target.save(folder / "target.json")
    return ["source.json", "target.json"]


def save_translator(model: Translator, folder: Path, record: dict[str, Any]) -> None:
    """Writes the folder; `record` is what training wants remembered. `model.json` comes last: with it, all is there."""
    folder.mkdir(parents=True, exist_ok=True)
    names = save_texts(model, folder)
    write_tensors(folder / WEIGHTS, unique(model.network))
    network = asdict(model.network.options)
    write_record(folder, {**record, "kind": "translate", "network": network}, names)


def load_translator(folder: Path) -> tuple[Translator, dict[str, Any]]:
    """The model of a folder, ready to predict, and its record; a FolderError names what is damaged."""
    record = read_record(folder)
    if record["kind"] != "translate":
        raise FolderError(
            f"{folder}: the model must be a translator",
            got=f"one of kind {record['kind']}",
            hint="regard info MODEL tells what it is",
        )
    if "text.json" in record["checksums"]:
        source = target = Text.load(folder / "text.json")
    else:
        source, target = Text.load(folder / "source.json"), Text.load(folder / "target.json")
    options = options_of(NetworkOptions, record.get("network"), folder, "network", LATER)
    network = filled(
        folder,
        read_tensors(folder / WEIGHTS),
        options.layers,
        lambda layers: build(replace(options, layers=layers), source.size, target.size),
    )
    return Translator(source, target, network), record
