"""How far a training has come: all that the next step needs to know, beside weights and moments."""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Position:
    """Numbers that are in JSON; every draw of chance is a function of the seed and of these.

    Attributes:
        step, epoch, batch: updates and epochs that are done, and batches of the epoch that has begun.
        best, best_step: the best score, and the step that had it, 0 before the first validation.
        last, validated: the newest score, and the step that has it.
        waited: validations since the best.
        falls: how often waiting has halved the rate of a plateau.
        seconds: of training.
        losses, tokens: sums since the last validation.
        skipped: updates left out because their numbers were not finite.
        finished: whether the training came to its end and its model is saved.
        averaged: steps at the ends of the last epochs, whose weights may be averaged.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    best: float = 0.0
    best_step: int = 0
    last: float = 0.0
    validated: int = 0
    waited: int = 0
    falls: int = 0
    seconds: float = 0.0
    losses: float = 0.0
    tokens: int = 0
    skipped: int = 0
    finished: bool = False
    averaged: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, record: dict[str, Any]) -> "Position":
        """The position in a record; KeyError where it does not say where training stood."""
        needed = {name: record[name] for name in ("step", "epoch", "batch")}
        return cls(**{**{each.name: record[each.name] for each in fields(cls) if each.name in record}, **needed})

    @property
    def weights(self) -> list[str]:
        """Names of the weights that are kept for the end: of the last epochs, and of the best validation."""
        return [*map(epoch_name, self.averaged), *([best_name(self.best_step)] if self.best_step else [])]

    def forget(self, name: str) -> None:
        """Names these weights no more; without the best, the next validation is the best."""
        self.averaged = [step for step in self.averaged if epoch_name(step) != name]
        if name == best_name(self.best_step):
            self.best, self.best_step = 0.0, 0


def epoch_name(step: int) -> str:
    """What the weights at the end of an epoch are called."""
    return f"epoch-{step:08d}"


def best_name(step: int) -> str:
    """What the best weights so far are called."""
    return f"best-{step:08d}"
