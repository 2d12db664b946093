"""A model of labels, classes or numbers, written to a folder and read again."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from regard.errors import FolderError
from regard.folder.inputs import read_input, write_input
from regard.folder.model import LATER
from regard.folder.options import options_of
from regard.folder.record import WEIGHTS, filled, read_record, unique, write_record
from regard.folder.tensors import read_tensors, write_tensors
from regard.models.answerer import Answerer
from regard.models.assembly import assembled
from regard.models.targets import Targets
from regard.networks.answering import HeadOptions
from regard.networks.base import NetworkOptions

LATER_HEAD = frozenset({"feature_dropout", "propagations"})
"""Choices that the first folders with a head do not have."""


def save_answerer(model: Answerer, folder: Path, record: dict[str, Any]) -> None:
    """Writes the folder; `record` is what training wants remembered. `model.json` comes last: with it, all is there."""
    folder.mkdir(parents=True, exist_ok=True)
    write_input(model.given, folder / "input.json")
    write_tensors(folder / WEIGHTS, unique(model.network))
    write_record(
        folder,
        {
            **record,
            "kind": model.targets.kind,
            "network": asdict(model.network.options),
            "head": asdict(model.network.head),
            "targets": model.targets.to_json(),
        },
        ["input.json"],
    )


def load_answerer(folder: Path) -> tuple[Answerer, dict[str, Any]]:
    """The model of a folder, ready to predict, and its record; a FolderError names what is damaged."""
    record = read_record(folder)
    if record["kind"] == "generate-images":
        rule = f"{folder}: the model paints images, which this does not know"
        raise FolderError(rule, got="a generator of images", hint="regard predict or evaluate, or AttentionGenerator")
    if record["kind"] in ("translate", "generate"):
        raise FolderError(
            f"{folder}: the model must be one that labels, classifies or regresses",
            got=f"a {record['kind'].removesuffix('e')}or",
            hint="regard.AttentionTranslator or AttentionGenerator, or the verbs of the command line",
        )
    given = read_input(folder / "input.json")
    options = options_of(NetworkOptions, record.get("network"), folder, "network", LATER)
    head = options_of(HeadOptions, record.get("head"), folder, "head", LATER_HEAD)
    try:
        targets = Targets.from_json(record["targets"])
    except (KeyError, TypeError, ValueError) as error:
        raise FolderError(
            f"{folder / 'model.json'}: targets must say what is answered", got=str(error)[:200], hint="restore it"
        ) from error
    network = filled(
        folder,
        read_tensors(folder / WEIGHTS),
        options.layers,
        lambda layers: assembled(given, targets, replace(options, layers=layers), head).network,
    )
    return Answerer(given, targets, network), record
