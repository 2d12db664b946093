"""Model folders as models that are served, each under its folder's name."""

from collections.abc import Sequence
from pathlib import Path

from regard.errors import OptionError
from regard.folder.answerer import load_answerer
from regard.folder.generator import load_generator
from regard.folder.model import load_translator
from regard.folder.record import read_record
from regard.serve.answerers import ServedAnswerer
from regard.serve.generators import ServedGenerator
from regard.serve.limits import Limits
from regard.serve.served import Served
from regard.serve.translators import ServedTranslator


def opened(folders: Sequence[str], limits: Limits, device: str = "cpu", precision: str = "fp32") -> dict[str, Served]:
    """The models, by name; translators write in a precision.

    Raises OptionError for two of one name and for a precision that cannot be, FolderError for a folder that is damaged.
    """
    models: dict[str, Served] = {}
    for folder in map(Path, folders):
        name = folder.resolve().name
        if name in models:
            hint = "rename one of them, or link to it under another name: ln -s DIR NAME"
            raise OptionError("regard serve: a model is asked for by its folder's name", got=f"two {name!r}", hint=hint)
        models[name] = _opened(folder, name, limits)
        models[name].network.to(device)
        if isinstance(served := models[name], ServedTranslator):
            served.model.writing.precision = precision
    return models


def _opened(folder: Path, name: str, limits: Limits) -> Served:
    match read_record(folder)["kind"]:
        case "translate":
            return ServedTranslator(name, limits, load_translator(folder)[0])
        case "generate":
            return ServedGenerator(name, limits, load_generator(folder)[0])
        case _:
            return ServedAnswerer(name, limits, load_answerer(folder)[0])
