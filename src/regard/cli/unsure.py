"""Saying `unknown` where no class is likely enough: items that are none of the classes, out of scope."""

from dataclasses import dataclass
from typing import Any

from regard.data.examples import Examples
from regard.errors import OptionError
from regard.models import records
from regard.models.answerer import Answerer


@dataclass(kw_only=True)
class UnsureChoices:
    """From which probability on a class is told."""

    unknown_below: float = 0.0
    """answer with --unknown where no class has this probability"""
    unknown: str = "unknown"
    """what is told then"""

    def check_unsure(self, model: Answerer) -> None:
        """Raises OptionError where the model has no one probability to go by."""
        if not 0 <= self.unknown_below <= 1:
            got, hint = str(self.unknown_below), "0.5"
            raise OptionError("--unknown-below: is a probability, from 0 to 1", got=got, hint=hint)
        if self.unknown_below and not model.targets.one_class:
            rule = "--unknown-below: a probability belongs to one class of the whole"
            got = f"a model that answers {model.targets.kind}{', several classes' * model.targets.several}"
            raise OptionError(rule, got=got, hint="leave it out")


def told(model: Answerer, examples: Examples, choices: UnsureChoices, vectors: int) -> list[Any]:
    """The answer of each item; `unknown` where the likeliest class has less than the probability asked for."""
    return records.told(model, examples, vectors, choices.unknown_below, choices.unknown)
