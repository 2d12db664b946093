"""Labels passed on along edges are powers of the matrix of a step; graphs of a batch do not hear each other."""

import pytest
import torch
from torch import Tensor

import regard
from regard.layers.linked import Linked, joined
from regard.layers.propagation import Propagation

PAIRS = [[(0, 0), (1, 0), (2, 0), (0, 1), (1, 2), (0, 2)], [(1, 0), (0, 1), (0, 1)], []]
LENGTHS = torch.tensor([3, 2, 1])
STATES = torch.randn(3, 4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(5))


def graph(pairs: list[tuple[int, int]]) -> Linked:
    return Linked(*torch.tensor(pairs, dtype=torch.long).reshape(-1, 2).T)


LINKS = joined([graph(pairs) for pairs in PAIRS], LENGTHS.tolist(), 4)


def by_matrices(states: Tensor, pairs: list[tuple[int, int]], steps: int, restart: float) -> Tensor:
    """(n, y) of one graph, edges that come twice counted once, nodes that read nothing reading zeros."""
    step = torch.zeros(len(states), len(states), dtype=states.dtype)
    for source, target in pairs:
        step[target, source] = 1
    step = step / step.sum(1, keepdim=True).clamp(min=1)
    mixed = states
    for _ in range(steps):
        mixed = (1 - restart) * step @ mixed + restart * states
    return mixed


@pytest.mark.parametrize(("steps", "restart"), [(1, 0.1), (4, 0.3), (2, 1.0)])
def test_each_graph_of_a_batch_is_what_its_matrix_says(steps: int, restart: float) -> None:
    out = Propagation(steps, restart)(STATES, LENGTHS, LINKS)
    for row, (pairs, length) in enumerate(zip(PAIRS, LENGTHS.tolist(), strict=True)):
        torch.testing.assert_close(out[row, :length], by_matrices(STATES[row, :length], pairs, steps, restart))


def test_padding_never_matters_even_if_it_is_not_a_number() -> None:
    beyond = (torch.arange(4) >= LENGTHS[:, None])[..., None]
    noisy = STATES.masked_fill(beyond, torch.nan).requires_grad_()
    layer = Propagation(3)
    out, plain = layer(noisy, LENGTHS, LINKS), layer(STATES, LENGTHS, LINKS)
    assert torch.equal(out.masked_fill(beyond, 0), plain.masked_fill(beyond, 0))
    assert torch.autograd.grad(out.masked_fill(beyond, 0).square().sum(), noisy)[0].isfinite().all()


def test_edges_fall_in_training_alone() -> None:
    torch.manual_seed(1)
    layer = Propagation(2, dropout=0.5)
    drawn = [layer(STATES, LENGTHS, LINKS) for _ in range(2)]
    assert not torch.equal(*drawn)
    assert torch.equal(layer.eval()(STATES, LENGTHS, LINKS), Propagation(2)(STATES, LENGTHS, LINKS))


@pytest.mark.parametrize(("steps", "restart"), [(0, 0.1), (1, 0.0), (1, 1.5)])
def test_steps_and_restarts_that_cannot_be_are_refused(steps: int, restart: float) -> None:
    with pytest.raises(regard.OptionError) as caught:
        Propagation(steps, restart)
    rule = "Propagation: needs a step, and a restart above 0, at most 1"
    assert str(caught.value) == f"{rule}\n  got  steps {steps}, restart {restart}\n  try  10, 0.1"
