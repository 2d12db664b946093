"""The one door to labelled texts in files: which reader, by what was asked and what the files are."""

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from regard.data.examples import Examples
from regard.data.files import open_bytes, quoted, shown
from regard.data.labelled.columns import read_columns
from regard.data.labelled.conllu import read_conllu
from regard.data.labelled.fasttext import PREFIX, read_fasttext
from regard.data.labelled.jsonl import read_labelled_jsonl
from regard.data.labelled.label_first import read_label_first
from regard.data.labelled.layout import TextLayout
from regard.data.labelled.lines import read_labelled_lines, read_texts
from regard.data.labelled.spans import HINT, has_spans, read_spans
from regard.data.labelled.tables import read_labelled_table
from regard.data.labelled.whole_json import read_labelled_json
from regard.data.lines import read_lines
from regard.data.pairs import one_of
from regard.data.readers import kind_of
from regard.data.strict_json import json_objects
from regard.errors import DataError, OptionError

ANSWERS = ("label", "classify", "regress")
LOOKED_AT = 1_000


class Format(NamedTuple):
    """A reader, the choices of a TextLayout that it understands, and whether it has an answer a token: None is both."""

    read: Callable[..., Examples]
    choices: tuple[str, ...] = ()
    by_token: bool | None = None


FORMATS = {
    "table": Format(read_labelled_table, ("x", "y", "groups")),
    "json": Format(read_labelled_json, ("x", "y", "groups", "part")),
    "spans": Format(read_spans, ("x", "y"), by_token=True),
    "conllu": Format(read_conllu, ("x", "y"), by_token=True),
    "columns": Format(read_columns, ("x", "y"), by_token=True),
    "fasttext": Format(read_fasttext, by_token=False),
    "label-first": Format(read_label_first, ("label_separator",), by_token=False),
    "lines": Format(read_labelled_lines),
}
SUFFIXES = {
    **dict.fromkeys((".tsv", ".csv", ".jsonl"), "table"),
    **dict.fromkeys((".conll", ".iob", ".iob2", ".bio", ".bioes"), "columns"),
    ".json": "json",
    ".conllu": "conllu",
}


def read_labelled_text(
    files: str | Path | Sequence[str | Path], *, answer: str | None = None, layout: TextLayout | None = None
) -> Examples:
    """Texts with their answers from one file or from two parallel ones, each plain or .gz.

    `answer` is what they are for: label (an answer a token: texts are parted into tokens at spaces), classify or
    regress; None reads answers where they are, and a file of unknown kind as texts alone. With format "auto":

        .tsv .csv .jsonl            a table; but spans where the first object of a .jsonl has some, and for label
                                    columns where a .tsv has blank lines between lines without spaces
        .json                       a JSON document
        .conllu                     CoNLL-U
        .conll .iob .iob2 .bio …    CoNLL's columns; for label every other file too
        first line __label__…       fastText
        two files                   lines: texts, and answers

    A lone file of another kind is refused for classify and regress: nobody can tell where its answers are.
    Raises OptionError where choices contradict or mean nothing for the format, DataError where files cannot be read.
    """
    layout = layout or TextLayout()
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(each) for each in files]
    one_of("format", layout.format, ("auto", *FORMATS))
    if answer is not None:
        one_of("answer", answer, ANSWERS)
    _check_files(paths, layout.format)
    name = layout.format if layout.format != "auto" else _format_of(paths, answer, layout.encoding)
    _check_choices(name, layout, answer)
    options = {**layout.given(), "encoding": layout.encoding, "blank": layout.blank}
    read = FORMATS[name].read
    if FORMATS[name].by_token is None:
        options["tokens"] = answer == "label"
    if name == "table":
        options["answered"] = answer is not None
        read = read_labelled_jsonl if kind_of(paths[0]) == ".jsonl" else read
    elif name == "lines" and len(paths) == 1:
        read = read_texts
    return read(*paths, **options)


def _format_of(paths: list[Path], answer: str | None, encoding: str) -> str:
    """The format that files have by their suffix and their first lines."""
    if len(paths) == 2:
        return "lines"
    path = paths[0]
    found = SUFFIXES.get(kind_of(path))
    if found in ("json", "conllu", "columns"):
        return found
    head = _head(path, encoding)
    if found == "table":
        by_token = answer in ("label", None)
        if kind_of(path) == ".jsonl":
            return "spans" if by_token and _spans_lead(path, encoding) else found
        return "columns" if answer == "label" and kind_of(path) == ".tsv" and _sentences_lead(head) else found
    if head[0].startswith(PREFIX):
        return "fasttext"
    if answer in ("classify", "regress"):
        raise _untold(path, head[0])
    return "columns" if answer == "label" else "lines"


def _head(path: Path, encoding: str) -> list[str]:
    """The first lines of a file, without the white space around them."""
    if not path.is_file():
        if path.is_dir() or not path.exists():
            open_bytes(path).close()
        hint = f"say how to read it: --format {'|'.join(FORMATS)}"
        raise OptionError("format: a pipe cannot be looked at first", got=shown(path), hint=hint)
    return [line.strip() for _, line in islice(read_lines(path, encoding), LOOKED_AT)]


def _spans_lead(path: Path, encoding: str) -> bool:
    """Whether the first object of a file has spans."""
    return has_spans(next((item for _, item in json_objects(path, encoding, HINT) if item is not None), {}))


def _sentences_lead(head: list[str]) -> bool:
    """Whether there are blank lines between lines and no spaces in them: a token a line, not a table."""
    body = "\n".join(head).strip("\n").split("\n")
    return "" in body and not any(" " in line for line in body if not line.startswith("#"))


def _untold(path: Path, line: str) -> DataError:
    """The error for a lone file whose answers may be anywhere."""
    hint = (
        "--format label-first if each line begins with its label and a space, --format table if tabs part columns, "
        "--format lines for texts without answers; or name two files, texts and answers"
    )
    rule = f"{shown(path)}: the place of the answers must be known"
    return DataError(rule, got=f"a first line {quoted(line)}", hint=hint)


def _check_files(paths: list[Path], name: str) -> None:
    """Raises unless there is one file, or there are two different ones of lines."""
    names = " ".join(map(shown, paths)) or "no files"
    if len(paths) not in (1, 2):
        hint = "give one file, or two: texts, and answers line by line; for validation there is --valid"
        raise OptionError("data: one or two files", got=names, hint=hint)
    if len(paths) == 1:
        return
    alone = [shown(path) for path in paths if kind_of(path) in SUFFIXES]
    if name not in ("auto", "lines") or (alone and name == "auto"):
        rule = "data: a file with texts and answers comes alone"
        raise OptionError(
            rule, got=names, hint=f"read {(alone or names.split())[0]} alone; for validation there is --valid"
        )
    if paths[0].absolute() == paths[1].absolute():
        raise OptionError(
            "data: texts and answers must be two files", got=names, hint="name the file of answers second"
        )


def _check_choices(name: str, layout: TextLayout, answer: str | None) -> None:
    """Raises OptionError for what the format does not understand."""
    for choice in layout.given():
        if choice not in FORMATS[name].choices:
            hint = f"it is for --format {'|'.join(each for each in FORMATS if choice in FORMATS[each].choices)}"
            raise OptionError(
                f"{choice}: means nothing for the format {name}", got=repr(getattr(layout, choice)), hint=hint
            )
    by_token = FORMATS[name].by_token
    if by_token and answer in ("classify", "regress"):
        hint = "train label, or choose another --format"
        raise OptionError(f"format: {name} has an answer for every token", got=f"answer {answer}", hint=hint)
    if by_token is False and answer == "label":
        hint = "train classify, or choose another --format"
        raise OptionError(f"format: {name} has one answer for a whole text", got="answer label", hint=hint)
