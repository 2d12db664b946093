"""What predict, evaluate and look begin with: the model of a folder, on a device."""

from dataclasses import dataclass
from pathlib import Path

from regard.decoding.beam import Search
from regard.folder.model import load_translator
from regard.models.translator import Translator
from regard.training.devices import device


@dataclass(kw_only=True)
class ModelChoices:
    """Which model, where it runs, and how widely it searches."""

    model: str
    """folder of the model"""
    beam: int = Search.beam
    """hypotheses kept; 1 is greedy"""
    device: str = "auto"
    """auto, cpu, cuda or mps"""


def load(choices: ModelChoices) -> Translator:
    """The model, where it is to run. Raises OptionError for a device that is not there, FolderError for the folder."""
    where = device(choices.device)
    model, _ = load_translator(Path(choices.model))
    model.network.to(where)
    return model
