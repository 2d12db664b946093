"""What predict, evaluate and look begin with: the model of a folder, on a device."""

from dataclasses import dataclass
from pathlib import Path

from regard.data.item_pairs import AnyPairs
from regard.decoding.beam import Search
from regard.errors import OptionError
from regard.folder.model import load_translator
from regard.inputs.text import Text
from regard.models.translator import Translator
from regard.training.config import DataChoices
from regard.training.devices import device
from regard.training.items import item_pairs_of
from regard.training.translations import pairs_of


@dataclass(kw_only=True)
class FolderChoices:
    """Which model, and where it runs."""

    model: str
    """folder of the model"""
    device: str = "auto"
    """auto, cpu, cuda or mps"""


@dataclass(kw_only=True)
class ModelChoices(FolderChoices):
    """Which model, where it runs, and how widely it searches."""

    beam: int = Search.beam
    """hypotheses kept; 1 is greedy"""


@dataclass(kw_only=True)
class WritingChoices:
    """How targets are written."""

    precision: str = "fp32"
    """of the matrices while targets are written: fp32, bf16 or int8 (docs/decoding.md)"""


def load(choices: FolderChoices) -> Translator:
    """The model, where it is to run. Raises OptionError for a device that is not there, FolderError for the folder."""
    where = device(choices.device)
    model, _ = load_translator(Path(choices.model))
    model.network.to(where)
    if isinstance(choices, WritingChoices):
        model.writing.precision = choices.precision
    return model


def pairs_for(model: Translator, choices: DataChoices, data: list[str]) -> AnyPairs:
    """The pairs of the files, read as the model's sources are. Raises OptionError for files of another input."""
    if isinstance(model.source, Text):
        if choices.input not in ("auto", "text"):
            raise OptionError("--input: the model reads texts", got=choices.input, hint="leave it out")
        return pairs_of(choices, data, choices.source, choices.target)
    kind = model.source.kind
    if choices.input not in ("auto", kind) or choices.source or choices.target:
        got = choices.input if choices.input not in ("auto", kind) else "--source, --target"
        raise OptionError("data: the model reads other sources", got=got, hint=f"--input {kind}, and the data as DATA")
    return item_pairs_of(choices, data, kind)
