"""`GraphInput`: the nodes of a graph are the vectors, and along its edges they may read each other."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from regard.data.items import Floats
from regard.data.pairs import one_of
from regard.errors import DataError, OptionError
from regard.inputs.base import Encoded, Links
from regard.inputs.graph.columns import Columns, check_columns
from regard.inputs.graph.convert import Checked, checked
from regard.inputs.graph.edges import merged, with_loops, without_loops
from regard.inputs.graph.layout import drawn_at
from regard.inputs.graph.places import COUNTS, DEGREES, counts, degrees, encodings
from regard.inputs.graph.tables import Table
from regard.inputs.learning import first_of, item_name
from regard.layers.encodings import random_signs

SMALL = 1_000
"""Nodes of the largest training graph up to which `auto` encodes places by random walks."""

WORDS = 100
"""From so many features on, all 0 or 1, those of one graph's nodes are taken for the words of texts."""


@dataclass(frozen=True, kw_only=True)
class GraphOptions:
    """How graphs are read.

    Attributes:
        encoding: what tells a node's place: `random-walk` (the chance to be back after 1, 2, … steps), `laplacian`
            (slow eigenvectors), `none`; `auto` is random-walk where no training graph has more than 1,000 nodes.
        encodings: how many numbers that is.
        self_loops: whether an edge is added from each node to itself, so that a node reads itself.
        standardize: whether features that are numbers are brought to mean 0 and standard deviation 1 over the training
            graphs; a feature that is always 0 or 1 stays.
        normalize_rows: whether a node's features are divided by their sum instead, as is usual for bags of words; None
            is where there is one graph, whose nodes have at least 100 features, all 0 or 1.
        counts: whether a node's vector tells its degrees and how many nodes its graph has, whatever else is known of
            it; None is where there are several training graphs.
    """

    encoding: str = "auto"
    encodings: int = 8
    self_loops: bool = True
    standardize: bool = True
    normalize_rows: bool | None = None
    counts: bool | None = None

    def __post_init__(self) -> None:
        """Raises OptionError for a choice that does not exist."""
        one_of("encoding", self.encoding, ("auto", "random-walk", "laplacian", "none"))
        if not 1 <= self.encodings <= 1_000:
            raise OptionError("encodings: must be from 1 to 1,000", got=str(self.encodings), hint="8")


class GraphInput:
    """Columns of a node: its features, its tags one-hot, its degrees, and its place in the graph; see `GraphOptions`.

    Edges come each once, sorted by target and source, loops last. Edges between the same two nodes are merged, their
    features averaged. Where edges have features, a last one tells loops.
    """

    kind: ClassVar[str] = "graph"

    def __init__(self, options: GraphOptions, nodes: Columns, edges: Columns | None) -> None:
        self.options, self._nodes, self._edges = options, nodes, edges
        self._places = 0 if options.encoding == "none" else options.encodings
        self.features = nodes.width + self._places
        self.features += COUNTS if options.counts else 0 if nodes.width else DEGREES
        self.edge_features = 0 if edges is None else edges.width + options.self_loops

    @property
    def columns(self) -> tuple[Columns, Columns | None]:
        """How what is known of nodes and of edges is read; None where training knew nothing of edges."""
        return self._nodes, self._edges

    @classmethod
    def learn(cls, items: Sequence[Any], options: GraphOptions) -> "GraphInput":
        """Fitted to graphs of any form that `as_graph` takes. Raises DataError for the first that cannot be read."""
        first_of(items, cls.kind)
        graphs = [checked(item, item_name(index)) for index, item in enumerate(items)]
        edges = [graph.edges for graph in graphs if graph.edges is not None]
        for index, graph in enumerate(graphs):
            _check_same(graph, graphs[0].nodes, edges[0] if edges else None, item_name(index))
        if options.encoding == "auto":
            options = replace(options, encoding="random-walk" if max(map(len, graphs)) <= SMALL else "none")
        tables = [graph.nodes for graph in graphs]
        if options.counts is None:
            options = replace(options, counts=len(graphs) > 1)
        if options.normalize_rows is None:
            options = replace(options, normalize_rows=len(graphs) == 1 and _words(tables[0]))
        scaled, rows = options.standardize, bool(options.normalize_rows)
        nodes = Columns.learn(tables, "data, nodes", standardize=scaled, rows=rows)
        return cls(options, nodes, Columns.learn(edges, "data, edges", standardize=scaled) if edges else None)

    def encode(self, item: Any, where: str) -> Encoded:
        """Vectors (nodes, features) of float32, and links with features (edges, edge_features) if training had them.

        Raises DataError for what is no sound graph, or has other features than those of training.
        """
        graph = checked(item, where)
        _check_edges(graph, self._edges is not None, where)
        count = len(graph)
        values = self._nodes.read(graph.nodes, f"{where}, nodes")
        ends = without_loops(graph.source, graph.target, count)
        if self.options.counts:
            values = np.hstack((values, counts(*ends, count)))
        elif graph.nodes.empty:
            values = degrees(*ends, count)
        places = encodings(self.options.encoding, *ends, count, self._places)
        links = merged(Links(graph.source, graph.target, self._edges_read(graph, where)), count)
        if self.options.self_loops:
            links = with_loops(links, count)
        return Encoded(np.hstack((values, places)), links=links)

    def _edges_read(self, graph: Checked, where: str) -> Floats | None:
        """Features (e, f) of the edges, if they have any."""
        if self._edges is None:
            return None
        none = np.empty((0, self._edges.width), np.float32)
        return none if graph.edges is None else self._edges.read(graph.edges, f"{where}, edges")

    def augmented(self, encoded: Encoded, random: np.random.Generator) -> Encoded:
        """Signs of Laplacian eigenvectors drawn anew, since they mean nothing; other graphs as they are."""
        if self.options.encoding != "laplacian":
            return encoded
        generator = torch.Generator().manual_seed(int(random.integers(1 << 62)))
        values = encoded.values.copy()
        places = values[:, -self._places :]
        places[:] = random_signs(torch.from_numpy(places), generator).numpy()
        return replace(encoded, values=values)

    def names(self, item: Any) -> list[str]:
        """`node 0`, `node 1`, …, as edges number them; nodes of a networkx graph by their own names."""
        own = getattr(item, "nodes", None)
        if hasattr(item, "is_directed") and hasattr(item, "edges") and not hasattr(item, "edge_index"):
            return [f"node {name}" for name in own or ()]
        return [f"node {number}" for number in range(len(checked(item, "item")))]

    def shown(self, item: Any) -> dict[str, NDArray[Any]]:
        """`edges` (2, e), from and to, without loops, and `places` (n, 2) between 0 and 1, where nodes may be drawn."""
        graph = checked(item, "item")
        edges = np.stack(without_loops(graph.source, graph.target, len(graph)))
        return {"edges": edges, "places": drawn_at(edges, len(graph))}

    def to_json(self) -> dict[str, Any]:
        """Everything learned and chosen, in JSON's types."""
        edges = None if self._edges is None else self._edges.to_json()
        return {"options": asdict(self.options), "nodes": self._nodes.to_json(), "edges": edges}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "GraphInput":
        """What `to_json` gave; KeyError, TypeError or ValueError where the record cannot be that."""
        edges = None if record["edges"] is None else Columns.from_json(record["edges"])
        return cls(GraphOptions(**record["options"]), Columns.from_json(record["nodes"]), edges)


def _words(nodes: Table) -> bool:
    """Whether there are many features, each of which is there or not."""
    numbers = nodes.numbers
    return numbers.shape[1] >= WORDS and bool(((numbers == 0) | (numbers == 1)).all())


def _check_same(graph: Checked, nodes: Table, edges: Table | None, where: str) -> None:
    """Raises DataError unless a graph's tables have the columns of these."""
    check_columns(graph.nodes, nodes.numbers.shape[1], nodes.tags.shape[1], f"{where}, nodes")
    _check_edges(graph, edges is not None, where)
    if graph.edges is not None and edges is not None:
        check_columns(graph.edges, edges.numbers.shape[1], edges.tags.shape[1], f"{where}, edges")


def _check_edges(graph: Checked, wanted: bool, where: str) -> None:
    """Raises DataError unless edges have features where they should; without any edge there is nothing to have."""
    if (graph.edges is not None) == wanted or not len(graph.source):
        return
    got, hint = ("none", "give every graph's edges features") if wanted else ("features", "leave them out")
    rule = f"{where}: edges must have {'features' if wanted else 'no features'}, as in the other graphs"
    raise DataError(rule, got=got, hint=hint)
