"""Sets of graphs in the form of TU Dortmund's collection: a folder of text files that count nodes and graphs from 1."""

from array import array
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.examples import Examples
from regard.data.files import cannot_open, shown
from regard.data.items import Whole
from regard.data.lines import read_lines
from regard.data.measured.numbers import always, as_numbers, as_whole
from regard.data.measured.tagged import TaggedGraph
from regard.errors import DataError


class _Rows(NamedTuple):
    """Numbers (rows, columns) of one file."""

    path: Path
    values: NDArray[Any]


def read_tu(folder: str | Path, *, attribute: int | None = None) -> Examples:
    """Graphs and their classes from a folder with `DS_A.txt`, `DS_graph_indicator.txt` and `DS_graph_labels.txt`.

    Node and edge labels become tags, node and edge attributes features. The answers are the labels as text; with
    `attribute` they are the numbers in that column, from 1, of `DS_graph_attributes.txt`. Each file may end in .gz.
    Raises DataError with path and line for an edge that leads out of its graph, a node that belongs to none, and for
    files of different lengths. About 8 s for a million nodes and edges.
    """
    folder = Path(folder)
    name = _name(folder)
    graph_of = _column(_rows(folder, name, "graph_indicator", whole=True)) - 1
    answers, count = _answers(folder, name, attribute)
    edges = _rows(folder, name, "A", whole=True)
    _check(graph_of, count, folder, name)
    ends = _ends(edges, graph_of)
    nodes = [_beside(folder, name, f"node_{what}", len(graph_of)) for what in ("attributes", "labels")]
    links = [_beside(folder, name, f"edge_{what}", len(ends)) for what in ("attributes", "labels")]
    first = np.concatenate(([0], np.cumsum(np.bincount(graph_of, minlength=count))))
    order = np.argsort(graph_of[ends[:, 0]], kind="stable")
    cuts = np.searchsorted(graph_of[ends[order, 0]], np.arange(count + 1))
    graphs = []
    for number in range(count):
        inside, chosen = slice(first[number], first[number + 1]), order[cuts[number] : cuts[number + 1]]
        source, target = (ends[chosen] - first[number]).T
        features, tags = (None if each is None else each[inside] for each in nodes)
        edge_features, edge_tags = (None if each is None else each[chosen] for each in links)
        none = np.empty((inside.stop - inside.start, 0), np.float32)
        graphs.append(
            TaggedGraph(none if features is None else features, source, target, edge_features, tags, edge_tags)
        )
    return Examples("graph", graphs, answers, origin=str(folder))


def _name(folder: Path) -> str:
    """What the files are called before `_A.txt`."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise cannot_open(folder, error) from error
    found = {name.removesuffix(".gz").removesuffix("_A.txt") for name in names if _is_edges(name)}
    if len(found) != 1:
        got = f"{len(found)} such files" if found else f"files {' '.join(names[:6])}" if names else "an empty folder"
        hint = "name the folder of one set: DS_A.txt, DS_graph_indicator.txt, DS_graph_labels.txt, …"
        raise DataError(f"{shown(folder)}: must hold one file …_A.txt", got=got, hint=hint)
    return found.pop()


def _is_edges(name: str) -> bool:
    """Whether a file is the one with the edges."""
    return name.removesuffix(".gz").endswith("_A.txt")


def _file(folder: Path, name: str, what: str) -> Path:
    """The path of one file, with .gz if it is only there so."""
    plain = folder / f"{name}_{what}.txt"
    packed = folder / f"{name}_{what}.txt.gz"
    return packed if packed.exists() and not plain.exists() else plain


def _rows(folder: Path, name: str, what: str, *, whole: bool) -> _Rows:
    """The numbers of one file, as many on every line as on the first."""
    path, width = _file(folder, name, what), 0
    values = array("q" if whole else "d")
    for line, text in read_lines(path):
        at = f"{shown(path)}:{line}"
        cells = text.split(",")
        width = width or len(cells)
        if len(cells) != width:
            hint = "numbers are parted by commas"
            raise DataError(f"{at}: must have {width} numbers as the first line", got=f"{len(cells)}", hint=hint)
        read = as_whole if whole else as_numbers
        values.extend(read(cells, "a value", always(at)).tolist())
    return _Rows(path, np.array(values).reshape(-1, width))


def _column(rows: _Rows) -> Whole:
    """The only column of a file."""
    if rows.values.shape[1] != 1:
        got = f"{rows.values.shape[1]}"
        raise DataError(f"{shown(rows.path)}:1: must have one number a line", got=got, hint="is it the right file?")
    found: Whole = rows.values[:, 0]
    return found


def _answers(folder: Path, name: str, attribute: int | None) -> tuple[list[Any], int]:
    """The answers and how many graphs there are."""
    if attribute is None:
        rows = _rows(folder, name, "graph_labels", whole=True)
        return list(map(str, _column(rows).tolist())), len(rows.values)
    rows = _rows(folder, name, "graph_attributes", whole=False)
    if not 1 <= attribute <= rows.values.shape[1]:
        got = f"attribute {attribute} of {rows.values.shape[1]}"
        raise DataError(f"{shown(rows.path)}: must have the column", got=got, hint="columns are counted from 1")
    return rows.values[:, attribute - 1].tolist(), len(rows.values)


def _check(graph_of: Whole, count: int, folder: Path, name: str) -> None:
    """Raises DataError unless the nodes of every graph stand together, graphs in order, and each has one."""
    path = shown(_file(folder, name, "graph_indicator"))
    steps = np.diff(graph_of, prepend=0)
    if steps.min() < 0:
        got = f"graph {graph_of[steps.argmin()] + 1} after graph {graph_of[steps.argmin() - 1] + 1}"
        rule = f"{path}:{steps.argmin() + 1}: nodes of one graph must stand together, graphs in order"
        raise DataError(rule, got=got, hint="sort the nodes by graph, and number them anew in all files")
    if graph_of[0] != 0 or steps.max() > 1 or graph_of[-1] != count - 1:
        got = f"graphs {graph_of[0] + 1} to {graph_of[-1] + 1}, {len(np.unique(graph_of)):,} in all"
        hint = "every graph needs a node, and graphs are counted from 1"
        raise DataError(f"{path}: must name the graphs 1 to {count:,}, as many as have answers", got=got, hint=hint)


def _ends(edges: _Rows, graph_of: Whole) -> Whole:
    """Source and target (e, 2) of each edge, counted from 0."""
    at, ends = shown(edges.path), edges.values - 1
    if ends.shape[1] != 2:
        raise DataError(f"{at}:1: must have two nodes a line", got=f"{ends.shape[1]}", hint="source, target")
    outside = ((ends < 0) | (ends >= len(graph_of))).any(1)
    if outside.any():
        line = int(outside.argmax())
        got = f"{ends[line, 0] + 1}, {ends[line, 1] + 1}"
        rule = f"{at}:{line + 1}: a node must be a number from 1 to {len(graph_of):,}, as many as have a graph"
        raise DataError(rule, got=got, hint="nodes are counted from 1, through all graphs")
    across = graph_of[ends[:, 0]] != graph_of[ends[:, 1]]
    if across.any():
        line = int(across.argmax())
        got = f"from graph {graph_of[ends[line, 0]] + 1} to graph {graph_of[ends[line, 1]] + 1}"
        hint = "nodes are counted from 1, through all graphs"
        raise DataError(f"{at}:{line + 1}: an edge must stay in one graph", got=got, hint=hint)
    found: Whole = ends
    return found


def _beside(folder: Path, name: str, what: str, wanted: int) -> NDArray[Any] | None:
    """The numbers of a file that need not be there, one line for each node or edge."""
    path = _file(folder, name, what)
    if not path.exists():
        return None
    labels = what.endswith("labels")
    rows = _rows(folder, name, what, whole=labels)
    if len(rows.values) != wanted:
        hint = "one line for each node or edge, in their order"
        got = f"{len(rows.values):,} lines"
        raise DataError(f"{shown(path)}: must have {wanted:,} lines", got=got, hint=hint)
    return rows.values if labels else rows.values.astype(np.float32)
