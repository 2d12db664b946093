"""Where a training stands, on disk: weights, optimizer, position, averages; enough to go on as if never stopped.

    state/step-NNNNNNNN.safetensors    weights and optimizer moments
    state/epoch-NNNNNNNN.safetensors   the last epochs' weights, for the average
    state/best-NNNNNNNN.safetensors    the weights of the best validation
    state/position.json                written last: the position, and the files above that belong to it, by checksum
    state/before.json                  what position.json said a step before: where the newest is damaged, it counts

A file goes only once neither of the two names it. Randomness needs no saving: every draw is a function of (seed, step)
or (seed, epoch).
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from regard.errors import FolderError
from regard.folder.atomic import read_json, write_bytes, write_json
from regard.folder.record import checksum, unique
from regard.folder.tensors import read_tensors, write_tensors
from regard.training.learner import Learner
from regard.training.position import Position

NEWEST, BEFORE = "position.json", "before.json"


class Checkpoints:
    """The `state` folder of one training; who `writes` to it holds the folder's lock, others only read.

    `damage` says what was wrong with the newest checkpoint, where the one before had to be taken.
    """

    def __init__(self, folder: Path, writes: bool = True) -> None:
        self.folder, self.writes, self.sums, self.damage = folder / "state", writes, dict[str, str](), ""

    def save(self, learner: Learner, position: Position, request: Any) -> None:
        """Writes all; `request` is what a later run must agree with."""
        if not self.writes:
            return
        name = f"step-{position.step:08d}"
        self._write(name, learner.tensors())
        path = self.folder / NEWEST
        if path.is_file() and read_json(path).get("step") != position.step:
            write_bytes(self.folder / BEFORE, path.read_bytes())
        files = {each: self.sums[each] for each in (name, *position.weights)}
        write_json(path, {**asdict(position), "files": files, "request": request})
        self._sweep()

    def load(self, learner: Learner) -> Position:
        """Puts back what an update changes and says where training stood: in the newest checkpoint that is whole.

        Where none is, weights that were kept for the end are done without: those of the best validation, of the last
        epochs. Raises FolderError where the state itself is nowhere whole, or does not fit.
        """
        first: FolderError | None = None
        for whole in (True, False):
            for name in filter(lambda name: (self.folder / name).is_file(), (NEWEST, BEFORE)):
                try:
                    position = self._load(name, learner, whole)
                except FolderError as error:
                    first = first or error
                    continue
                if first is not None:
                    self._tell(first, name, whole)
                if position.finished:
                    position.finished, position.waited = False, 0
                return position
        raise first or FolderError(f"{self.folder}: must hold {NEWEST}", got="none", hint="--overwrite to begin anew")

    def _tell(self, error: FolderError, name: str, whole: bool) -> None:
        """What is said of the damage; the checkpoint that counts is the newest from now on."""
        way_out = "the one before is whole" if whole else "training goes on without what was kept there for its end"
        self.damage = f"The newest checkpoint is damaged ({error.rule}: {error.got}); {way_out}."
        if name == BEFORE and self.writes:
            write_bytes(self.folder / NEWEST, (self.folder / BEFORE).read_bytes())

    def close(self, position: Position) -> None:
        """Marks the training as finished."""
        path = self.folder / NEWEST
        write_json(path, {**read_json(path), **asdict(position)})

    def keep(self, name: str, network: nn.Module) -> None:
        """Keeps the weights under a name, until a position is saved that does not name them."""
        if self.writes:
            self._write(name, unique(network))

    def kept(self, name: str) -> dict[str, Tensor]:
        """The weights under a name."""
        return read_tensors(self._path(name))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.safetensors"

    def _write(self, name: str, tensors: dict[str, Tensor]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_tensors(self._path(name), tensors)
        self.sums[name] = checksum(self._path(name))

    def _load(self, record_name: str, learner: Learner, whole: bool) -> Position:
        record = read_json(self.folder / record_name)
        try:
            position, self.sums = Position.of(record), dict(record["files"])
            step = f"step-{position.step:08d}"
            for name in (step, *position.weights):
                if not self._is_whole(name, self.sums[name]):
                    if whole or name == step:
                        raise self._damaged(name)
                    position.forget(name)
            learner.restore(read_tensors(self._path(step)))
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            if isinstance(error, FolderError):
                raise
            raise FolderError(
                f"{self.folder}: the checkpoint must fit the network and say where training stood",
                got=" ".join(str(error).split())[:200],
                hint="--overwrite to train from the beginning",
            ) from error
        return position

    def _is_whole(self, name: str, expected: str) -> bool:
        return self._path(name).is_file() and checksum(self._path(name)) == expected

    def _damaged(self, name: str) -> FolderError:
        path = self._path(name)
        got = "another content" if path.is_file() else "no such file"
        hint = "--overwrite to train from the beginning"
        return FolderError(f"{path}: the checkpoint must be the one that was saved", got=got, hint=hint)

    def _sweep(self) -> None:
        """Deletes what no checkpoint names any more, and what a killed process left half written."""
        named = {f"{name}.safetensors" for record in _records(self.folder) for name in record.get("files", ())}
        for path in self.folder.iterdir():
            left = path.suffix == ".tmp" and path.name.startswith(".")
            if left or (path.suffix == ".safetensors" and path.name not in named):
                path.unlink()


def newest(folder: Path) -> dict[str, Any]:
    """What the newest checkpoint of a model folder says that can be read; FolderError where none can."""
    return next(_records(folder / "state"), None) or read_json(folder / "state" / NEWEST)


def _records(state: Path) -> Iterator[dict[str, Any]]:
    """Both positions, the newest first; those that can be read."""
    for name in (NEWEST, BEFORE):
        try:
            yield read_json(state / name)
        except FolderError:
            continue
