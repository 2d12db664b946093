"""What training tells whoever watches."""

from typing import NamedTuple, Protocol


class Step(NamedTuple):
    """After one update: where training stands and how fast it goes."""

    step: int
    epoch: int
    done: float
    loss: float
    rate: float
    tokens_per_second: float
    seconds_left: float


class Validation(NamedTuple):
    """After one validation: loss and perplexity a token, the metric (0 to 100), and whether it is the best so far."""

    step: int
    epoch: int
    seconds: float
    train_loss: float
    valid_loss: float
    metric: str
    score: float
    best: bool


class Watcher(Protocol):
    """Whoever watches."""

    def step(self, step: Step) -> None:
        """After every update."""

    def validation(self, validation: Validation) -> None:
        """After every validation."""

    def say(self, text: str) -> None:
        """A sentence about what happens or was chosen."""


class Silent:
    """Watches nothing."""

    def step(self, step: Step) -> None:
        """Says nothing."""

    def validation(self, validation: Validation) -> None:
        """Says nothing."""

    def say(self, text: str) -> None:
        """Says nothing."""
