"""What predict, evaluate and encode share for models of labels, classes and numbers: the model, and the items."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from regard.cli.flags import check_cli
from regard.data.choices import ReadingChoices
from regard.data.door import read_examples
from regard.data.examples import Examples
from regard.data.labelled.door import SUFFIXES
from regard.data.lines import read_sources
from regard.data.readers import kind_of
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


class Asked(NamedTuple):
    """Items that are asked about, and the line that each answer belongs to, of so many; blank lines have none."""

    examples: Examples
    places: Sequence[int]
    lines: int


def asked_of(kind: str, choices: AnswererChoices, *, words: bool = False) -> Asked:
    """The items to answer, whether there are answers beside them or not.

    Standard input and plain files give a text, or the path of a sound or an image, a line; where each of its `words` is
    answered, these are parted by spaces. Everything else is read as for training.
    """
    if choices.input not in ("auto", kind):
        raise OptionError("--input: the model reads another", got=choices.input, hint=f"--input {kind}")
    if choices.data in ([], ["-"]) or (kind == "text" and _plain(choices)):
        return _from_lines(kind, choices, words)
    answer = "label" if kind == "text" and words else None
    read = read_examples(choices.data, answer=answer, choices=replace(choices, input=kind), needed=False)
    found = read.test or read.train
    return Asked(found, range(len(found)), len(found))


def _plain(choices: AnswererChoices) -> bool:
    """Whether the file is one of lines, nothing more."""
    return choices.format == "auto" and len(choices.data) == 1 and kind_of(Path(choices.data[0])) not in SUFFIXES


def name_of(item: Any, where: str) -> Any:
    """What an item is called when it is written: a text, words, or a file by themselves, others by where they stand."""
    if isinstance(item, str) or (isinstance(item, list) and all(isinstance(word, str) for word in item)):
        return item
    return str(item) if isinstance(item, Path) else where


def _from_lines(kind: str, choices: AnswererChoices, words: bool) -> Asked:
    name = choices.data[0] if choices.data else "-"
    if kind not in ("text", "sound", "image"):
        hint = f"regard predict {choices.model} FILE"
        raise OptionError(f"data: {kind} come in a file or a folder", got="standard input", hint=hint)
    if name == "-" and sys.stdin is not None and sys.stdin.isatty():
        print("Type a line and Enter; Ctrl-D ends.", file=sys.stderr)
    lines = [line.strip() for line in read_sources(name, encoding=choices.encoding)]
    places = [place for place, line in enumerate(lines) if line]
    items = [lines[p].split() if words else lines[p] if kind == "text" else Path(lines[p]) for p in places]
    origin = "standard input" if name == "-" else name
    return Asked(Examples(kind, items, origin=origin, lines=[place + 1 for place in places]), places, len(lines))
