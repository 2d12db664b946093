"""What a training of a comparison came to: its score, and what it cost; as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from regard.metrics.metric import Score


@dataclass(frozen=True, kw_only=True)
class Quality:
    """A score on a test of some length, its interval over the test's items, and how fast they were answered.

    Attributes:
        score: the value, its 95 % bootstrap interval, its name and unit.
        rises: whether higher is better.
        items: how many there were.
        per_second: items answered a second.
        length: of the test; None where there is one alone.
    """

    score: Score
    rises: bool
    items: int
    per_second: float
    length: int | None = None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One finished training.

    Attributes:
        asked: the job and the data, by which a result is known again.
        qualities: one, or one for each length that is tested.
        tested: `test` or `validation`, what the score is of.
        items: that were learned from.
        parameters: of the network.
        steps, seconds: of training, validations among them.
        cpu: seconds of processors in training, which other work lengthens little; None where it had begun before.
        per_second: answers a second while it trained: items, vectors or tokens; None where it was finished before.
        memory: bytes that training needed at its peak beyond those before it; None as above.
    """

    asked: dict[str, Any]
    qualities: tuple[Quality, ...]
    tested: str
    items: int
    parameters: int
    steps: int
    seconds: float
    cpu: float | None
    per_second: float | None
    memory: int | None

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Measured":
        """What `to_json` gave."""
        qualities = tuple(Quality(**{**each, "score": Score(*each["score"])}) for each in record["qualities"])
        return cls(**{**record, "qualities": qualities})
