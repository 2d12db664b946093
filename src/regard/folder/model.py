"""The model folder: `model.json` with everything needed to build the model again, and its files by checksum.

    model.json            format version, kind, choices, versions, seed, data, checksums of the files below
    weights.safetensors   the network
    source.json, target.json or text.json      the tokenizers of a translator of texts
    input.json            how items become vectors, of the other kinds; with target.json of a translator of items
    metrics.jsonl, card.md, state/             written by training

Nothing in it is ever executed or imported by name.
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from regard.errors import FolderError
from regard.folder.inputs import read_input, write_input
from regard.folder.options import options_of
from regard.folder.record import WEIGHTS, filled, read_record, unique, write_record
from regard.folder.tensors import read_tensors, write_tensors
from regard.inputs.base import Input
from regard.inputs.text import Text
from regard.models.assembly import translating
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.items import Source, SourceOptions

LATER = frozenset(
    {
        *("normalizer", "key_heads", "convolutions", "kernel", "context", "members", "columns", "pattern"),
        *("feature_map", "random_features", "redraw", "decay", "tying", "word_order"),
    }
)
"""Choices of a network that the first folders of this format do not have."""


def save_sides(model: Translator, folder: Path) -> list[str]:
    """Writes what reads the source and the target's tokenizer, one file where they are one; the names of the files."""
    if isinstance(model.source, Text) and model.source is model.target:
        model.source.save(folder / "text.json")
        return ["text.json"]
    model.target.save(folder / "target.json")
    if isinstance(model.source, Text):
        model.source.save(folder / "source.json")
        return ["source.json", "target.json"]
    write_input(model.source, folder / "input.json")
    return ["input.json", "target.json"]


def save_translator(model: Translator, folder: Path, record: dict[str, Any]) -> None:
    """Writes the folder; `record` is what training wants remembered. `model.json` comes last: with it, all is there."""
    folder.mkdir(parents=True, exist_ok=True)
    names = save_sides(model, folder)
    write_tensors(folder / WEIGHTS, unique(model.network))
    kept = {**record, "kind": "translate", "network": asdict(model.network.options)}
    if isinstance(model.network.source, Source):
        kept["source"] = asdict(model.network.source.how)
    write_record(folder, kept, names)


def load_translator(folder: Path) -> tuple[Translator, dict[str, Any]]:
    """The model of a folder, ready to predict, and its record; a FolderError names what is damaged."""
    record = read_record(folder)
    if record["kind"] != "translate":
        raise FolderError(
            f"{folder}: the model must be a translator",
            got=f"one of kind {record['kind']}",
            hint="regard info MODEL tells what it is",
        )
    source, target = load_sides(folder, record["checksums"])
    options = options_of(NetworkOptions, record.get("network"), folder, "network", LATER)
    how = None
    if not isinstance(source, Text):
        how = options_of(SourceOptions, record.get("source"), folder, "source")
    network = filled(
        folder,
        read_tensors(folder / WEIGHTS),
        options.layers,
        lambda layers: translating(source, target, replace(options, layers=layers), how),
    )
    return Translator(source, target, network), record


def load_sides(folder: Path, names: Iterable[str]) -> tuple[Text | Input, Text]:
    """What `save_sides` wrote into the files of these names."""
    if "text.json" in names:
        text = Text.load(folder / "text.json")
        return text, text
    if "input.json" in names:
        return read_input(folder / "input.json"), Text.load(folder / "target.json")
    return Text.load(folder / "source.json"), Text.load(folder / "target.json")
