"""Graphs in text files: sets of them and large ones, with folds and parts; every contradiction by its line."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_malformed import three_lines

from regard.data.choices import ReadingChoices
from regard.data.door import Read, read_examples
from regard.data.items import Graph
from regard.data.measured import NodeColumns, read_dgcnn, read_folds, read_node_graph, read_tu
from regard.errors import DataError, RegardError

TU = {
    "A": "1, 2\n2, 1\n5, 4\n4, 5\n4, 3\n3, 4\n",
    "graph_indicator": "1\n1\n2\n2\n2\n",
    "graph_labels": "-1\n1\n",
    "node_labels": "6\n8\n6\n7\n6\n",
    "node_attributes": "0.5, 1\n1, 2\n1.5, 3\n2, 4\n2.5, 5\n",
    "edge_labels": "0\n0\n1\n1\n2\n2\n",
    "graph_attributes": "0.25, 7\n-1, 8\n",
}
DGCNN = "2\n2 5\n0 1 1\n1 1 0\n3 -1\n4 1 2\n4 0\n7 1 0\n"
NODES = "id\tlabel\tsplit\twords\na\tx\ttrain\t0,2\nb\t\tnone\t\nc\ty\tval\t1\nd\tx\ttest\t2\n"
EDGES = "source\ttarget\na\tb\nc\tb\nd\td\n"


def pairs(graph: Graph) -> list[tuple[int, int]]:
    return sorted(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


def write_tu(folder: Path, **changes: str | None) -> Path:
    for name, text in (TU | changes).items():
        if text is not None:
            (folder / f"SET_{name}.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_graphs(tmp_path: Path) -> None:
    found = read_tu(write_tu(tmp_path))
    assert found.kind == "graph" and found.answers == ["-1", "1"]
    first, second = found.items
    assert pairs(first) == [(0, 1), (1, 0)] and pairs(second) == [(0, 1), (1, 0), (1, 2), (2, 1)]
    assert second.tags.tolist() == [[6], [7], [6]] and second.nodes.tolist() == [[1.5, 3], [2, 4], [2.5, 5]]
    tags = dict(
        zip(zip(second.source.tolist(), second.target.tolist(), strict=True), second.edge_tags[:, 0], strict=True)
    )
    assert tags == {(2, 1): 1, (1, 2): 1, (1, 0): 2, (0, 1): 2} and second.edges is None


def test_a_folder_may_hold_less_and_be_packed(tmp_path: Path) -> None:
    write_tu(tmp_path, node_labels=None, node_attributes=None, edge_labels=None, A=None)
    (tmp_path / "SET_A.txt.gz").write_bytes(gzip.compress(TU["A"].encode()))
    found = read_tu(tmp_path, attribute=2)
    assert found.answers == [7, 8] and found.items[1].nodes.shape == (3, 0)
    assert found.items[1].tags is None and pairs(found.items[0]) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("changes", "fragments"),
    [
        ({"A": None}, ("set: must hold one file …_A.txt", "SET_edge_labels.txt")),
        ({"graph_labels": None}, ("SET_graph_labels.txt: there is no such file",)),
        ({"A": "1, 2\n2, 6\n"}, ("SET_A.txt:2: a node must be a number from 1 to 5", "got  2, 6")),
        ({"A": "0, 2\n"}, ("SET_A.txt:1: a node must be a number from 1",)),
        ({"A": "1, 2\n2, 3\n"}, ("SET_A.txt:2: an edge must stay in one graph", "from graph 1 to graph 2")),
        ({"A": "1, 2, 3\n"}, ("SET_A.txt:1: must have two nodes a line",)),
        ({"A": "1, 2\n1\n"}, ("SET_A.txt:2: must have 2 numbers as the first line",)),
        ({"A": "1, two\n"}, ("SET_A.txt:1: a value must be a whole number", "' two'")),
        ({"A": "1, 9999999999999999999999\n"}, ("SET_A.txt:1: a value must be a whole number",)),
        (
            {"graph_indicator": "1\n1\n2\n1\n2\n"},
            ("SET_graph_indicator.txt:4: nodes of one graph must stand together",),
        ),
        ({"graph_indicator": "1\n1\n3\n3\n3\n"}, ("must name the graphs 1 to 2", "graphs 1 to 3, 2 in all")),
        ({"graph_indicator": "1, 1\n"}, ("SET_graph_indicator.txt:1: must have one number a line",)),
        ({"graph_labels": "1\n2\n3\n"}, ("must name the graphs 1 to 3", "graphs 1 to 2")),
        ({"node_labels": "1\n2\n"}, ("SET_node_labels.txt: must have 5 lines", "2 lines")),
        ({"edge_labels": "1\n2\n"}, ("SET_edge_labels.txt: must have 6 lines",)),
        ({"node_attributes": "1\n2\n3\nx\n5\n"}, ("SET_node_attributes.txt:4: a value must be a number", "'x'")),
        ({"node_labels": ""}, ("SET_node_labels.txt: must hold text",)),
    ],
)
def test_a_malformed_folder_is_refused(
    changes: dict[str, str | None], fragments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("set").mkdir()
    write_tu(Path("set"), **changes)
    with pytest.raises(DataError) as caught:
        read_tu("set")
    found = three_lines(caught.value)
    assert [each for each in fragments if each not in found] == [], found


def test_an_attribute_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_tu(write_tu(tmp_path), attribute=3)
    assert "attribute 3 of 2" in three_lines(caught.value)


def test_one_file_of_graphs(tmp_path: Path) -> None:
    (tmp_path / "set.txt").write_text(DGCNN, encoding="utf-8")
    found = read_dgcnn(tmp_path / "set.txt")
    assert found.answers == ["5", "-1"] and found.where(1).endswith("set.txt:5")
    assert found.items[0].tags.tolist() == [[0], [1]] and found.items[0].nodes.shape == (2, 0)
    assert pairs(found.items[1]) == [(0, 2), (2, 0)], "an edge named once leads both ways"


def test_one_file_of_graphs_with_features(tmp_path: Path) -> None:
    (tmp_path / "set.txt").write_text("1\n2 0\n3 1 1 0.5 -2\n4 0 1 1e3\n", encoding="utf-8")
    assert read_dgcnn(tmp_path / "set.txt").items[0].nodes.tolist() == [[0.5, -2], [1, 1000]]


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("", ("set.txt: must hold text",)),
        ("two\n", ("set.txt:1: the number of graphs must be a whole number", "'two'")),
        ("2 2\n", ("set.txt:1: must be the number of graphs",)),
        ("0\n", ("set.txt: must hold 0 graphs, and nothing after them", "got  none")),
        ("3" + DGCNN[1:], ("set.txt: must go on with `nodes class` of graph 3 of 3", "end of the file")),
        ("1" + DGCNN[1:], ("set.txt:5: must hold 1 graphs, and nothing after", "'3 -1'")),
        ("1\n0 1\n", ("set.txt:2: a graph must have nodes", "got  0")),
        ("1\n999999999999 1\n0 0\n", ("set.txt: must go on with a node, 2 of 999,999,999,999",)),
        ("1\n1 x\n", ("set.txt:2", "must be a whole number", "'x'")),
        ("1\n1\n", ("set.txt:2: must be `nodes class` of graph 1",)),
        ("1\n1 0\n\n", ("set.txt:3: a node must be `tag m neighbour1", "got  ''")),
        ("1\n1 0\n5\n", ("set.txt:3: a node must be",)),
        ("1\n2 0\n5 3 1\n5 0\n", ("set.txt:3: a node must be", "'5 3 1'", "how many neighbours")),
        ("1\n1 0\n5 -1\n", ("set.txt:3: a node must be",)),
        ("1\n2 0\n5 1 2\n5 0\n", ("set.txt:3: a neighbour must be a number from 0 below 2", "got  2")),
        ("1\n2 0\n5 1 1.5\n5 0\n", ("set.txt:3: a neighbour must be a whole number", "'1.5'")),
        ("1\n2 0\n5 0 1.5\n5 0\n", ("set.txt:4: features must be as many", "0 after its neighbours, 1 at the first")),
        ("1\n1 0\n5 0 high\n", ("set.txt:3: a feature must be a number", "'high'")),
    ],
)
def test_a_malformed_file_of_graphs_is_refused(
    text: str, fragments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("set.txt").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_dgcnn("set.txt")
    found = three_lines(caught.value)
    assert [each for each in fragments if each not in found] == [], found


def test_a_large_graph_with_parts(tmp_path: Path) -> None:
    (tmp_path / "nodes.tsv").write_text(NODES, encoding="utf-8")
    (tmp_path / "edges.tsv").write_text(EDGES, encoding="utf-8")
    found = read_node_graph(tmp_path / "nodes.tsv", tmp_path / "edges.tsv")
    (graph,) = found.examples.items
    assert graph.nodes.tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert pairs(graph) == [(0, 1), (1, 0), (1, 2), (2, 1), (3, 3)] and graph.edges is None
    assert found.examples.answers == [["x", None, "y", "x"]]
    assert [np.flatnonzero(part).tolist() for part in found[1:] if part is not None] == [[0], [2], [3]]


def test_a_large_graph_of_numbers_with_directions(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("name,age,size\na,1,2\nb,3,4\n", encoding="utf-8")
    (tmp_path / "edges.csv").write_text("source,target,weight\nb,a,0.5\n", encoding="utf-8")
    files = tmp_path / "nodes.csv", tmp_path / "edges.csv"
    found = read_node_graph(*files, columns=NodeColumns(id="name"), directed=True)
    (graph,) = found.examples.items
    assert graph.nodes.tolist() == [[1, 2], [3, 4]] and pairs(graph) == [(1, 0)] and graph.edges.tolist() == [[0.5]]
    assert found.examples.answers is None and found[1:] == (None, None, None)
    both = read_node_graph(*files, columns=NodeColumns(id="name")).examples.items[0]
    assert pairs(both) == [(0, 1), (1, 0)] and both.edges.tolist() == [[0.5], [0.5]]


@pytest.mark.parametrize(
    ("nodes", "edges", "columns", "fragments"),
    [
        ("id\n", EDGES, {}, ("nodes.tsv: must hold rows", "a header alone")),
        ("name\tx\na\t1\n", EDGES, {}, ("nodes.tsv: the header lacks a column", "'id'")),
        ("id\tid\na\t1\n", EDGES, {}, ("nodes.tsv:1: the header must name a column once",)),
        (
            NODES + "a\tx\ttrain\t1\n",
            EDGES,
            {},
            ("nodes.tsv:6: a node must have a name of its own", "as in nodes.tsv:2"),
        ),
        (NODES + " \tx\ttrain\t1\n", EDGES, {}, ("nodes.tsv:6: a node must have a name", "got  nothing")),
        (NODES + "e\tx\ttrain\n", EDGES, {}, ("nodes.tsv:6: must have 4 columns",)),
        (NODES + "e\tx\ttrane\t1\n", EDGES, {}, ("nodes.tsv:6: must be a part of the data", "'train'? or one of")),
        (NODES + "e\tx\ttrain\t1,x\n", EDGES, {}, ("nodes.tsv:6: a feature must be a whole number",)),
        (NODES + "e\tx\ttrain\t1,,2\n", EDGES, {}, ("nodes.tsv:6: a feature must be a whole number",)),
        (NODES + "e\tx\ttrain\t-1\n", EDGES, {}, ("nodes.tsv:6: features must be numbers from 0",)),
        (NODES + "e\tx\ttrain\t99999999999\n", EDGES, {}, ("nodes.tsv:6: features must be numbers from 0 below",)),
        (NODES, EDGES, {"width": 2}, ("nodes.tsv:2: features must be numbers from 0 below 2", "0 to 2")),
        (NODES, EDGES, {"present": "word"}, ("nodes.tsv: the header lacks a column", "'words'? or")),
        ("id\tage\na\told\n", EDGES, {}, ("nodes.tsv:2: column 'age' must be a number", "'old'")),
        ("id\tage\na\t?\n", EDGES, {}, ("nodes.tsv:2: column 'age' must not be missing",)),
        (NODES, EDGES + "a\te\n", {}, ("edges.tsv:5: the target must be a node's id", "'e'")),
        (NODES, "a\tb\n", {}, ("edges.tsv: must hold rows",)),
        (NODES, "a\tb\na\tb\n", {}, ("edges.tsv: the header lacks a column", "'source'")),
        (NODES, "source\ttarget\tkind\na\tb\tnear\n", {}, ("edges.tsv:2: column 'kind' must be a number",)),
        (NODES, "", {}, ("edges.tsv: must hold text",)),
    ],
)
def test_malformed_tables_are_refused(
    nodes: str,
    edges: str,
    columns: dict[str, Any],
    fragments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nodes.tsv").write_text(nodes, encoding="utf-8")
    Path("edges.tsv").write_text(edges, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_node_graph("nodes.tsv", "edges.tsv", columns=NodeColumns(**columns))
    found = three_lines(caught.value)
    assert [each for each in fragments if each not in found] == [], found


def test_folds_are_read_in_their_order(tmp_path: Path) -> None:
    for number, text in {1: "0\n3\n", 10: "4\n", 2: "1"}.items():
        (tmp_path / f"test_idx-{number}.txt").write_text(text, encoding="utf-8")
    assert [fold.tolist() for fold in read_folds(tmp_path, 6)] == [[0, 3], [1], [4]]


@pytest.mark.parametrize(
    ("files", "fragments"),
    [
        ({}, ("folds: must hold files test_idx-K.txt",)),
        ({1: "0\n", 2: "1\n0\n"}, ("test_idx-2.txt:2: must not be in a fold already", "0, in fold 1")),
        ({1: "0\n5\n"}, ("test_idx-1.txt:2: must be an item from 0 below 3", "got  5")),
        ({1: "0\nx\n"}, ("test_idx-1.txt:2: an item must be a whole number",)),
        ({1: "-1\n"}, ("test_idx-1.txt:1: must be an item from 0",)),
    ],
)
def test_malformed_folds_are_refused(files: dict[int, str], fragments: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "folds"
    folder.mkdir()
    for number, text in files.items():
        (folder / f"test_idx-{number}.txt").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_folds(folder, 3)
    found = three_lines(caught.value)
    assert [each for each in fragments if each not in found] == [], found


def test_folders_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_folds(tmp_path / "none", 3)
    assert "no such file" in three_lines(caught.value)
    with pytest.raises(DataError) as caught:
        read_tu(tmp_path / "none")
    assert "no such file" in three_lines(caught.value)


def read(*paths: Path, answer: str | None = "classify", **choices: Any) -> Read:
    return read_examples(paths, answer=answer, choices=ReadingChoices(input="graph", **choices))


def test_a_fold_tests_and_the_other_items_train(tmp_path: Path) -> None:
    (tmp_path / "test_idx-1.txt").write_text("1\n", encoding="utf-8")
    (tmp_path / "set.txt").write_text(DGCNN.replace("2", "3", 1) + "1 4\n7 0\n", encoding="utf-8")
    found = read(tmp_path / "set.txt", folds=str(tmp_path), fold=1)
    assert found.test is not None and (found.train.answers, found.test.answers) == (["5", "4"], ["-1"])
    assert found.test.where(0).endswith("set.txt:5") and found.valid is None


@pytest.mark.parametrize(
    ("choices", "fragments"),
    [
        ({"fold": 1}, ("data: folds, and which of them tests, come together", "got  --fold 1")),
        ({"folds": "folds"}, ("got  --folds folds", "try  --folds DIR --fold 1")),
        ({"folds": "folds", "fold": 3}, ("folds: must have the fold", "fold 3 of 2", "counted from 1")),
        ({"folds": "folds", "fold": 2}, ("a fold must have both items in it and others", "2 to train on, 0 to test")),
        ({"folds": "none", "fold": 1}, ("none: there is no such file",)),
    ],
)
def test_folds_that_cannot_be_are_refused(
    choices: dict[str, Any], fragments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folds").mkdir()
    for number, text in {1: "1\n", 2: "\n"}.items():
        (Path("folds") / f"test_idx-{number}.txt").write_text(text, encoding="utf-8")
    Path("set.txt").write_text(DGCNN, encoding="utf-8")
    with pytest.raises(RegardError) as caught:
        read(Path("set.txt"), **choices)
    found = three_lines(caught.value)
    assert [each for each in fragments if each not in found] == [], found


def test_nodes_that_tell_their_part_come_without_folds(tmp_path: Path) -> None:
    for name, text in (("nodes.tsv", NODES), ("edges.tsv", EDGES)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(RegardError, match="--folds: the data tell already who trains and who tests"):
        read(tmp_path / "nodes.tsv", tmp_path / "edges.tsv", answer="label", folds="folds", fold=1)


def test_columns_of_a_large_graph_are_named_at_the_door(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("name,kind,has,age\na,x,0,5\nb,y,2,6\n", encoding="utf-8")
    (tmp_path / "e.csv").write_text("source,target\na,b\n", encoding="utf-8")
    found = read(tmp_path / "n.csv", tmp_path / "e.csv", answer="label", id="name", y="kind", x="has", directed=True)
    graph = found.train.items[0]
    assert found.train.answers == [["x", "y"]] and graph.nodes.tolist() == [[1, 0, 0], [0, 0, 1]]
    assert pairs(graph) == [(0, 1)]


def test_numbers_of_graphs_are_a_column_of_their_attributes(tmp_path: Path) -> None:
    found = read(write_tu(tmp_path), answer="regress", y="2")
    assert found.train.answers == [7, 8]
    with pytest.raises(RegardError) as caught:
        read(tmp_path, answer="regress", y="mass")
    assert three_lines(caught.value).startswith("--y: attributes of graphs have no names, and are counted from 1\n")
