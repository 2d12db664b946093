"""Graphs as an input: nodes are vectors, edges are links; the numbering of nodes never matters."""

import json
from types import SimpleNamespace
from typing import Any

import networkx
import numpy as np
import pytest
import torch
from error_form import three_lines

from regard.data.items import Graph
from regard.data.measured import TaggedGraph
from regard.errors import DataError, OptionError
from regard.inputs.graph import GraphInput, GraphOptions, as_graph

RANDOM = np.random.default_rng(11)
NONE = np.empty((3, 0), np.float32)
PLAIN = GraphOptions(encoding="none", self_loops=False)


def ends(*pairs: tuple[int, int]) -> tuple[Any, Any]:
    both = np.array([pair for a, b in pairs for pair in ((a, b), (b, a))])
    return both[:, 0], both[:, 1]


def some_graph(nodes: int, features: int, edge_features: int | None = None) -> Graph:
    source, target = ends(*networkx.gnp_random_graph(nodes, 0.4, seed=nodes).edges)
    edges = None if edge_features is None else RANDOM.normal(size=(len(source), edge_features))
    return Graph(RANDOM.normal(2, 3, (nodes, features)), source, target, edges)


def learned(*graphs: Any, **options: Any) -> GraphInput:
    return GraphInput.learn(graphs, GraphOptions(**options))


def values(given: GraphInput, item: Any) -> Any:
    return given.encode(item, "here").values


def links(given: GraphInput, item: Any) -> Any:
    found = given.encode(item, "here").links
    assert found is not None
    return found


PATH = Graph(np.array([[0.0, 5.0], [2.0, 5.0], [4.0, 5.0]]), *ends((0, 1), (1, 2)))


def test_a_path_by_hand() -> None:
    given = learned(PATH, encodings=2)
    assert given.options.encoding == "random-walk" and given.features == 4 and given.edge_features == 0
    found = given.encode(PATH, "here")
    assert found.values[:, 0] == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])
    assert found.values[:, 1:].tolist() == [[0, 0, 0.5], [0, 0, 1], [0, 0, 0.5]]
    assert found.links is not None and found.links.features is None
    assert found.links.source.tolist() == [1, 0, 2, 1, 0, 1, 2]
    assert found.links.target.tolist() == [0, 1, 1, 2, 0, 1, 2]


def test_permuting_nodes_permutes_the_encoding() -> None:
    graph = some_graph(12, 3, 2)
    order = RANDOM.permutation(12)
    place = np.argsort(order)
    shuffled = RANDOM.permutation(len(graph.source))
    assert graph.edges is not None
    new = place[graph.source[shuffled]], place[graph.target[shuffled]]
    other = Graph(graph.nodes[order], *new, graph.edges[shuffled])
    given = learned(graph)
    assert values(given, other) == pytest.approx(values(given, graph)[order], abs=1e-6)
    one, two = links(given, graph), links(given, other)
    triples = {(int(place[s]), int(place[t])): row for s, t, row in zip(*one, strict=True)}
    assert len(triples) == len(two.source)
    for source, target, row in zip(*two, strict=True):
        assert row == pytest.approx(triples[int(source), int(target)])


def test_a_graph_is_encoded_the_same_whatever_else_there_is() -> None:
    graphs = [some_graph(nodes, 2) for nodes in (5, 9, 14)]
    given = learned(*graphs)
    before = values(given, graphs[1])
    values(given, graphs[2])
    assert (values(given, graphs[1]) == before).all()


def test_nodes_without_features_are_told_by_their_degrees() -> None:
    graph = Graph(np.empty((4, 0)), np.array([0, 1, 2, 0, 3]), np.array([1, 1, 1, 1, 3]))
    given = GraphInput.learn([graph], PLAIN)
    assert given.features == 13
    found = values(given, graph)
    assert found[:, 0] == pytest.approx(np.log1p([0, 2, 0, 0])), "edges in: duplicates once, loops not at all"
    assert found[:, 1] == pytest.approx(np.log1p([1, 0, 1, 0]))
    assert found[:, 2:].argmax(1).tolist() == [0, 2, 0, 0]


def test_tags_are_one_hot_and_unknown_ones_are_nothing() -> None:
    given = GraphInput.learn([Graph(np.array([3, 7, 5]), *ends((0, 1)))], PLAIN)  # type: ignore[arg-type]
    assert values(given, Graph(np.array([7, 4, 3]), *ends((0, 1)))).tolist() == [[0, 0, 1], [0, 0, 0], [1, 0, 0]]  # type: ignore[arg-type]


def test_tags_may_be_texts_and_stand_beside_features() -> None:
    tags = np.array([["C"], ["O"], ["C"]])
    graph = TaggedGraph(np.array([[0.0], [1], [1]]), *ends((0, 1)), tags=tags, edge_tags=np.array([4, 6]))
    given = GraphInput.learn([graph], GraphOptions(encoding="none"))
    assert values(given, graph).tolist() == [[0, 1, 0], [1, 0, 1], [1, 1, 0]]
    assert given.edge_features == 3
    assert links(given, graph).features.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 0, 1]]


def test_columns_of_0_and_1_stay() -> None:
    graph = Graph(np.array([[0, 1], [1, 1], [0, 1]], bool), *ends((0, 1)))  # type: ignore[arg-type]
    assert values(GraphInput.learn([graph], PLAIN), graph).tolist() == [[0, 1], [1, 1], [0, 1]]
    same = Graph(graph.nodes.astype(np.float32), *ends((0, 1)))
    assert values(GraphInput.learn([same], PLAIN), same).tolist() == [[0, 1], [1, 1], [0, 1]]


def test_rows_may_be_divided_by_their_sums() -> None:
    graph = Graph(np.array([[1.0, 3, 0], [0, 0, 0], [0, 0, 2]]), *ends((0, 1)))
    given = learned(graph, encoding="none", normalize_rows=True)
    assert values(given, graph).tolist() == [[0.25, 0.75, 0], [0, 0, 0], [0, 0, 1]]


def test_edges_that_come_twice_are_merged_and_their_features_averaged() -> None:
    twice = np.array([0, 0, 1]), np.array([1, 1, 0])
    graph = Graph(np.zeros((2, 1)), *twice, np.array([[1.0], [4.0], [7.0]]))
    given = learned(graph, encoding="none", self_loops=False, standardize=False)
    assert links(given, graph).features.tolist() == [[7], [2.5]]
    assert links(given, graph).target.tolist() == [0, 1]


def test_loops_that_are_there_are_not_added_again_and_are_told() -> None:
    graph = Graph(np.zeros((2, 1)), np.array([0, 1]), np.array([0, 0]), np.array([[2.0], [3.0]]))
    found = links(learned(graph, encoding="none", standardize=False), graph)
    assert list(zip(found.source.tolist(), found.target.tolist(), strict=True)) == [(0, 0), (1, 0), (1, 1)]
    assert found.features.tolist() == [[2, 1], [3, 0], [0, 1]]


def test_a_graph_without_edges_has_no_features_to_lack() -> None:
    alone = Graph(np.ones((2, 1)), np.empty(0, np.int64), np.empty(0, np.int64))
    given = learned(alone, some_graph(5, 1, 2))
    assert links(given, alone).features.tolist() == [[0, 0, 1], [0, 0, 1]]


def test_encoding_follows_the_size_of_graphs() -> None:
    large = Graph(np.ones((1_001, 1)), np.array([0]), np.array([1]))
    assert learned(large).options.encoding == "none"
    assert learned(PATH).options.encoding == "random-walk"


def test_laplacian_signs_are_drawn_in_training_only() -> None:
    graph = some_graph(9, 2)
    given = learned(graph, encoding="laplacian", encodings=3)
    encoded = given.encode(graph, "here")
    seen = [given.augmented(encoded, np.random.default_rng(seed)) for seed in range(20)]
    assert all((np.abs(each.values) == np.abs(encoded.values)).all() for each in seen)
    assert all((each.values[:, :2] == encoded.values[:, :2]).all() and each.links is encoded.links for each in seen)
    assert len({each.values[:, 2:].tobytes() for each in seen}) == 8
    assert learned(graph).augmented(encoded, RANDOM) is encoded


@pytest.mark.parametrize("encoding", ["none", "laplacian", "random-walk"])
def test_json_keeps_everything(encoding: str) -> None:
    graph = some_graph(7, 2, 1)
    tagged = TaggedGraph(graph.nodes, graph.source, graph.target, graph.edges, np.array(list("CCOHHHN")))
    given = learned(tagged, encoding=encoding)
    again = GraphInput.from_json(json.loads(json.dumps(given.to_json())))
    assert (values(again, tagged) == values(given, tagged)).all()
    assert (links(again, tagged).features == links(given, tagged).features).all()
    assert (again.options, again.features, again.edge_features) == (given.options, 2 + 4 + 8 * (encoding != "none"), 2)


@pytest.mark.parametrize(
    "change",
    [{"nodes": None}, {"nodes": {}}, {"edges": 3}, {"options": {"encoding": "all"}}, {"options": {"colour": 1}}],
)
def test_a_record_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        GraphInput.from_json(learned(PATH).to_json() | change)


def test_networkx_graphs_are_read() -> None:
    given = networkx.Graph()
    given.add_node("Ann", x=[1.0, 2.0])
    given.add_node("Bob", x=[3.0, 4.0])
    given.add_edge("Bob", "Ann", weight=2)
    given.add_edge("Bob", "Bob", weight=5)
    found = as_graph(given, "here")
    assert found.nodes.tolist() == [[1, 2], [3, 4]]
    assert found.edges is not None
    triples = zip(found.source.tolist(), found.target.tolist(), found.edges[:, 0].tolist(), strict=True)
    assert sorted(triples) == [(0, 1, 2.0), (1, 0, 2.0), (1, 1, 5.0)]
    assert learned(given).names(given) == ["node Ann", "node Bob"]


def test_networkx_edges_with_a_direction_keep_it() -> None:
    given = networkx.DiGraph([(0, 1), (2, 1)])
    found = as_graph(given, "here")
    assert (found.source.tolist(), found.target.tolist(), found.edges) == ([0, 2], [1, 1], None)
    assert found.nodes.shape == (3, 0)
    networkx.set_node_attributes(given, {0: "C", 1: "O", 2: "C"}, "label")
    assert values(GraphInput.learn([given], PLAIN), given).tolist() == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize("make", [np.array, torch.tensor])
def test_data_of_pytorch_geometrics_form_are_read(make: Any) -> None:
    data = SimpleNamespace(x=make(PATH.nodes), edge_index=make(np.stack((PATH.source, PATH.target))), edge_attr=None)
    given = learned(PATH)
    assert (values(given, data) == values(given, PATH)).all()
    assert given.names(data) == ["node 0", "node 1", "node 2"]


def test_data_without_features_tell_their_number_of_nodes() -> None:
    data = SimpleNamespace(x=None, num_nodes=3, edge_index=np.array([[0], [1]]), edge_attr=np.array([[0.5]]))
    given = GraphInput.learn([data], PLAIN)
    assert (given.features, given.edge_features) == (13, 1)


def index(x: Any = PATH.nodes, edge_index: Any = ((0,), (1,)), **more: Any) -> Any:
    return SimpleNamespace(x=x, edge_index=np.array(edge_index), **more)


HALF = networkx.Graph([(0, 1)])
HALF.nodes[0]["x"] = [1.0, 2.0]


@pytest.mark.parametrize(
    ("item", "fragments"),
    [
        ([[1, 2]], ("here: must be a graph", "got  a list", "networkx graph")),
        (Graph(np.ones((3, 2)), np.array([0, 3]), np.array([1, 1])), ("source must be", "below 3", "3 at edge 1")),
        (Graph(np.ones((3, 2)), np.array([0]), np.array([-1])), ("a target must be", "-1 at edge 0", "from 0")),
        (Graph(np.ones((3, 2)), np.array([0, 1]), np.array([1])), ("2 sources, 1 targets",)),
        (Graph(np.ones((3, 2)), np.array([0.0]), np.array([1])), ("source must be a list", "float64")),
        (Graph(np.ones((3, 2)), np.array([[0]]), np.array([[1]])), ("source must be a list", "(1, 1)")),
        (Graph(np.ones((0, 2)), np.array([0]), np.array([0])), ("a graph must have nodes", "got  none")),
        (Graph(np.ones((3, 1)), *ends((0, 1))), ("here, nodes: must have 2 numbers and 0 tags", "1 numbers")),
        (Graph(np.ones((3, 2), int), *ends((0, 1))), ("must have 2 numbers", "2 tags", "floating-point")),  # type: ignore[arg-type]
        (Graph(NONE, *ends((0, 1))), ("must have 2 numbers", "got  0 numbers")),
        (Graph(np.array([[0, 1], [np.nan, 0], [1, 1]]), *ends((0, 1))), ("here, nodes", "nan in node 2, feature 1")),
        (Graph(np.full((3, 2), np.inf), *ends((0, 1))), ("numbers must be finite", "inf in node 1")),
        (Graph(np.ones((3, 2), complex), *ends((0, 1))), ("must hold real numbers", "complex")),  # type: ignore[arg-type]
        (Graph(np.ones((3, 2, 2)), *ends((0, 1))), ("must have two axes, (nodes, features)",)),
        (Graph([[1.0], [1, 2], [3]], *ends((0, 1))), ("every node needs the same number of features",)),  # type: ignore[arg-type]
        (Graph(PATH.nodes, *ends((0, 1)), np.ones((2, 1))), ("edges must have no features", "leave them out")),
        (Graph(PATH.nodes, *ends((0, 1)), np.ones((5, 1))), ("5 rows of features, 2 edges", "twice")),
        (TaggedGraph(PATH.nodes, *ends((0, 1)), tags=np.array([1, 2])), ("3 rows of features, 2 of tags",)),
        (TaggedGraph(PATH.nodes, *ends((0, 1)), tags=np.ones(3)), ("tags must be whole numbers or texts",)),
        (index(edge_index=[[0, 1], [1, 2], [2, 0]]), ("edge_index must be (2, edges)", "edge_index.T")),
        (index(edge_index=[0, 1]), ("edge_index must be (2, edges)", "sources in the first row")),
        (index(x=None), ("x or num_nodes must tell", "num_nodes None")),
        (index(x=None, num_nodes=-2), ("x or num_nodes", "num_nodes -2")),
        (index(x="text"), ("here, nodes: must hold real numbers", "such as 'text'")),
        (HALF, ("nodes: all must have the attribute x", "1 of 2 without")),
        (networkx.Graph(), ("a graph must have nodes",)),
    ],
)
def test_a_malformed_graph_is_refused(item: Any, fragments: tuple[str, ...]) -> None:
    with pytest.raises(DataError) as caught:
        learned(PATH).encode(item, "here")
    three_lines(caught.value, fragments)
    assert str(caught.value).startswith("here")


@pytest.mark.parametrize(
    ("graphs", "fragments"),
    [
        ([], ("graph: there must be items",)),
        ([PATH, Graph(np.ones((3, 3)), *ends((0, 1)))], ("data, item 2, nodes: must have 2 numbers",)),
        ([PATH, some_graph(5, 2, 1)], ("data, item 1: edges must have features", "every graph's edges")),
        ([some_graph(5, 2, 1), some_graph(6, 2, 2)], ("data, item 2, edges: must have 1 numbers",)),
        ([Graph(np.arange(1001), *ends((0, 1)))], ("at most 1,000", "got  1,001, such as 0, 1, 2", "astype(float)")),  # type: ignore[arg-type]
    ],
)
def test_malformed_training_is_refused(graphs: Any, fragments: tuple[str, ...]) -> None:
    with pytest.raises(DataError) as caught:
        learned(*graphs)
    three_lines(caught.value, fragments)


@pytest.mark.parametrize(
    ("options", "fragments"),
    [
        ({"encoding": "laplacean"}, ("encoding: no such choice", "'laplacian'? or one of")),
        ({"encodings": 0}, ("encodings: must be from 1",)),
    ],
)
def test_a_choice_that_does_not_exist_is_refused(options: dict[str, Any], fragments: tuple[str, ...]) -> None:
    with pytest.raises(OptionError) as caught:
        GraphOptions(**options)
    three_lines(caught.value, fragments)


def test_nodes_of_several_graphs_tell_their_edges_and_how_many_they_are() -> None:
    graphs = [Graph(np.array([[6], [7], [6]]), *ends((0, 1), (1, 2))), Graph(np.array([[7]]), *2 * [np.empty(0, int)])]  # type: ignore[arg-type]
    given = learned(*graphs, encoding="none")
    assert given.options.counts and given.features == 2 + 14
    found = values(given, graphs[0])
    assert found[:, 2] == pytest.approx(np.log1p([1, 2, 1])) and found[:, 4:15].argmax(1).tolist() == [1, 2, 1]
    assert found[:, 15] == pytest.approx(np.log(3 / 20))
    alone = learned(*graphs, encoding="none", counts=False)
    assert values(alone, graphs[0]).tolist() == [[1, 0], [0, 1], [1, 0]]


def test_words_of_one_graph_are_divided_by_how_many_there_are() -> None:
    words = np.zeros((3, 100))
    words[0, :4] = words[1, 7] = 1
    graph = Graph(words, *ends((0, 1), (1, 2)))
    given = learned(graph, encoding="none")
    assert given.options.normalize_rows and values(given, graph).sum(1).tolist() == [1, 1, 0]
    assert values(given, graph).max() == 1 and not learned(graph, graph).options.normalize_rows
    assert not learned(Graph(2 * words, graph.source, graph.target)).options.normalize_rows
