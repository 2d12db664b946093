"""Sets of graphs in one text file: their number, then for each a line of its nodes and class, and a line a node."""

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from regard.data.examples import Examples
from regard.data.files import quoted, shown
from regard.data.items import Floats
from regard.data.lines import read_lines
from regard.data.measured.numbers import always, as_numbers, as_whole
from regard.data.measured.tagged import TaggedGraph
from regard.errors import DataError

Lines = Iterator[tuple[int, str]]


class _Node(NamedTuple):
    """One line."""

    tag: int
    neighbours: list[int]
    features: Floats


def read_dgcnn(path: str | Path) -> Examples:
    """Graphs and their classes, as text, from a file, plain or .gz, as papers after DGCNN and GIN pass on.

    Line 1: how many graphs. For each a line `nodes class`, then for each of its nodes a line `tag m neighbour1 …
    neighbourm`, counted from 0 within the graph, and features after them if there are any. An edge has no direction:
    it is there in both if either node names the other. Tags are tags of the nodes.
    Raises DataError with path and line for a line of another form, a neighbour that does not exist, and for a file
    that is too short or too long.
    """
    lines = read_lines(path)
    count = _next(lines, path, 1, "the number of graphs")[1][0]
    graphs, answers, numbers = [], [], array("Q")
    for index in range(count):
        line, (nodes, answer) = _next(lines, path, 2, f"`nodes class` of graph {index + 1:,} of {count:,}")
        if nodes < 1:
            hint = "leave the graph out, and count one less in line 1"
            raise DataError(f"{shown(path)}:{line}: a graph must have nodes", got=f"{nodes}", hint=hint)
        graphs.append(_graph(lines, path, nodes, line))
        answers.append(str(answer))
        numbers.append(line)
    rest = next(((number, text) for number, text in lines if text.strip()), None)
    if rest is not None or not graphs:
        at, got = (shown(path), "none") if rest is None else (f"{shown(path)}:{rest[0]}", quoted(rest[1]))
        hint = "line 1 tells how many graphs there are"
        raise DataError(f"{at}: must hold {count:,} graphs, and nothing after them", got=got, hint=hint)
    return Examples("graph", graphs, answers, origin=str(path), lines=numbers)


def _next(lines: Lines, path: str | Path, wanted: int, what: str) -> tuple[int, list[int]]:
    """The whole numbers on the next line."""
    number, cells = _cells(lines, path, what)
    at = f"{shown(path)}:{number}"
    if len(cells) != wanted:
        hint = "check the number of nodes of the graph before, or of graphs in line 1"
        raise DataError(f"{at}: must be {what}", got=quoted(" ".join(cells)), hint=hint)
    return number, as_whole(cells, what, always(at)).tolist()


def _cells(lines: Lines, path: str | Path, what: str) -> tuple[int, list[str]]:
    """What stands on the next line."""
    found = next(lines, None)
    if found is None:
        hint = "check that the file is whole"
        raise DataError(f"{shown(path)}: must go on with {what}", got="the end of the file", hint=hint)
    return found[0], found[1].split()


def _graph(lines: Lines, path: str | Path, nodes: int, first: int) -> TaggedGraph:
    """The nodes of a graph and the edges between them."""
    found: list[_Node] = []
    while len(found) < nodes:
        found.append(_node(lines, path, nodes, len(found)))
        if len(found[-1].features) != len(found[0].features):
            got = f"{len(found[-1].features)} after its neighbours, {len(found[0].features)} at the first node"
            hint = "all nodes have the same number of features"
            raise DataError(f"{shown(path)}:{first + len(found)}: features must be as many", got=got, hint=hint)
    source = np.array([there for node in found for there in node.neighbours], np.int64)
    target = np.repeat(np.arange(nodes), [len(node.neighbours) for node in found])
    codes = np.unique(np.concatenate((source * nodes + target, target * nodes + source)))
    tags = np.array([[node.tag] for node in found], np.int64)
    features = np.stack([node.features for node in found]).astype(np.float32)
    return TaggedGraph(features, codes // nodes, codes % nodes, tags=tags)


def _node(lines: Lines, path: str | Path, nodes: int, index: int) -> _Node:
    """What the next line says of a node."""
    number, cells = _cells(lines, path, f"a node, {index + 1:,} of {nodes:,}")
    at = f"{shown(path)}:{number}"
    tag, count = as_whole(cells[:2], "tag and number of neighbours", always(at)).tolist() if cells[1:] else (0, -1)
    if not 0 <= count <= len(cells) - 2:
        got = quoted(" ".join(cells), 60)
        hint = "the second number tells how many neighbours follow"
        raise DataError(f"{at}: a node must be `tag m neighbour1 … neighbourm`", got=got, hint=hint)
    neighbours = as_whole(cells[2 : 2 + count], "a neighbour", always(at)).tolist()
    wrong = next((each for each in neighbours if not 0 <= each < nodes), None)
    if wrong is not None:
        hint = "nodes are counted from 0, in each graph anew"
        raise DataError(f"{at}: a neighbour must be a number from 0 below {nodes:,}", got=f"{wrong}", hint=hint)
    return _Node(tag, neighbours, as_numbers(cells[2 + count :], "a feature", always(at)).astype(np.float32))
