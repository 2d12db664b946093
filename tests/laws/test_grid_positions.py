"""Cells of images get their row in one half and their column in the other, in images of any and of different sizes."""

import pytest
import torch
from torch import Tensor

import regard
from regard.layers.encodings import GridPositions, LearnedGrid, sinusoids


def cells(rows: int, columns: int) -> Tensor:
    return torch.cartesian_prod(torch.arange(rows), torch.arange(columns))


@pytest.mark.parametrize("width", [2, 7, 8])
@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (1, 300), (300, 1)])
def test_cells_row_by_row_are_the_grid_that_sequences_know(width: int, rows: int, columns: int) -> None:
    states, there = torch.randn(1, rows * columns, width), cells(rows, columns)[None]
    out = GridPositions(width)(states, there)
    torch.testing.assert_close(out, states + sinusoids(rows * columns, width, grid=columns))


@pytest.mark.parametrize("layer", [GridPositions(8), LearnedGrid(8, 3, 4)], ids=["sinusoids", "learned"])
def test_a_cell_has_its_vector_wherever_it_stands_among_others(layer: torch.nn.Module) -> None:
    there, order = cells(3, 4), torch.randperm(12, generator=torch.Generator().manual_seed(1))
    batch = torch.stack((there, there[order]))
    out = layer(torch.zeros(2, 12, 8), batch)
    assert torch.equal(out[0, order], out[1])
    rows, columns = out[0, :, :4].view(3, 4, 4), out[0, :, 4:].view(3, 4, 4)
    assert torch.equal(rows, rows[:, :1].expand_as(rows)) and torch.equal(columns, columns[:1].expand_as(columns))
    assert len(out[0].unique(dim=0)) == 12


def test_nothing_to_learn_or_a_vector_for_each_row_and_column() -> None:
    assert list(GridPositions(8).state_dict()) == []
    layer = LearnedGrid(7, 3, 4)
    assert [tuple(each.shape) for each in layer.parameters()] == [(3, 3), (4, 4)]
    layer(torch.zeros(1, 12, 7), cells(3, 4)[None]).sum().backward()
    assert layer.rows.table.grad is not None and layer.rows.table.grad.unique().tolist() == [4]


def test_an_image_of_no_cells_is_no_mistake() -> None:
    for layer in (GridPositions(8), LearnedGrid(8, 3, 4)):
        assert layer(torch.zeros(2, 0, 8), torch.zeros(2, 0, 2, dtype=torch.long)).shape == (2, 0, 8)


ENDS = "LearnedGrid: learned positions end at 3 rows and 4 columns of cells"
WHOLE = "positions: at is one whole number for every state, (2,) or (1, 2), and stands in place of start"


@pytest.mark.parametrize(("layer", "given", "rule", "got", "hint"), [
    (LearnedGrid(8, 3, 4), [[0, 0], [3, 1]], ENDS, "an image of 4 rows and 2 columns", "GridPositions"),
    (LearnedGrid(8, 3, 4), [[0, 4], [1, 1]], ENDS, "an image of 2 rows and 5 columns", "GridPositions"),
    (LearnedGrid(8, 3, 4), [[0, -1], [1, 1]], "positions: at counts from 0", "-1", "positions_in"),
    (GridPositions(8), [[0, 0], [-2, 1]], "positions: at counts from 0", "-2", "positions_in"),
    (GridPositions(8), [[0.0, 0.0], [2.0, 1.0]], WHOLE, "(1, 2) of torch.float32", "positions_in"),
    (GridPositions(8), [[0, 0]], WHOLE, "(1, 1) of torch.int64", "positions_in"),
])  # fmt: skip
def test_cells_that_cannot_be_are_refused(
    layer: torch.nn.Module, given: list[list[float]], rule: str, got: str, hint: str
) -> None:
    with pytest.raises(regard.RegardError) as caught:
        layer(torch.zeros(1, 2, 8), torch.tensor([given]))
    lines = str(caught.value).split("\n")
    assert lines[:2] == [rule, f"  got  {got}"] and lines[2].startswith(f"  try  {hint}" if hint[0] == "G" else "  try")
    assert isinstance(caught.value, regard.DataError) == rule.startswith("LearnedGrid")
