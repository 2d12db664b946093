"""Where a training stands, on disk: weights, optimizer, position, averages; enough to go on as if never stopped.

    state/step-NNNNNNNN.safetensors   weights and optimizer moments
    state/epoch-NNNN.safetensors      the last epochs' weights, for the average
    state/best-NNNNNNNN.safetensors   the weights of the best validation
    state/position.json               written last; names the file above and the rest of the position

Randomness needs no saving: every draw is a function of (seed, step) or (seed, epoch).
"""

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from regard.errors import FolderError
from regard.folder.atomic import read_json, write_json
from regard.folder.record import checksum, unique
from regard.folder.tensors import read_tensors, write_tensors


@dataclass
class Position:
    """How far a training has come."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    best: float = 0.0
    best_step: int = 0
    last: float = 0.0
    validated: int = 0
    waited: int = 0
    seconds: float = 0.0
    losses: float = 0.0
    tokens: int = 0
    finished: bool = False
    averaged: list[int] = field(default_factory=list)


class Checkpoints:
    """The `state` folder of one training."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "state"

    def save(self, network: nn.Module, optimizer: torch.optim.Optimizer, position: Position, request: Any) -> None:
        """Writes all; `request` is what a later run must agree with."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"step-{position.step:08d}.safetensors"
        write_tensors(self.folder / name, {**_weights(network), **_moments(network, optimizer)})
        record = {
            **asdict(position),
            "file": name,
            "checksum": checksum(self.folder / name),
            "request": request,
        }
        write_json(self.folder / "position.json", record)
        for old in self.folder.glob("step-*.safetensors"):
            if old.name != name:
                old.unlink()

    def load(self, network: nn.Module, optimizer: torch.optim.Optimizer) -> Position:
        """Puts weights and moments back and says where training stood; a FolderError where they do not fit."""
        record = read_json(self.folder / "position.json")
        path = self.folder / Path(str(record.get("file"))).name
        if not path.is_file() or checksum(path) != record.get("checksum"):
            raise FolderError(
                f"{path}: the checkpoint must be the one that was saved",
                got="another content",
                hint="--overwrite to train from the beginning",
            )
        tensors = read_tensors(path)
        try:
            with torch.no_grad():
                for name, parameter in network.named_parameters():
                    parameter.copy_(tensors[f"weights.{name}"])
            _restore(network, optimizer, tensors)
            needed = {name: record[name] for name in ("step", "epoch", "batch")}
            known = {field.name: record[field.name] for field in fields(Position) if field.name in record}
            position = Position(**{**known, **needed})
        except (KeyError, RuntimeError) as error:
            raise FolderError(
                f"{self.folder}: the checkpoint must fit the network and say where training stood",
                got=" ".join(str(error).split())[:200],
                hint="--overwrite to train from the beginning",
            ) from error
        if position.finished:
            position.finished, position.waited = False, 0
        return position

    def close(self, position: Position) -> None:
        """Marks the training as finished."""
        path = self.folder / "position.json"
        write_json(path, {**read_json(path), **asdict(position)})

    def keep(self, name: str, network: nn.Module) -> None:
        """Keeps the weights under a name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_tensors(self.folder / f"{name}.safetensors", unique(network))

    def kept(self, name: str) -> dict[str, Tensor] | None:
        """The weights under a name, if any."""
        path = self.folder / f"{name}.safetensors"
        return read_tensors(path) if path.is_file() else None

    def drop(self, name: str) -> None:
        """Forgets the weights under a name."""
        (self.folder / f"{name}.safetensors").unlink(missing_ok=True)


def mean(weights: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of several weights of one network."""
    return {name: torch.stack([each[name] for each in weights]).mean(0) for name in weights[0]}


def _weights(network: nn.Module) -> dict[str, Tensor]:
    return {f"weights.{name}": tensor for name, tensor in unique(network).items()}


def _moments(network: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    moments = {}
    for name, parameter in network.named_parameters():
        for key, value in optimizer.state.get(parameter, {}).items():
            moments[f"{key}.{name}"] = value
    return moments


def _restore(network: nn.Module, optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    for name, parameter in network.named_parameters():
        keys = [key for key in ("step", "exp_avg", "exp_avg_sq") if f"{key}.{name}" in tensors]
        kept = {key: tensors[f"{key}.{name}"].to(parameter.device) for key in keys}
        if "step" in kept and not optimizer.defaults["fused"]:  # only fused Adam counts where the weights are
            kept["step"] = kept["step"].cpu()
        optimizer.state[parameter] = kept
