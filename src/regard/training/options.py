"""The choices of a training: everything that is not data or network."""

from dataclasses import dataclass
from math import inf, isfinite

from regard.checks import unknown
from regard.errors import OptionError
from regard.training.events import check_events
from regard.training.schedules import SCHEDULES

OPTIMIZERS = ("adamw", "sgd")

RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("epochs", "batch_tokens", "accumulate", "validate_epochs"), (1, inf)),
    **dict.fromkeys(
        ("steps", "max_minutes", "warmup", "weight_decay", "clip", "average", "patience", "linear_start"),
        (0, inf),
    ),
    **dict.fromkeys(("checkpoint_minutes", "checkpoint_steps", "skip_bad_batches"), (0, inf)),
    **dict.fromkeys(("label_smoothing", "short_first", "moving_average"), (0, 1)),
    "seed": (0, 2**32 - 1),
}
"""The least and the largest value of each number."""


FALLING = ("wer", "cer", "per", "bits per dimension")
"""Metrics whose lower values are better."""


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """How to train, every choice made: what follows the data, training/defaults.py says. Comparable, JSON.

    Attributes:
        epochs: passes over the data, at most.
        steps: weight updates, at most; 0 is as many as the epochs have.
        max_minutes: minutes of training, at most; 0 is no limit.
        batch_tokens: padded tokens of the larger side in one batch.
        accumulate: batches whose gradients are added up for one update.
        learning_rate: peak of the rate.
        optimizer: `adamw`, or `sgd`: stochastic gradient descent without momentum.
        warmup: updates over which the rate rises.
        schedule: `inverse-sqrt`, `linear`, `cosine`, `constant` or `plateau`.
        label_smoothing: share of the probability spread over all words.
        weight_decay: share of every weight that an update takes away, times the rate (AdamW).
        clip: largest norm of a gradient; 0 is no limit.
        average: of how many of the last epochs' weights the mean is tried at the end.
        moving_average: how much of the moving average of the weights an update leaves as it is; 0 keeps none.
        patience: validations without a better score before training stops; 0 is never.
        validate_epochs: epochs between validations.
        checkpoint_minutes: minutes between checkpoints, besides one at every epoch's end.
        checkpoint_steps: updates between checkpoints; 0 is no limit.
        skip_bad_batches: updates that may be left out because their loss or gradient is not finite.
        profile: whether to say where the time of some updates goes.
        tensorboard: whether to write events for TensorBoard.
        metric: what validations are ranked by; the higher, the better, unless it is one of `FALLING`.
        linear_start: first epochs in which a memory network has no softmax.
        short_first: 0 shuffles; 1 begins with the shortest batches; between them a mixture; in the first epoch.
        seed: decides weights, order of batches and dropout.
        packing: whether the texts of a batch lie end to end instead of being padded.
        precision: `fp32` or `bf16`.
        device: `cpu`, `cuda` or `mps`.
    """

    epochs: int
    steps: int
    max_minutes: float
    batch_tokens: int
    accumulate: int
    learning_rate: float
    warmup: int
    schedule: str
    label_smoothing: float
    weight_decay: float
    clip: float
    average: int
    moving_average: float
    patience: int = 10
    validate_epochs: int
    checkpoint_minutes: float
    checkpoint_steps: int
    skip_bad_batches: int
    profile: bool
    tensorboard: bool = False
    metric: str
    short_first: float
    linear_start: int = 0
    optimizer: str = "adamw"
    seed: int
    packing: bool = False
    precision: str
    device: str

    @property
    def sign(self) -> int:
        """What scores are multiplied by, so that the higher is the better."""
        return -1 if self.metric in FALLING else 1

    def __post_init__(self) -> None:
        """Raises OptionError for what makes no sense, MissingError for events that no library is there to write."""
        for name, (least, most) in RANGES.items():
            value = getattr(self, name)
            if not (least <= value <= most and isfinite(value)):
                limit = f"at least {least}" if most == inf else f"from {least} to {most}"
                raise OptionError(f"{name}: must be {limit}", got=str(value), hint="leave it out to have the default")
        if not 0 < self.learning_rate < inf:
            got = str(self.learning_rate)
            raise OptionError("learning_rate: must be above 0", got=got, hint="leave it out: it follows the data")
        if self.schedule not in SCHEDULES:
            raise unknown("schedule", self.schedule, list(SCHEDULES))
        if self.optimizer not in OPTIMIZERS:
            raise unknown("optimizer", self.optimizer, OPTIMIZERS)
        if self.tensorboard:
            check_events()
