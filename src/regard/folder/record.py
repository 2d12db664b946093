"""model.json: format, kind, choices, and the checksums of the files beside it; written last, verified first."""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from regard.errors import FolderError, RegardError
from regard.folder.atomic import read_json, write_json
from regard.layers.unfilled import Unfilled

Model = TypeVar("Model", bound=nn.Module)

FORMAT = 1
WEIGHTS = "weights.safetensors"
FILES: dict[str, tuple[set[str], ...]] = {
    "translate": ({"text.json"}, {"source.json", "target.json"}, {"input.json", "target.json"}),
    "generate": ({"text.json"},),
    "generate-images": ({"canvas.json"},),
    **dict.fromkeys(("label", "classify", "regress"), ({"input.json"},)),
}
"""What lies beside the weights, by kind of model: one of these sets of files."""


def write_record(folder: Path, record: dict[str, Any], names: Iterable[str]) -> None:
    """model.json with the format and the checksums of the named files and the weights."""
    sums = {name: checksum(folder / name) for name in [*names, WEIGHTS]}
    write_json(folder / "model.json", {**record, "format": FORMAT, "checksums": sums})


def read_record(folder: Path) -> dict[str, Any]:
    """model.json, once its form and the checksums of the files it names have been verified."""
    path = folder / "model.json"
    if not path.is_file():
        what = "a folder without one" if folder.is_dir() else "a file" if folder.exists() else "no such folder"
        raise FolderError(f"{folder}: a model folder holds model.json", got=what, hint="regard train … --model DIR")
    record = read_json(path)
    if record.get("format") != FORMAT or record.get("kind") not in [*FILES]:
        raise FolderError(
            f"{path}: format {FORMAT} of kind {', '.join(FILES)} is what this version reads",
            got=f"format {record.get('format')!r:.60}, kind {record.get('kind')!r:.60}",
            hint="a newer regard, or train again",
        )
    sums = record.get("checksums")
    if not isinstance(sums, dict) or set(sums) - {WEIGHTS} not in FILES[record["kind"]] or WEIGHTS not in sums:
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


def filled(folder: Path, weights: dict[str, Tensor], layers: int, make: Callable[[int], Model]) -> Model:
    """The network that `make` builds of so many layers, with these weights.

    It is built without memory first and its shapes are compared, so that no model.json can ask for more than the
    weights have. Raises FolderError where they do not fit.
    """
    found = {name: tensor.shape for name, tensor in weights.items()}
    try:
        with torch.device("meta"), Unfilled():
            expected = {name: tensor.shape for name, tensor in unique(make(min(layers, len(found) + 1))).items()}
    except (RegardError, RuntimeError, TypeError, ArithmeticError) as error:
        raise FolderError(
            f"{folder / 'model.json'}: network must be one that can be built",
            got=error.rule if isinstance(error, RegardError) else str(error).splitlines()[0][:200],
            hint="restore it from a copy",
        ) from error
    if wrong := sorted(name for name in expected.keys() | found if expected.get(name) != found.get(name)):
        raise FolderError(
            f"{folder / WEIGHTS}: the weights must fit the network of model.json",
            got=f"{len(wrong)} that do not: {', '.join(wrong[:3])}",
            hint="restore both files from the same copy",
        )
    with Unfilled():
        network = make(layers)
    network.load_state_dict(weights, strict=False)
    network.eval()
    return network


def unique(network: nn.Module) -> dict[str, Tensor]:
    """The network's parameters, a shared one under its first name only."""
    return {name: parameter.detach() for name, parameter in network.named_parameters()}


def fingerprint(record: dict[str, Any]) -> str:
    """A hash of a model's files, by which what belongs to it knows it again: two models never share one."""
    return hashlib.sha256(json.dumps(record["checksums"], sort_keys=True).encode()).hexdigest()


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
