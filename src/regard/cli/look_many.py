"""Several looks at one item: through the checkpoints of a training, or beside another model."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from regard.cli.look_flags import SeenChoices
from regard.errors import OptionError
from regard.folder.answerer import load_answerer
from regard.folder.generator import load_generator
from regard.folder.model import load_translator
from regard.inspect.evidence.agreement import rank_correlation
from regard.inspect.film import FINISHED, frames, with_weights
from regard.inspect.looks import Look, save_several
from regard.inspect.record import Record
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator

Model = Answerer | Translator | Generator
Seeing = Callable[[Model, Any], Look]
"""A look of a model, at what is explained."""


class Opened(NamedTuple):
    """A model, its folder and its kind."""

    folder: Path
    model: Model
    kind: str


def load(folder: Path, kind: str) -> Model:
    """The model of a folder of that kind. Raises FolderError for another kind, or for a damaged one."""
    if kind == "generate":
        return load_generator(folder)[0]
    if kind == "translate":
        return load_translator(folder)[0]
    model = load_answerer(folder)[0]
    if model.targets.kind != kind:
        rule, got = f"{folder}: both models must answer the same", f"{model.targets.kind}, and {kind}"
        raise OptionError(rule, got=got, hint="another folder")
    return model


def finished(config: SeenChoices, opened: Opened, look: Look, see: Seeing, files: dict[str, str]) -> Iterator[str]:
    """Looks at the others that are asked for, writes the files, and tells of both.

    A page or JSON has all looks, tables and pictures have the first.
    """
    if not config.several:
        yield from config.save(look, files)
        return
    records = (
        film(opened, look.record, see) if config.film else against(opened, Path(config.against or ""), look.record, see)
    )
    yield from beside(records)
    for form, path in files.items():
        if form in ("html", "json"):
            yield f"saved {save_several(records, path, config.several, config.lang)}"
    yield from config.save(look, {form: path for form, path in files.items() if form not in ("html", "json")})


def film(opened: Opened, record: Record, see: Seeing) -> list[Record]:
    """A record for each checkpoint of the folder, then that of the finished model."""
    target, made = explained(record), []
    for frame in frames(opened.folder):
        made.append(_called(see(with_weights(opened.model, frame), target).record, "checkpoint", frame.name))
    return [*made, _called(record, "checkpoint", FINISHED)]


def against(opened: Opened, folder: Path, record: Record, see: Seeing) -> list[Record]:
    """The record of the model that is open, and that of another, of the same answer."""
    other = see(load(folder, opened.kind), explained(record)).record
    return [_called(record, "model", str(opened.folder)), _called(other, "model", str(folder))]


def explained(record: Record) -> Any:
    """What was explained, so that others can be asked for the same; None where each answers for itself."""
    head = record.headline
    match head["task"]:
        case "classify":
            return head["target"].removeprefix("class ")
        case "translate":
            return head["target"]
        case "generate":
            return head["output"]
        case _:
            return None


def beside(records: Sequence[Record]) -> Iterator[str]:
    """A line for each, and of two how alike their weights are."""
    yield ""
    yield f"{'':24}{'confidence':>12}{'agrees':>10}{'entropy':>10}{'captured - fast':>18}"
    for record in records:
        name = record.headline.get("checkpoint") or record.headline["model"]
        agrees = record.evidence[0].agreement["weight"] if record.evidence else np.nan
        entropy = float(record.calls[-1].facts["entropy"].mean())
        told = f"{record.headline['confidence'] or '-':>12}{'' if np.isnan(agrees) else f'{agrees:.4f}':>10}"
        yield f"{name[-24:]:24}{told}{entropy:>10.4f}{record.difference:>18.1e}"
    first, last = records[0].evidence, records[-1].evidence
    if first and last and len(first[0].columns["weight"]) == len(last[0].columns["weight"]):
        alike = rank_correlation(first[0].columns["weight"], last[0].columns["weight"])
        yield f"rank correlation of the first's weights with the last's: {alike:.4f}"


def _called(record: Record, key: str, name: str) -> Record:
    return replace(record, headline={**record.headline, key: name})
