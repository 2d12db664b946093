"""input.json: how items become vectors, as it was learned from the training items."""

from pathlib import Path

from regard.errors import FolderError, RegardError
from regard.folder.atomic import read_json, write_json
from regard.inputs.base import Input
from regard.inputs.catalogue import INPUTS, input_class


def write_input(given: Input, path: Path) -> None:
    """Writes what an input has learned."""
    write_json(path, {"kind": given.kind, **given.to_json()})


def read_input(path: Path) -> Input:
    """The input; FolderError where the file cannot be what `write_input` wrote."""
    record = read_json(path)
    try:
        if record.get("kind") not in INPUTS:
            raise ValueError(f"kind {record.get('kind')!r}, none of {', '.join(INPUTS)}")
        return input_class(record["kind"]).from_json({name: each for name, each in record.items() if name != "kind"})
    except (KeyError, TypeError, ValueError, RegardError) as error:
        raise FolderError(
            f"{path}: must be an input as training writes it",
            got=" ".join(str(error).split())[:200],
            hint="restore the file from a copy, or train the model again",
        ) from error
