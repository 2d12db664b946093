"""What predict, evaluate and encode share for models of labels, classes and numbers: the model, and the items."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regard.cli.flags import check_cli
from regard.data.asked import Asked, read_asked
from regard.data.choices import ReadingChoices
from regard.errors import OptionError
from regard.folder.answerer import load_answerer
from regard.folder.record import read_record
from regard.models.answerer import VECTORS, Answerer
from regard.training.devices import device


@dataclass(kw_only=True)
class AnswererChoices(ReadingChoices):
    """Which model, where it runs, and which items, read as for training."""

    model: str
    """folder of the model"""
    data: list[str] = field(default_factory=list)
    """a file, a folder, or two files; of texts, standard input if it is left out or is -"""
    device: str = "auto"
    """auto, cpu, cuda or mps"""
    batch_tokens: int = VECTORS
    """vectors that are read together; the answers do not depend on it"""


def kind_of_model(verb: str, words: Sequence[str]) -> str:
    """The kind of the model that a command names, `translate` where it names none: whose flags they are."""
    kind: str = record_of_model(verb, words).get("kind", "translate")
    return kind


def record_of_model(verb: str, words: Sequence[str]) -> dict[str, Any]:
    """What the folder that a command names says of itself; empty where it names none.

    Raises FolderError where the first word is to be a model's folder, and no word is one.
    """
    check_cli(verb)
    named = [words[i + 1] for i, word in enumerate(words[:-1]) if word == "--model"]
    named += [word.removeprefix("--model=") for word in words if word.startswith("--model=")]
    might = [*named, *(word for word in words if not word.startswith("-"))]
    folder = next((word for word in might if (Path(word) / "model.json").is_file()), None)
    told = named or (words and not words[0].startswith("-"))
    if folder is None and (not told or {"-h", "--help"} & {*words}):
        return {}
    return read_record(Path(folder or might[0]))


def load(choices: AnswererChoices) -> Answerer:
    """The model, where it is to run. Raises OptionError for a device that is not there, FolderError for the folder."""
    if choices.batch_tokens < 1:
        hint = "leave it out"
        raise OptionError("--batch-tokens: is at least 1", got=str(choices.batch_tokens), hint=hint)
    where = device(choices.device)
    model, _ = load_answerer(Path(choices.model))
    model.network.to(where)
    return model


def asked_of(kind: str, choices: AnswererChoices, *, words: bool = False) -> Asked:
    """The items to answer, as `read_asked` has them."""
    return read_asked(kind, choices.data, choices, words=words, command=f"regard predict {choices.model}")
