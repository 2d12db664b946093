"""Model folders as models that are served, each under its folder's name, and memories beside them."""

from collections.abc import Sequence
from pathlib import Path

from regard.errors import OptionError
from regard.folder.answerer import load_answerer
from regard.folder.generator import load_generator
from regard.folder.model import load_translator
from regard.folder.record import read_record
from regard.memory.opening import opened as opened_memory
from regard.serve.answerers import ServedAnswerer
from regard.serve.generators import ServedGenerator
from regard.serve.limits import Limits
from regard.serve.remembering import Remembering
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


def remember_beside(
    models: dict[str, Served], folders: Sequence[str], memories: Sequence[str], *, writing: bool
) -> None:
    """Gives models their memories, each told as `NAME=WHERE`, or as `WHERE` where there is one model.

    Raises OptionError for a name that is none, for two memories of one model and for a model that takes none, and as
    `Memory.open` does.
    """
    for told in memories:
        name, equals, where = told.partition("=")
        if not (equals and name in models):
            name, where = next(iter(models)), told
            if len(models) > 1:
                rule = "--memory: of several models must say whose it is"
                raise OptionError(rule, got=told, hint=f"--memory {name}={told}")
        served = models[name]
        if served.remembering is not None:
            raise OptionError("--memory: a model has one memory", got=f"two of {name!r}", hint="one --memory each")
        folder = next(each for each in folders if Path(each).resolve().name == name)
        model = served.model
        served.remembering = Remembering(
            served, model, opened_memory(model, folder, where, writing=writing), writing=writing
        )
        if isinstance(served, ServedTranslator):
            served.model.writing.precision = served.model.writing.precision  # whether it still can be


def _opened(folder: Path, name: str, limits: Limits) -> Served:
    match read_record(folder)["kind"]:
        case "translate":
            return ServedTranslator(name, limits, load_translator(folder)[0])
        case "generate":
            return ServedGenerator(name, limits, load_generator(folder)[0])
        case _:
            return ServedAnswerer(name, limits, load_answerer(folder)[0])
