"""Graphs as people have them, in one form: `Graph`, networkx objects, and data of PyTorch Geometric's form.

Neither library is imported: an object is what its attributes say.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regard.data.items import Graph, Whole
from regard.data.measured.tagged import TaggedGraph
from regard.errors import DataError
from regard.inputs.graph.tables import Table, table
from regard.inputs.matrices import Axes, plain_array

NODE, EDGE = Axes("node", "feature", single=True), Axes("edge", "feature", single=True)
KEYS = ("x", "features", "feature", "label", "weight")
"""Attributes of networkx's nodes and edges that are read as features: the first of these that is there."""
MOST_NODES = 1 << 31
FORMS = "a regard Graph, a networkx graph, or an object with x and edge_index"


class Checked(NamedTuple):
    """A graph that is sound: n nodes, e edges, and what is known of each.

    edges: None where there are no edges, or nothing is known of them.
    """

    nodes: Table
    source: Whole
    target: Whole
    edges: Table | None

    def __len__(self) -> int:
        return len(self.nodes.numbers)


def as_graph(item: Any, where: str) -> Graph:
    """The item as a Graph or a TaggedGraph; what is in it is not looked at yet: see `checked`.

    Of a networkx graph the features are the attribute x, features, feature, label or weight, whichever comes first
    and is there; nodes are numbered in its order, and an edge without direction becomes two. Of an object in PyTorch
    Geometric's form they are x and edge_attr, and edge_index is (2, e), sources first.
    Raises DataError for anything else, and where only some nodes or edges have an attribute.
    """
    if isinstance(item, Graph):
        return item
    if hasattr(item, "edge_index"):
        return _from_index(item, where)
    if hasattr(item, "nodes") and hasattr(item, "edges") and hasattr(item, "is_directed"):
        return _from_networkx(item, where)
    raise DataError(f"{where}: must be a graph", got=f"a {type(item).__name__}", hint=FORMS)


def checked(item: Any, where: str) -> Checked:
    """The item as sound tables and edges. Raises DataError, which calls it `where`, for whatever is wrong with it."""
    graph = as_graph(item, where)
    tags, edge_tags = (graph.tags, graph.edge_tags) if isinstance(graph, TaggedGraph) else (None, None)
    nodes = table(graph.nodes, tags, f"{where}, nodes", NODE)
    count = _same_length(nodes, f"{where}, nodes")
    if not count:
        hint = "leave it out, or check what made it"
        raise DataError(f"{where}: a graph must have nodes", got="none", hint=hint)
    source, target = (_ends(getattr(graph, end), end, count, where) for end in ("source", "target"))
    if len(source) != len(target):
        got, hint = f"{len(source):,} sources, {len(target):,} targets", "edge i leads from source[i] to target[i]"
        raise DataError(f"{where}: every edge needs a source and a target", got=got, hint=hint)
    if (graph.edges is None and edge_tags is None) or not len(source):
        return Checked(nodes, source, target, None)
    given = np.empty((len(source), 0)) if graph.edges is None else graph.edges
    edges = table(given, edge_tags, f"{where}, edges", EDGE)
    if _same_length(edges, f"{where}, edges") != len(source):
        got = f"{len(edges.numbers):,} rows of features, {len(source):,} edges"
        hint = "an edge without direction is two edges, and has its features twice"
        raise DataError(f"{where}: every edge must have features, or none", got=got, hint=hint)
    return Checked(nodes, source, target, edges)


def _same_length(rows: Table, where: str) -> int:
    """How many rows there are in both parts of a table."""
    if len(rows.numbers) != len(rows.tags):
        got = f"{len(rows.numbers):,} rows of features, {len(rows.tags):,} of tags"
        raise DataError(f"{where}: must have as many tags as features", got=got, hint="one row for each, in one order")
    return len(rows.numbers)


def _ends(given: Any, name: str, nodes: int, where: str) -> Whole:
    """Node numbers (e,) of one end of every edge."""
    found = plain_array(given, f"{where}, {name}", Axes("edge", "node"))
    if found.ndim != 1 or (found.dtype.kind not in "iu" and found.size):
        got, hint = f"an array {found.shape} of {found.dtype}", "edge_index[0] and edge_index[1] are source and target"
        raise DataError(f"{where}: {name} must be a list of node numbers", got=got, hint=hint)
    if found.size and (int(found.min()) < 0 or int(found.max()) >= nodes):
        wrong = int(np.flatnonzero((found < 0) | (found >= nodes))[0])
        hint = "nodes are numbered from 0; subtract 1 if they are numbered from 1"
        rule = f"{where}: a {name} must be a number from 0 below {nodes:,}, the number of nodes"
        raise DataError(rule, got=f"{found[wrong]} at edge {wrong}, counted from 0", hint=hint)
    return found.astype(np.int64)


def _from_index(item: Any, where: str) -> Graph:
    """A graph from x, edge_index and edge_attr."""
    edges = plain_array(item.edge_index, f"{where}, edge_index", Axes("end", "edge"))
    if edges.ndim != 2 or edges.shape[0] != 2:
        hint = "edge_index.T" if edges.ndim == 2 and edges.shape[1] == 2 else "sources in the first row, then targets"
        raise DataError(f"{where}: edge_index must be (2, edges)", got=f"an array {edges.shape}", hint=hint)
    nodes = getattr(item, "x", None)
    if nodes is None:
        count = getattr(item, "num_nodes", None)
        if not isinstance(count, int) or not 0 <= count < MOST_NODES:
            got = f"x None, num_nodes {count!r}"
            raise DataError(f"{where}: x or num_nodes must tell the nodes", got=got, hint="data.num_nodes = n")
        nodes = np.empty((count, 0), np.float32)
    features = getattr(item, "edge_attr", None)
    return Graph(_array(nodes, where), edges[0], edges[1], None if features is None else _array(features, where))


def _array(given: Any, where: str) -> NDArray[Any]:
    """Features of an object as an array."""
    return plain_array(given, where, NODE)


def _from_networkx(item: Any, where: str) -> Graph:
    """A graph from nodes, edges and their attributes."""
    places = {node: place for place, node in enumerate(item.nodes)}
    nodes = _attribute((values for _, values in item.nodes(data=True)), len(places), f"{where}, nodes", NODE)
    pairs = [(places[source], places[target], values) for source, target, values in item.edges(data=True)]
    if not item.is_directed():
        pairs += [(target, source, values) for source, target, values in pairs if source != target]
    edges = _attribute((values for *_, values in pairs), len(pairs), f"{where}, edges", EDGE)
    ends = np.array([pair[:2] for pair in pairs], np.int64).reshape(-1, 2)
    return Graph(nodes, ends[:, 0], ends[:, 1], edges if edges.shape[1] else None)


def _attribute(every: Iterable[Mapping[str, Any]], count: int, where: str, axes: Axes) -> NDArray[Any]:
    """(count, d): the first of KEYS that the first has, of all; (count, 0) if it has none."""
    rows = list(every)
    key = next((key for key in KEYS if rows and key in rows[0]), None)
    if key is None:
        return np.empty((count, 0), np.float32)
    without = sum(key not in row for row in rows)
    if without:
        hint = f"give {key} to all, or to none"
        rule = f"{where}: all must have the attribute {key} if the first has"
        raise DataError(rule, got=f"{without:,} of {count:,} without", hint=hint)
    found = plain_array([row[key] for row in rows], where, axes)
    if key == "weight" and found.dtype.kind in "iu":
        found = found.astype(np.float64)
    return found[:, None] if found.ndim == 1 else found
