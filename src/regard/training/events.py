"""The numbers of metrics.jsonl once more, as events: `tensorboard --logdir` of a folder of models shows them."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from regard.errors import missing
from regard.training.progress import Validation

EVENTS = "events.out.tfevents.*"
"""What the files are called."""


def check_events() -> None:
    """Raises MissingError where no library can write events."""
    if find_spec("tensorboardX") is None:
        raise missing("--tensorboard", "tensorboardX", "tensorboard")


class Events:
    """A file of events in a model folder; nothing is written unless `wanted`."""

    def __init__(self, folder: Path, wanted: bool) -> None:
        self.folder, self.wanted, self.begin = folder, wanted, 0
        self.writer: Any = None

    def cut(self, step: int) -> None:
        """Has TensorBoard hide what was written of later steps than this, from which training goes on."""
        self.begin = step + 1

    def write(self, validation: Validation) -> None:
        """Adds the epoch, the seconds, both losses and the metric, which is called by its name, at this step."""
        if not self.wanted:
            return
        if self.writer is None:
            self.writer = self._opened()
        for name in ("epoch", "seconds", "train_loss", "valid_loss"):
            self.writer.add_scalar(name, getattr(validation, name), validation.step)
        self.writer.add_scalar(validation.metric, validation.score, validation.step)
        self.writer.flush()

    def close(self) -> None:
        """Ends the file and the thread that writes it."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None

    def _opened(self) -> Any:
        from tensorboardX import SummaryWriter

        own = f".{self.begin}"  # the library names files by seconds, and one that goes on may begin in the same
        return SummaryWriter(str(self.folder), purge_step=self.begin or None, filename_suffix=own)
