"""The k nearest by strips, runs and groups are those of one table of all differences."""

from collections.abc import Iterator

import pytest
import torch
from memories import vectors
from torch import Tensor

from regard.memory import nearest as module
from regard.memory.nearest import nearest


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strips of two runs, which the parts do not divide, and groups of five queries."""
    monkeypatch.setattr(module, "STRIP", 256)
    monkeypatch.setattr(module, "GROUP", 5)


def found(queries: Tensor, parts: list[Tensor], k: int) -> tuple[Tensor, Tensor]:
    def read() -> Iterator[tuple[Tensor, Tensor]]:
        return ((part, part.square().sum(1) / 2) for part in parts)

    return nearest(queries, [*map(len, parts)], read, k)


def wanted(queries: Tensor, parts: list[Tensor], k: int) -> tuple[Tensor, Tensor]:
    """By all differences, in float64; of equal distances the first."""
    every = (queries.double()[:, None] - torch.cat(parts).double()).square().sum(-1)
    distances, order = every.sort(dim=1, stable=True)
    return distances[:, :k].float(), order[:, :k]


@pytest.mark.parametrize("k", [1, 8, 1500])
@pytest.mark.parametrize("shift", [0.0, 30.0], ids=["centred", "far from zero"])
def test_they_are_those_of_all_differences(k: int, shift: float) -> None:
    parts = [vectors(count, seed=count) + shift for count in (1, 700, 513, 286)]
    queries = vectors(13, seed=1) + shift
    distances, numbers = found(queries, parts, k)
    right, order = wanted(queries, parts, k)
    torch.testing.assert_close(distances, right)
    assert torch.equal(numbers, order)


def test_keys_in_order_of_nearness_either_way_are_found() -> None:
    keys = torch.arange(1000.0)[:, None].expand(1000, 6)
    for parts in ([keys], [keys.flip(0)]):
        assert found(torch.zeros(1, 6), parts, 5)[0].tolist() == [[0.0, 6.0, 24.0, 54.0, 96.0]]


def test_of_many_keys_that_are_the_same_as_many_are_found() -> None:
    parts = [torch.ones(600, 6), vectors(300), torch.ones(300, 6)]
    distances, numbers = found(torch.ones(2, 6), parts, 20)
    assert distances.tolist() == [[0.0] * 20] * 2
    assert all(len(set(row)) == 20 for row in numbers.tolist())


def test_keys_that_are_far_larger_than_others_disturb_nothing() -> None:
    parts = [vectors(400), vectors(200, seed=1) * 1e15]
    distances, numbers = found(vectors(5, seed=2), parts, 4)
    right, order = wanted(vectors(5, seed=2), parts, 4)
    assert torch.equal(numbers, order)
    torch.testing.assert_close(distances, right)
