"""Tensors on disk: safetensors, nothing that could be executed."""

from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from regard.errors import FolderError
from regard.folder.atomic import write_bytes


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """The file holds these tensors; ones that share storage are written once each."""
    write_bytes(path, save({name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}))


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a file, on the CPU; a FolderError that names a damaged one."""
    try:
        return load(path.read_bytes())
    except (OSError, SafetensorError, ValueError) as error:
        raise FolderError(
            f"{path}: the file must hold safetensors",
            got=str(error),
            hint="restore it from a copy, or train again",
        ) from error
