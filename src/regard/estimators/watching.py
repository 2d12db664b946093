"""What an estimator remembers of its training, and prints if asked to."""

from typing import Any

from regard.training.progress import Silent, Validation


class History(Silent):
    """One dictionary a validation, in `lines`."""

    def __init__(self, verbose: int) -> None:
        self.verbose = verbose
        self.lines: list[dict[str, Any]] = []

    def validation(self, validation: Validation) -> None:
        """Remembers it."""
        self.lines.append(validation._asdict())
        if self.verbose:
            v = validation
            print(f"epoch {v.epoch}  loss {v.train_loss:.3f}  valid loss {v.valid_loss:.3f}  {v.metric} {v.score:.2f}")

    def say(self, text: str) -> None:
        """Prints it, if asked to."""
        if self.verbose:
            print(text)
