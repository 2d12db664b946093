"""One training of a comparison: which network, which seed, how much of the data, which length; as JSON."""

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from regard.training.answer_config import AnswerConfig
from regard.training.config import TranslateConfig
from regard.training.generate_config import GenerateConfig

Config = AnswerConfig | TranslateConfig | GenerateConfig
CONFIGS: dict[str, type[Config]] = {
    "translate": TranslateConfig,
    **dict.fromkeys(("label", "classify", "regress"), AnswerConfig),
    "generate": GenerateConfig,
}
"""Kinds of training, and the choices of each."""
PLACE = "{length}"
"""What stands for a length in the names of files."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is trained, and on what it is tested.

    Attributes:
        kind: of training.
        name: of the network, as people call it.
        choices: of training, by name; what is not there follows the data.
        seed: of weights, order, dropout and what is set apart.
        parameters: how many the network gets by its width; None leaves the width alone.
        share: percent of the items, or of the text, that are learned from.
        length: of the files that are read, of a generator's window, or of items; None without a curve of trainings.
        cut: whether items are cut to that length.
        tests: lengths whose files of that name are tested on, after one training; none is the one test.
    """

    kind: str
    name: str
    choices: dict[str, Any]
    seed: int
    parameters: int | None = None
    share: int | None = None
    length: int | None = None
    cut: bool = False
    tests: tuple[int, ...] = field(default=())

    @property
    def label(self) -> str:
        """`conv, seed 1, 3 % of the data, length 16`."""
        more = [f"{self.share} % of the data"] if self.share is not None else []
        more += [f"length {self.length}"] if self.length is not None else []
        return ", ".join([self.name, f"seed {self.seed}", *more])

    @property
    def place(self) -> str:
        """Where it goes, below the folder of all: `conv/seed-1-data-3-length-16`."""
        more = f"-data-{self.share}" * (self.share is not None) + f"-length-{self.length}" * (self.length is not None)
        return f"{slug(self.name)}/seed-{self.seed}{more}"

    def config(self, folder: Path) -> Config:
        """The choices of its training, whose model goes into a folder; a length stands in its place in names."""
        filled = {name: _filled(value, self.length) for name, value in self.choices.items()}
        if self.tests:
            filled = {**filled, "test": []}
        return CONFIGS[self.kind](**{**filled, "seed": self.seed, "model": str(folder)})

    def test(self, length: int) -> list[str]:
        """The files of the test of a length."""
        return [name.replace(PLACE, str(length)) for name in self.choices["test"]]

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {**asdict(self), "tests": [*self.tests]}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Job":
        """What `to_json` gave."""
        return cls(**{**record, "tests": tuple(record["tests"])})


def slug(name: str) -> str:
    """A name as that of a folder.

    >>> slug("recurrent, last state")
    'recurrent-last-state'
    """
    return re.sub(r"[^\w.+]+", "-", name).strip("-.")


def _filled(value: Any, length: int | None) -> Any:
    if length is None:
        return value
    if isinstance(value, list):
        return [_filled(each, length) for each in value]
    return value.replace(PLACE, str(length)) if isinstance(value, str) else value
