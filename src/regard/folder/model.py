"""The model folder: `model.json` with everything needed to build the model again, and its files by checksum.

    model.json            format version, kind, choices, versions, seed, data, checksums of the files below
    weights.safetensors   the network
    source.json, target.json or text.json      the tokenizers
    metrics.jsonl, card.md, state/             written by training

Nothing in it is ever executed or imported by name.
"""

import hashlib
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from regard.errors import FolderError, RegardError
from regard.folder.atomic import read_json, write_json
from regard.folder.tensors import read_tensors, write_tensors
from regard.inputs.text import Text
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import build

FORMAT = 1
LATER = {"normalizer", "key_heads"}
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
    write_tensors(folder / "weights.safetensors", unique(model.network))
    sums = {name: checksum(folder / name) for name in [*names, "weights.safetensors"]}
    network = asdict(model.network.options)
    write_json(
        folder / "model.json",
        {**record, "format": FORMAT, "kind": "translate", "network": network, "checksums": sums},
    )


def load_translator(folder: Path) -> tuple[Translator, dict[str, Any]]:
    """The model of a folder, ready to predict, and its record; a FolderError names what is damaged."""
    record = read_record(folder)
    if "text.json" in record["checksums"]:
        source = target = Text.load(folder / "text.json")
    else:
        source, target = Text.load(folder / "source.json"), Text.load(folder / "target.json")
    weights = read_tensors(folder / "weights.safetensors")
    options = options_of(record, folder)
    check_weights(weights, options, (source.size, target.size), folder)
    network = build(options, source.size, target.size)
    network.load_state_dict(weights, strict=False)
    network.eval()
    return Translator(source, target, network), record


def check_weights(weights: dict[str, Tensor], options: NetworkOptions, sizes: tuple[int, int], folder: Path) -> None:
    """Raises FolderError unless these are the weights of such a network; costs no memory, whatever model.json says."""
    found = {name: tensor.shape for name, tensor in weights.items()}
    try:
        with torch.device("meta"):
            network = build(replace(options, layers=min(options.layers, len(found) + 1)), *sizes)
        expected = {name: tensor.shape for name, tensor in unique(network).items()}
    except (RegardError, RuntimeError, TypeError, ArithmeticError) as error:
        raise FolderError(
            f"{folder / 'model.json'}: network must be one that can be built",
            got=error.rule if isinstance(error, RegardError) else str(error).splitlines()[0][:200],
            hint="restore it from a copy",
        ) from error
    if wrong := sorted(name for name in expected.keys() | found if expected.get(name) != found.get(name)):
        raise FolderError(
            f"{folder / 'weights.safetensors'}: the weights must fit the network of model.json",
            got=f"{len(wrong)} that do not: {', '.join(wrong[:3])}",
            hint="restore both files from the same copy",
        )


def read_record(folder: Path) -> dict[str, Any]:
    """model.json, once its form and the checksums of the files it names have been verified."""
    path = folder / "model.json"
    if not path.is_file():
        what = "a folder without one" if folder.is_dir() else "a file" if folder.exists() else "no such folder"
        raise FolderError(f"{folder}: a model folder holds model.json", got=what, hint="regard train … --model DIR")
    record = read_json(path)
    if record.get("format") != FORMAT or record.get("kind") != "translate":
        raise FolderError(
            f"{path}: format {FORMAT} of kind translate is what this version reads",
            got=f"format {record.get('format')!r}, kind {record.get('kind')!r}",
            hint="a newer regard, or train again",
        )
    sums = record.get("checksums")
    texts = {"text.json"} if isinstance(sums, dict) and "text.json" in sums else {"source.json", "target.json"}
    if not isinstance(sums, dict) or set(sums) != texts | {"weights.safetensors"}:
        raise FolderError(f"{path}: the checksums must name the model's files", got=repr(sums)[:80], hint="restore it")
    for name, expected in sums.items():
        if not (folder / name).is_file() or checksum(folder / name) != expected:
            found = "another content" if (folder / name).is_file() else "no such file"
            raise FolderError(
                f"{folder / name}: the file must be the one that was saved",
                got=found,
                hint="restore it from a copy",
            )
    return record


def options_of(record: dict[str, Any], folder: Path) -> NetworkOptions:
    """The network's choices, every one of them there and of its type; those that came later have defaults."""
    kinds = {field.name: field.type for field in fields(NetworkOptions)}
    given = record.get("network")
    if isinstance(given, dict) and kinds.keys() - LATER <= given.keys() <= kinds.keys():
        good = all(
            type(value) is kinds[name] or (kinds[name] is float and type(value) is int) for name, value in given.items()
        )
        if good:
            return NetworkOptions(**given)
    raise FolderError(
        f"{folder / 'model.json'}: network must hold every choice, each of its type",
        got=repr(given)[:80],
        hint="restore it from a copy",
    )


def unique(network: nn.Module) -> dict[str, Tensor]:
    """The network's parameters, a shared one under its first name only."""
    return {name: parameter.detach() for name, parameter in network.named_parameters()}


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
