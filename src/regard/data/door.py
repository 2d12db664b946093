"""The one door to examples in files: which input and which reader, by what was said and how the files are called."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from regard.data.choices import ReadingChoices
from regard.data.examples import Examples
from regard.data.files import shown
from regard.data.labelled import TextLayout, read_labelled_text
from regard.data.measured import (
    NodeColumns,
    read_arrays,
    read_dgcnn,
    read_fold,
    read_long,
    read_node_graph,
    read_ts,
    read_tu,
)
from regard.data.readers import kind_of
from regard.data.recorded import SUFFIXES, Columns, check_file, read_folder, read_idx, read_manifest
from regard.data.stories import holds_stories, read_stories
from regard.errors import DataError, OptionError

ARRAYS = (".npy", ".npz")


class Read(NamedTuple):
    """Examples, and those to validate and to test on where the data say so: nodes of one graph, or a fold of many."""

    train: Examples
    valid: Examples | None = None
    test: Examples | None = None


def read_examples(
    files: Sequence[str | Path], *, answer: str | None, choices: ReadingChoices, needed: bool = True
) -> Read:
    """Examples from a file, a folder or two files; `answer` is `label`, `classify`, `regress`, or None for any or none.

    `needed` says whether an answer that is asked for must be there.

    With input `auto`:

        a folder with DS_A.txt                              graphs (TU)
        a folder of .wav .flac .ogg, .png .jpg, .txt        sound, image, text; its sub-folders are the classes
        .ts; .csv .tsv .parquet with --id                   series
        .npy .npz, or a folder of .npy                      vectors
        two files whose names hold idx3 and idx1            images
        .txt files whose first lines are numbered, some of them with tabs   stories
        other files                                         text (data/labelled/door.py)

    Raises OptionError where choices contradict or mean nothing here, DataError where files cannot be read, or where
    answers are asked for and there are none.
    """
    choices.check_input()
    paths = [Path(each) for each in files]
    if not paths:
        raise OptionError("data: there must be something to read", got="no files", hint="a file or a folder")
    kind = told(paths, choices) if choices.input == "auto" else choices.input
    read = READERS[kind](paths, choices, answer)
    read = _folded(read if isinstance(read, Read) else Read(read), choices)
    if needed and answer is not None and read.train.answers is None:
        column = "name their column: --y COLUMN; docs/data.md shows where each format keeps them"
        classes = "a sub-folder for each class, or names that tell it: --name-pattern '{label}_{}.wav'"
        hint = classes if paths[0].is_dir() else column
        raise DataError(f"{shown(paths[0])}: must hold answers to {answer}", got="items alone", hint=hint)
    return Read(*(None if each is None else _with_numbers(each, answer) for each in read))  # type: ignore[arg-type]


def told(paths: Sequence[Path], choices: ReadingChoices) -> str:
    """The input that files hold, by the table of `read_examples`."""
    path, suffix = paths[0], kind_of(paths[0])
    if path.is_dir():
        if any(each.name.removesuffix(".gz").endswith("_A.txt") for each in path.iterdir()):
            return "graph"
        if any(any(path.glob(names)) for names in ("*.npy", "*/*.npy")):
            return "vectors"
        return read_folder(path, name_pattern=choices.name_pattern).kind
    if suffix == ".ts" or suffix == ".parquet" or choices.id is not None:
        return "series"
    if suffix in ARRAYS:
        return "vectors"
    if suffix == ".txt" and choices.format == "auto" and holds_stories(path, choices.encoding):
        return "story"
    return "image" if "idx3" in path.name else "text"


def _text(paths: Sequence[Path], choices: ReadingChoices, answer: str | None) -> Examples:
    if len(paths) == 1 and paths[0].is_dir():
        _check_idle(choices, "a folder of texts", "name_pattern")
        return read_folder(paths[0], "text", name_pattern=choices.name_pattern)
    _check_idle(choices, "files of texts", *(each.name for each in fields(TextLayout)))
    return read_labelled_text(paths, answer=answer, layout=choices.text_layout())


def _sound(paths: Sequence[Path], choices: ReadingChoices, answer: str | None) -> Examples:
    return _recorded(paths, choices, "sound")


def _image(paths: Sequence[Path], choices: ReadingChoices, answer: str | None) -> Examples:
    if "idx" in paths[0].name:
        _check_idle(choices, "IDX files")
        return read_idx(*paths)
    if kind_of(paths[0]) in ARRAYS:
        _check_idle(choices, "arrays")
        return read_arrays(_alone(paths), kind="image")
    return _recorded(paths, choices, "image")


def _recorded(paths: Sequence[Path], choices: ReadingChoices, kind: str) -> Examples:
    path = _alone(paths)
    if path.is_dir():
        _check_idle(choices, f"a folder of {kind}s", "name_pattern")
        return read_folder(path, kind, name_pattern=choices.name_pattern)
    if path.suffix.lower() in SUFFIXES[kind]:
        _check_idle(choices, f"one {kind}")
        check_file(path)
        return Examples(kind, [path], origin=str(path))
    _check_idle(choices, "a manifest", "x", "y", "groups", "encoding")
    columns = Columns(path=choices.x or "path", y=choices.y, groups=choices.groups)
    return read_manifest(path, columns, kind=kind, encoding=choices.encoding)


def _series(paths: Sequence[Path], choices: ReadingChoices, answer: str | None) -> Examples:
    path = _alone(paths)
    if kind_of(path) == ".ts":
        _check_idle(choices, "a .ts file", "encoding")
        return read_ts(path, encoding=choices.encoding)
    if path.is_dir() or kind_of(path) in ARRAYS:
        _check_idle(choices, "arrays")
        return read_arrays(path, kind="series")
    _check_idle(choices, "a long table", "id", "time", "x", "y", "groups", "encoding")
    if choices.id is None:
        hint = "--id COLUMN --time COLUMN, and --y COLUMN for the answers"
        raise OptionError("data: a table of series needs to know which rows belong together", got="no --id", hint=hint)
    return read_long(
        path,
        id=choices.id,
        time=choices.time,
        x=choices.x.split(",") if choices.x else None,
        y=choices.y,
        groups=choices.groups,
        per_step=answer == "label",
        encoding=choices.encoding,
    )


def _vectors(paths: Sequence[Path], choices: ReadingChoices, answer: str | None) -> Examples:
    _check_idle(choices, "arrays")
    return read_arrays(_alone(paths), kind="vectors")


def _story(paths: Sequence[Path], choices: ReadingChoices, answer: str | None) -> Examples:
    _check_idle(choices, "stories", "encoding")
    if answer == "label":
        hint = "train classify: an answer is one of those that training has"
        raise OptionError("data: a question has one answer, no label for every sentence", got="label", hint=hint)
    return read_stories(paths, encoding=choices.encoding, answered=answer is not None)


def _graph(paths: Sequence[Path], choices: ReadingChoices, answer: str | None) -> Read | Examples:
    if len(paths) == 2:
        _check_idle(choices, "tables of nodes and edges", "id", "x", "y", "directed", "encoding")
        return _nodes(paths[0], paths[1], choices)
    path = _alone(paths)
    if not path.is_dir():
        _check_idle(choices, "a file of graphs")
        return read_dgcnn(path)
    _check_idle(choices, "a folder of graphs", "y")
    return read_tu(path, attribute=None if choices.y is None else _column(choices.y))


def _column(y: str) -> int:
    """The number of a column, from 1."""
    if not (y.isascii() and y.isdigit()):
        rule = "--y: attributes of graphs have no names, and are counted from 1"
        raise OptionError(rule, got=repr(y), hint="--y 1, or leave it out: the labels of the graphs")
    return int(y)


def _nodes(nodes: Path, edges: Path, choices: ReadingChoices) -> Read:
    """One graph; its answers are those of the nodes of each part."""
    usual = NodeColumns()
    columns = NodeColumns(id=choices.id or usual.id, label=choices.y or usual.label, present=choices.x)
    found = read_node_graph(nodes, edges, columns=columns, directed=choices.directed, encoding=choices.encoding)
    if found.train is None or found.examples.answers is None:
        return Read(found.examples)

    def part(chosen: Any) -> Examples | None:
        answers = [name if here else None for name, here in zip(found.examples.answers[0], chosen, strict=True)]  # type: ignore[index]
        return replace(found.examples, answers=[answers]) if any(each is not None for each in answers) else None

    train = part(found.train)
    if train is None:
        got, hint = "no node of split train", "write train, valid or test into the column split"
        raise DataError(f"{shown(nodes)}: must have nodes to train on", got=got, hint=hint)
    return Read(train, part(found.valid), part(found.test))


Reader = Callable[[Sequence[Path], ReadingChoices, str | None], Read | Examples]
READERS: dict[str, Reader] = {
    "text": _text,
    "sound": _sound,
    "image": _image,
    "graph": _graph,
    "series": _series,
    "vectors": _vectors,
    "story": _story,
}


def _check_idle(choices: ReadingChoices, what: str, *known: str) -> None:
    """Raises OptionError for a choice that nothing would heed: refused, not ignored."""
    for each in fields(ReadingChoices):
        value = getattr(choices, each.name)
        if each.name not in ("input", "folds", "fold", *known) and value != each.default:
            flag = "--" + each.name.replace("_", "-")
            raise OptionError(f"{flag}: means nothing for {what}", got=repr(value), hint=f"leave {flag} out")


def _folded(read: Read, choices: ReadingChoices) -> Read:
    """Of data that come in folds, the items of one to test on and the others to train on."""
    if choices.folds is None and choices.fold is None:
        return read
    if choices.folds is None or choices.fold is None:
        got = f"--folds {choices.folds}" if choices.fold is None else f"--fold {choices.fold}"
        raise OptionError("data: folds, and which of them tests, come together", got=got, hint="--folds DIR --fold 1")
    if read.valid is not None or read.test is not None:
        rule = "--folds: the data tell already who trains and who tests"
        raise OptionError(rule, got=choices.folds, hint="leave --folds and --fold out")
    train, test = read_fold(choices.folds, choices.fold, len(read.train))
    return Read(read.train.take(train.tolist()), test=read.train.take(test.tolist()))


def _alone(paths: Sequence[Path]) -> Path:
    if len(paths) > 1:
        got = " ".join(map(shown, paths))
        raise OptionError(
            "data: this input comes in one file or folder", got=got, hint="for validation there is --valid"
        )
    return paths[0]


def _with_numbers(examples: Examples, answer: str | None) -> Examples:
    """Where numbers are asked for, answers that are texts become numbers; DataError, by line, for one that is none."""
    if answer != "regress" or examples.answers is None:
        return examples
    return replace(
        examples, answers=[_number(each, examples.where(index)) for index, each in enumerate(examples.answers)]
    )


def _number(answer: Any, where: str) -> Any:
    if not isinstance(answer, str):
        return answer
    try:
        number = float(answer)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        hint = "a number such as 3.5; for classes, train classify"
        raise DataError(f"{where}: the answer must be a finite number", got=repr(answer)[:60], hint=hint)
    return number
