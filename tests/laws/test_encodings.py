"""Encodings say what their papers say, begin anew with each document, and see a batch of graphs as its parts."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from torch import Tensor

import regard
from regard.layers.attention import Attention
from regard.layers.encodings import (
    LearnedPositions,
    Sinusoidal,
    graphs,
    laplacian_eigenvectors,
    positions_in,
    random_signs,
    return_probabilities,
    sinusoids,
    spectrum,
)
from regard.layers.encodings.components import least_reached

Pairs = list[tuple[int, int]]
DOCUMENTS = torch.tensor([[4, 4, 4, 9, 9], [1, 2, 2, 2, 2]])
TREE = [(0, 1), (1, 2), (1, 3), (3, 4), (4, 5), (0, 6)]
"""No two eigenvalues of its Laplacian coincide."""


def edges(*pairs: tuple[int, int]) -> regard.Edges:
    return regard.Edges(*torch.tensor(pairs, dtype=torch.long).reshape(-1, 2).T)


def both_ways(pairs: Pairs) -> Pairs:
    return pairs + [(b, a) for a, b in pairs]


def moved(pairs: Pairs, by: int) -> Pairs:
    return [(a + by, b + by) for a, b in pairs]


def wave(position: int, column: int, width: int) -> float:
    """One number of the encoding: sines first, then cosines, rates falling from 1 to 1/10,000."""
    half = (width + 1) // 2
    rate = 10_000 ** (-(column % half) / max(half - 1, 1))
    return math.sin(position * rate) if column < half else math.cos(position * rate)


@pytest.mark.parametrize("width", [2, 5, 8])
def test_sinusoids_are_the_papers_number_by_number(width: int) -> None:
    table = sinusoids(6, width)
    assert table.shape == (6, width)
    for position in range(6):
        for column in range(width):
            assert table[position, column] == pytest.approx(wave(position, column, width), abs=1e-6)


@pytest.mark.parametrize("width", [8, 7])
def test_an_images_cells_have_their_row_first_and_then_their_column(width: int) -> None:
    table, half = sinusoids(12, width, grid=4), width // 2
    for cell in range(12):
        row = [wave(cell // 4, column, half) for column in range(half)]
        column = [wave(cell % 4, column, width - half) for column in range(width - half)]
        assert table[cell].tolist() == pytest.approx(row + column, abs=1e-6)


def test_a_grid_wider_than_the_table_that_stands_ready_is_right_too() -> None:
    layer, many = Sinusoidal(8, grid=30), torch.zeros(1, 900, 8)
    assert torch.equal(layer(many)[0], sinusoids(900, 8, grid=30))


def test_positions_count_from_zero_within_each_run_of_equal_ids() -> None:
    assert positions_in(DOCUMENTS).tolist() == [[0, 1, 2, 0, 1], [0, 0, 1, 2, 3]]
    assert positions_in(torch.tensor([5, 5, 3, 5])).tolist() == [0, 1, 0, 0]
    assert positions_in(torch.zeros(2, 0)).shape == (2, 0)


@pytest.mark.parametrize("make", [Sinusoidal, lambda width: LearnedPositions(width, 9), lambda m: Sinusoidal(m, 2)])
def test_a_packed_row_of_two_documents_gets_the_vectors_of_two_rows(make: Callable[[int], torch.nn.Module]) -> None:
    layer, states = make(6), torch.randn(2, 5, 6)
    packed = layer(states, at=positions_in(DOCUMENTS))
    for row, ids in enumerate(DOCUMENTS):
        begin = 0
        for count in ids.unique_consecutive(return_counts=True)[1].tolist():
            piece = states[row : row + 1, begin : begin + count]
            assert torch.equal(packed[row : row + 1, begin : begin + count], layer(piece))
            begin += count
    assert torch.equal(layer(states, at=positions_in(DOCUMENTS[0]))[0], packed[0])


def test_packed_documents_are_read_as_if_each_stood_alone() -> None:
    layer, attention, states = Sinusoidal(8), Attention(8, 2).eval(), torch.randn(1, 5, 8)
    packed = attention(layer(states, at=positions_in(DOCUMENTS[0])), mask=regard.Documents(DOCUMENTS[0]))
    alone = [attention(layer(piece)) for piece in states.split((3, 2), 1)]
    assert torch.allclose(packed, torch.cat(alone, 1), atol=1e-6)


@pytest.mark.parametrize("start", [0, 3, 300])
def test_positions_that_begin_later_are_those_of_the_whole(start: int) -> None:
    x = torch.zeros(1, start + 4, 6)
    assert torch.equal(Sinusoidal(6)(x[:, start:], start), Sinusoidal(6)(x)[:, start:])


def test_learned_positions_learn_where_documents_begin() -> None:
    layer = LearnedPositions(3, 9)
    layer(torch.zeros(2, 5, 3), at=positions_in(DOCUMENTS)).sum().backward()
    assert layer.table.grad is not None
    assert layer.table.grad[:, 0].tolist() == [4, 3, 2, 1, 0, 0, 0, 0, 0]


WHERE = "positions: at is one whole number for every state, (5,) or (2, 5), and stands in place of start"


@pytest.mark.parametrize(
    ("at", "start", "rule", "got"),
    [
        (torch.zeros(4, dtype=torch.long), 0, WHERE, "(4,) of torch.int64"),
        (torch.zeros(3, 5, dtype=torch.long), 0, WHERE, "(3, 5) of torch.int64"),
        (torch.zeros(5), 0, WHERE, "(5,) of torch.float32"),
        (torch.zeros(5, dtype=torch.long), 2, WHERE, "(5,) of torch.int64, start 2"),
        (torch.tensor([0, 1, -3, 0, 1]), 0, "positions: at counts from 0", "-3"),
    ],
)
@pytest.mark.parametrize("layer", [Sinusoidal(6), LearnedPositions(6, 9)], ids=["sinusoidal", "learned"])
def test_positions_that_cannot_be_are_refused(
    layer: torch.nn.Module, at: Tensor, start: int, rule: str, got: str
) -> None:
    with pytest.raises(regard.ShapeError) as caught:
        layer(torch.zeros(2, 5, 6), start, at)
    assert str(caught.value) == f"{rule}\n  got  {got}\n  try  at=positions_in(ids)"


def test_learned_positions_end_and_say_so() -> None:
    layer, states = LearnedPositions(6, longest=3), torch.zeros(2, 5, 6)
    assert torch.equal(layer(states[:1, :2], 1)[0], layer.table[1:])
    for arguments, end in (((states[:, :2], 2), 4), ((states, 0, positions_in(DOCUMENTS)), 4), ((states,), 5)):
        with pytest.raises(regard.DataError) as caught:
            layer(*arguments)
        assert str(caught.value) == (
            "positions: learned positions end at 3\n"
            f"  got  a sequence of {end} positions\n"
            "  try  positions=sinusoidal, or a larger `longest` at training"
        )


def test_an_image_without_width_is_refused() -> None:
    with pytest.raises(regard.OptionError) as caught:
        Sinusoidal(6, grid=0)
    assert str(caught.value) == "sinusoids: grid is the width of an image in cells\n  got  0\n  try  28"


def laplacian(pairs: Pairs, nodes: int) -> Tensor:
    """I − D^(−1/2) A D^(−1/2), one entry at a time."""
    joined = [[float((a, b) in both_ways(pairs)) for b in range(nodes)] for a in range(nodes)]
    degree = [sum(row) for row in joined]
    return torch.tensor(
        [
            [(a == b) - joined[a][b] / math.sqrt(max(degree[a], 1) * max(degree[b], 1)) for b in range(nodes)]
            for a in range(nodes)
        ],
        dtype=torch.float64,
    )


def test_laplacian_vectors_are_eigenvectors_by_rising_eigenvalue() -> None:
    found, matrix = laplacian_eigenvectors(edges(*TREE), 7, 6).double(), laplacian(TREE, 7)
    values = torch.linalg.eigvalsh(matrix)[1:]
    assert (values.diff() > 0.05).all() and values[0] > 0.05
    assert torch.allclose(matrix @ found, found * values, atol=1e-6)
    assert torch.allclose(found.mT @ found, torch.eye(6, dtype=torch.float64), atol=1e-6)


def test_of_the_largest_entries_of_an_eigenvector_the_first_is_positive() -> None:
    chain = [(i, i + 1) for i in range(5)]
    for vector in laplacian_eigenvectors(edges(*chain), 6, 5).T:
        assert next(x for x in vector if x.abs() > 0.99 * vector.abs().max()) > 0


def test_neither_direction_nor_repetition_nor_order_of_edges_matters_to_eigenvectors() -> None:
    found = laplacian_eigenvectors(edges(*TREE), 7, 4)
    again = laplacian_eigenvectors(edges(*reversed(both_ways(TREE)), *TREE), 7, 4)
    assert torch.allclose(found, again, atol=1e-6)


def test_random_signs_turn_whole_eigenvectors_and_a_generator_repeats_them() -> None:
    found = laplacian_eigenvectors(edges(*TREE), 7, 6)
    draws = [random_signs(found, torch.Generator().manual_seed(seed)) for seed in range(20)]
    assert torch.equal(draws[3], random_signs(found, torch.Generator().manual_seed(3)))
    ratios = torch.stack([(draw * found).sum(0) for draw in draws])
    assert torch.allclose(ratios.abs(), torch.ones(20, 6))
    assert len(ratios.sign().unique(dim=0)) > 10


def walked(pairs: Pairs, nodes: int, steps: int) -> list[list[float]]:
    """Where a walker may be, one step and one edge at a time."""
    back = []
    for begin in range(nodes):
        there, row = {begin: 1.0}, []
        for _ in range(steps):
            new = dict.fromkeys(range(nodes), 0.0)
            for node, chance in there.items():
                ways = [b for a, b in sorted(set(pairs)) if a == node]
                for way in ways:
                    new[way] += chance / len(ways)
            there = new
            row.append(there[begin])
        back.append(row)
    return back


@pytest.mark.parametrize(
    "pairs",
    [both_ways(TREE), [(0, 1), (1, 2), (2, 0), (2, 2), (2, 3), (0, 1)], [(0, 0), (1, 2), (2, 1)], []],
    ids=["tree", "directed, with a loop and a dead end", "components", "no edges"],
)
def test_return_probabilities_are_those_of_a_walker(pairs: Pairs) -> None:
    found = return_probabilities(edges(*pairs), 7, 5)
    assert torch.allclose(found, torch.tensor(walked(pairs, 7, 5)), atol=1e-6)


RING = [(i, (i + 1) % 5) for i in range(5)]
GRAPHS: list[tuple[Pairs, int]] = [(TREE, 7), ([], 1), ([*RING, (0, 2)], 5), (TREE[:3], 5), (RING, 5)]


@pytest.mark.parametrize("encode", [laplacian_eigenvectors, return_probabilities])
def test_a_batch_of_graphs_gives_what_its_graphs_give(encode: Callable[..., Tensor]) -> None:
    starts = [0]
    for _, nodes in GRAPHS:
        starts.append(starts[-1] + nodes)
    joined = [pair for (pairs, _), at in zip(GRAPHS, starts, strict=False) for pair in moved(both_ways(pairs), at)]
    whole = encode(edges(*joined), starts[-1], 4)
    for (pairs, nodes), (begin, end) in zip(GRAPHS, pairwise(starts), strict=True):
        assert torch.allclose(whole[begin:end], encode(edges(*both_ways(pairs)), nodes, 4), atol=1e-6)


def test_components_stand_in_any_order_of_nodes() -> None:
    order = torch.randperm(12, generator=torch.Generator().manual_seed(2))
    source, target = edges(*TREE, *moved(TREE[:3], 7)).source, edges(*TREE, *moved(TREE[:3], 7)).target
    straight = return_probabilities(regard.Edges(torch.cat((source, target)), torch.cat((target, source))), 12, 4)
    mixed = return_probabilities(
        regard.Edges(order[torch.cat((source, target))], order[torch.cat((target, source))]), 12, 4
    )
    assert torch.allclose(mixed[order], straight, atol=1e-6)


def test_a_small_component_has_zeros_beyond_its_own_eigenvectors_and_an_isolated_node_has_nothing_else() -> None:
    found = laplacian_eigenvectors(edges((0, 1), (2, 3), (3, 4)), 6, 3)
    assert (found[:2, 0].abs() > 0.7).all() and not found[:2, 1:].any()
    assert found[2:5, 1].any() and not found[2:5, 2].any() and not found[5].any()


def test_labels_reach_along_a_long_chain_whatever_its_numbering() -> None:
    chain = torch.randperm(500, generator=torch.Generator().manual_seed(4))
    assert least_reached(chain[:-1], chain[1:], 501).tolist() == [0] * 500 + [500]


def test_large_components_take_another_way_to_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = torch.Generator().manual_seed(5)
    tree = [(i, int(torch.randint(i, (), generator=generator))) for i in range(1, 90)]
    graph = edges(*both_ways(tree), *moved(both_ways(TREE), 90))
    dense = laplacian_eigenvectors(graph, 97, 3), return_probabilities(graph, 97, 4)
    monkeypatch.setattr(graphs, "DENSE", 20)
    monkeypatch.setattr(graphs, "TOGETHER", 1000)
    calls: list[int] = []
    slowest = graphs.slowest
    monkeypatch.setattr(graphs, "slowest", lambda *given: calls.append(given[2]) or slowest(*given))
    sparse = laplacian_eigenvectors(graph, 97, 3), return_probabilities(graph, 97, 4)
    assert calls == [90]
    assert torch.allclose(dense[0], sparse[0], atol=1e-5) and torch.allclose(dense[1], sparse[1], atol=1e-6)


def test_eigenvectors_that_do_not_settle_are_never_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "DENSE", 20)
    monkeypatch.setattr(spectrum, "ROUNDS", 1)
    with pytest.raises(regard.OptionError) as caught:
        laplacian_eigenvectors(edges(*((i, i + 1) for i in range(59))), 60, 3)
    rule, got, hint = str(caught.value).split("\n")
    assert rule == "laplacian_eigenvectors: a component of 60 nodes must settle within 1 rounds"
    assert got.startswith("  got  a rest of ") and hint == "  try  fewer eigenvectors, or return_probabilities"


LISTS = "Edges: source and target are two lists of whole numbers, of the same length"


@pytest.mark.parametrize(
    ("encode", "name"), [(laplacian_eigenvectors, "count"), (return_probabilities, "steps")], ids=["laplacian", "walk"]
)
def test_graphs_that_cannot_be_are_refused(encode: Callable[..., Tensor], name: str) -> None:
    whole = torch.tensor([0, 1])
    for given, nodes, count, text in [
        (edges((0, 1)), 2, 0, f"{encode.__name__}: {name} must be at least 1\n  got  0\n  try  8"),
        (edges((0, 7)), 7, 2, "Edges: every node is a number from 0 below 7, the number of nodes\n"
                              "  got  0 to 7\n  try  nodes=8"),
        (edges((-1, 3)), 7, 2, "Edges: every node is a number from 0 below 7, the number of nodes\n"
                               "  got  -1 to 3\n  try  number the nodes from 0"),
        (regard.Edges(whole, whole[:1]), 2, 2, f"{LISTS}\n  got  source (2,) of torch.int64, "
                                               "target (1,) of torch.int64\n  try  edge_index[0], edge_index[1]"),
        (regard.Edges(whole, whole.float()), 2, 2, f"{LISTS}\n  got  source (2,) of torch.int64, "
                                                   "target (2,) of torch.float32\n  try  edge_index[0], edge_index[1]"),
    ]:  # fmt: skip
        with pytest.raises((regard.ShapeError, regard.OptionError)) as caught:
            encode(given, nodes, count)
        assert str(caught.value) == text
