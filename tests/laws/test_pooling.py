"""Pools say what their names say, and the pooling attention is attention that observers see."""

import pytest
import torch

import regard
from regard.layers.pooling import POOLS, Pool

ROWS = torch.tensor([[[1.0, 8.0], [3.0, 2.0], [99.0, 99.0]], [[-4.0, -5.0], [-6.0, -1.0], [-8.0, -3.0]]])
LENGTHS = torch.tensor([2, 3])


@pytest.mark.parametrize(("kind", "wanted"), [
    ("mean", [[2.0, 5.0], [-6.0, -3.0]]),
    ("max", [[3.0, 8.0], [-4.0, -1.0]]),
    ("last", [[3.0, 2.0], [-8.0, -3.0]]),
])  # fmt: skip
def test_by_hand(kind: str, wanted: list[list[float]]) -> None:
    assert Pool(kind, 2)(ROWS, LENGTHS).tolist() == wanted
    assert list(Pool(kind, 2).parameters()) == []


def test_attention_is_a_learned_state_that_reads_the_others() -> None:
    torch.manual_seed(1)
    pool, x = Pool("attention", 8, 4, score="additive"), torch.randn(3, 5, 8)
    lengths = torch.tensor([5, 2, 1])
    out = pool(x, lengths)
    wanted = [pool.attention(pool.asking, row[None, :end])[0, 0] for row, end in zip(x, lengths, strict=True)]
    torch.testing.assert_close(out, torch.stack(wanted))
    out.sum().backward()
    assert pool.asking.grad is not None and pool.asking.grad.any()


def test_observers_see_what_the_pool_reads() -> None:
    seen = []
    with regard.observed(seen.append):
        Pool("attention", 8, 2).eval()(torch.randn(3, 5, 8), torch.tensor([5, 2, 0]))
    (call,) = seen
    weights = call.weights()
    assert call.name == "pool" and weights.shape == (3, 2, 1, 5)
    torch.testing.assert_close(weights.sum(-1)[..., 0], torch.tensor([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]]))
    assert not weights[1, :, :, 2:].any()


@pytest.mark.parametrize("kind", [kind for kind in POOLS if kind != "last"])
def test_the_order_of_states_does_not_matter(kind: str) -> None:
    torch.manual_seed(2)
    pool, x, order = Pool(kind, 8, 2), torch.randn(2, 6, 8), torch.tensor([4, 2, 0, 1, 3, 5])
    lengths = torch.tensor([5, 5])
    torch.testing.assert_close(pool(x[:, order], lengths), pool(x, lengths))
