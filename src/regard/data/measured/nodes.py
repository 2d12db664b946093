"""One large graph in two tables, its nodes and its edges, with an answer for each node and who trains and who tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.cells import Rows, cells, csv_rows, tsv_rows
from regard.data.examples import Examples
from regard.data.files import brief, quoted, shown
from regard.data.items import Floats, Graph, Whole
from regard.data.measured.numbers import always, as_numbers, as_whole
from regard.data.readers import kind_of
from regard.errors import DataError, nearest

MOST_NUMBERS = 1 << 28
"""Nodes times features: 1 GB. A feature's number can be any in a small file."""
PARTS = {
    "train": ("train", "training"),
    "valid": ("valid", "val", "validation", "dev"),
    "test": ("test", "testing"),
    "": ("", "none", "other"),
}


class NodeData(NamedTuple):
    """A graph whose answers are one list, and whether each node (n,) is trained, validated and tested on.

    examples: one item; its answer is the list of the nodes' labels as text, None where there is none.
    train, valid, test: None where the table does not tell.
    """

    examples: Examples
    train: NDArray[np.bool_] | None
    valid: NDArray[np.bool_] | None
    test: NDArray[np.bool_] | None


@dataclass(frozen=True, kw_only=True)
class NodeColumns:
    """Columns of the table of nodes; label and split need not be there, all others are features.

    Attributes:
        id: the node's name.
        label: its answer; empty where it has none.
        split: train, valid (or val), test, or none.
        present: the column that lists, parted by commas, the numbers from 0 of the features that a node has; None is
            for the only further column, if a comma is in it.
        width: how many features there are then; None is for as many as are named.
    """

    id: str = "id"
    label: str = "label"
    split: str = "split"
    present: str | None = None
    width: int | None = None


class _Table(NamedTuple):
    """A table by columns, and the line of each row."""

    path: Path
    columns: dict[str, list[str]]
    lines: list[int]

    def at(self, row: int) -> str:
        """What errors call a row."""
        return f"{shown(self.path)}:{self.lines[row]}"


def read_node_graph(
    nodes: str | Path,
    edges: str | Path,
    *,
    columns: NodeColumns | None = None,
    directed: bool = False,
    encoding: str = "utf-8",
) -> NodeData:
    """One graph from a table of nodes and a table of edges: .csv, or else tab-separated, plain or .gz, with headers.

    Nodes: see `NodeColumns`. Edges: the columns source and target, which name nodes; others are features. An edge is
    there in both directions unless `directed`.
    Raises DataError with path and line for a node named twice or not at all, a split that is none, a feature that is
    no number, an edge to a node that does not exist, and where features would take more than 1 GB.
    """
    columns = columns or NodeColumns()
    table = _read(Path(nodes), encoding)
    numbers = _numbered(table, columns)
    values = _features(table, columns)
    label, split = table.columns.get(columns.label), table.columns.get(columns.split)
    source, target, features = _edges(_read(Path(edges), encoding), numbers, directed)
    graph = Graph(values, source, target, features)
    answers = None if label is None else [[text.strip() or None for text in label]]
    examples = Examples("graph", [graph], answers, origin=str(nodes))
    part = [""] * len(numbers) if split is None else _parts(table, split)
    given = {name: None if split is None else np.array(part) == name for name in PARTS if name}
    return NodeData(examples, given["train"], given["valid"], given["test"])


def _read(path: Path, encoding: str) -> _Table:
    """All columns of a table with a header."""
    rows: Rows = csv_rows(path, encoding) if kind_of(path) == ".csv" else tsv_rows(path, encoding)
    first = next(rows)
    names = [name.strip() for name in first[1]]
    if len(set(names)) < len(names):
        got = ", ".join(map(brief, names[:20]))
        raise DataError(f"{shown(path)}:{first[0]}: the header must name a column once", got=got, hint="rename one")
    found = cells(chain([first], rows), path, [str(number) for number in range(1, len(names) + 1)])
    next(found)  # the header, whose width the rows must have
    lines, texts = [], []
    for line, row in found:
        lines.append(line)
        texts.append(row)
    if not lines:
        hint = "below the header stands one row for each"
        raise DataError(f"{shown(path)}: must hold rows", got="a header alone", hint=hint)
    return _Table(path, dict(zip(names, map(list, zip(*texts, strict=True)), strict=True)), lines)


def _named(table: _Table, name: str) -> list[str]:
    """A column that must be there."""
    if name not in table.columns:
        hint = nearest(brief(name), list(map(brief, table.columns))[:20])
        raise DataError(f"{shown(table.path)}: the header lacks a column", got=f"column {quoted(name)}", hint=hint)
    return table.columns[name]


def _numbered(table: _Table, columns: NodeColumns) -> dict[str, int]:
    """The number of the node of each name."""
    numbers: dict[str, int] = {}
    for row, name in enumerate(_named(table, columns.id)):
        if not name.strip() or name in numbers:
            got = f"{quoted(name)}, as in {table.at(numbers[name])}" if name in numbers else "nothing"
            hint = "one row for each node, with a name of its own"
            raise DataError(f"{table.at(row)}: a node must have a name of its own", got=got, hint=hint)
        numbers[name] = row
    return numbers


def _parts(table: _Table, split: Sequence[str]) -> list[str]:
    """train, valid, test or nothing, for each node."""
    known = {word: part for part, words in PARTS.items() for word in words}
    for row, text in enumerate(split):
        if text.strip().lower() not in known:
            hint = nearest(brief(text), [word for word in known if word])
            raise DataError(f"{table.at(row)}: must be a part of the data", got=quoted(text), hint=hint)
    return [known[text.strip().lower()] for text in split]


def _features(table: _Table, columns: NodeColumns) -> Floats:
    """Features (n, d) of the nodes."""
    beside = (columns.id, columns.label, columns.split)
    others = [name for name in table.columns if name not in beside]
    present = columns.present
    if present is None and len(others) == 1 and any("," in text for text in table.columns[others[0]]):
        present = others[0]
    if present is not None:
        return _present(table, _named(table, present), columns.width)
    return _measured(table, others, len(table.lines))


def _measured(table: _Table, names: Sequence[str], rows: int) -> Floats:
    """Columns of numbers (rows, d), none of them missing."""
    found = np.empty((rows, len(names)), np.float32)
    for place, name in enumerate(names):
        numbers = as_numbers(table.columns[name], f"column {quoted(name)}", table.at)
        if np.isnan(numbers).any():
            rule = f"{table.at(int(np.isnan(numbers).argmax()))}: column {quoted(name)} must not be missing"
            raise DataError(rule, got="no number", hint="fill it in, or leave out the column")
        found[:, place] = numbers
    return found


def _present(table: _Table, texts: Sequence[str], width: int | None) -> Floats:
    """1 for each feature that a node has, 0 for the others."""
    lists = [
        as_whole(text.split(",") if text.strip() else [], "a feature", always(table.at(row)))
        for row, text in enumerate(texts)
    ]
    limit = MOST_NUMBERS // len(lists) if width is None else width
    for row, numbers in enumerate(lists):
        if len(numbers) and not (numbers.min() >= 0 and numbers.max() < limit):
            hint = "features are counted from 0; give each a number as small as can be"
            rule = f"{table.at(row)}: features must be numbers from 0 below {limit:,}"
            raise DataError(rule, got=f"{numbers.min()} to {numbers.max()}", hint=hint)
    wide = max(int(numbers.max(initial=-1)) for numbers in lists) + 1 if width is None else width
    found = np.zeros((len(lists), wide), np.float32)
    for row, numbers in enumerate(lists):
        found[row, numbers] = 1
    return found


def _edges(table: _Table, numbers: dict[str, int], directed: bool) -> tuple[Whole, Whole, Floats | None]:
    """Source, target and features of every edge."""
    ends = []
    for end in ("source", "target"):
        names = _named(table, end)
        wrong = next((row for row, name in enumerate(names) if name not in numbers), None)
        if wrong is not None:
            hint = "every node has a row in the table of nodes"
            rule = f"{table.at(wrong)}: the {end} must be a node's id"
            raise DataError(rule, got=quoted(names[wrong]), hint=hint)
        ends.append(np.array([numbers[name] for name in names], np.int64))
    others = [name for name in table.columns if name not in ("source", "target")]
    features = _measured(table, others, len(table.lines)) if others else None
    source, target = ends
    if directed:
        return source, target, features
    back = source != target
    both = None if features is None else np.concatenate((features, features[back]))
    return np.concatenate((source, target[back])), np.concatenate((target, source[back])), both
