"""A bound attention is `attend`, call for call, and refuses what it was not bound to."""

import pytest
import torch
from torch import Tensor

import regard
from regard.kernels.native_again import Again
from regard.native import why_not

needs_native = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
CHOICES = {
    "nothing": {},
    "causal": {"mask": regard.Causal()},
    "window": {"mask": regard.Causal() & regard.Window(5, 0)},
    "padded": {"mask": regard.Padding(keys=[7, 3])},
    "rotary": {"position": regard.Rotary()},
    "sparse": {"normalizer": regard.Sparsemax()},
    "start": {"mask": regard.Causal(), "query_start": 4},
    "additive": {"score": regard.Additive(torch.linspace(-1, 1, 6))},
}


def cache(keys: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(2, 2, keys, 6, dtype=dtype)


@pytest.mark.parametrize("kernel", ["auto", pytest.param("native", marks=needs_native)])
@pytest.mark.parametrize("queries", [1, 3, 20])
@pytest.mark.parametrize("name", CHOICES)
def test_it_is_attend_while_the_cache_grows(name: str, queries: int, kernel: str) -> None:
    choices, query = CHOICES[name], torch.randn(2, 4, queries, 6)
    if name == "additive" and queries == 20:
        kernel = "auto"
    step = regard.bind(query, cache(30), cache(30), **choices, kernel=kernel)
    for keys in (30, 31, 31, 40, 9):
        query, key, value = torch.randn(2, 4, queries, 6), cache(keys), cache(keys)
        expected = regard.attend(query, key, value, **choices, kernel="dense")
        assert torch.allclose(step(query, key, value), expected, atol=1e-5), keys


@needs_native
def test_a_plain_call_is_packed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    query, key = torch.randn(2, 4, 1, 6), cache(30)
    step = regard.bind(query, key, key, mask=regard.Causal(), kernel="native")
    monkeypatch.setattr("regard.binding.attend", None)
    monkeypatch.setattr("regard.binding.requested", None)
    for keys in (30, 31, 700):
        assert step(query, cache(keys), cache(keys)).shape == (2, 4, 1, 6)
    strided = torch.randn(6, 30, 2, 2).permute(3, 2, 1, 0)
    assert torch.allclose(step(query, strided, strided), regard.attend(query, strided, strided), atol=1e-5)


@needs_native
def test_a_long_call_is_handed_over_in_parts_by_attend() -> None:
    query, key = torch.randn(1, 1, 1, 4), torch.randn(1, 1, 1023, 4)
    step, longer = regard.bind(query, key, key, kernel="native"), torch.randn(1, 1, 5000, 4)
    assert isinstance(step._now.again, Again)
    assert torch.allclose(step(query, longer, longer), regard.attend(query, longer, longer), atol=1e-5)
    assert step._now.again is None


def test_gradients_and_observers_are_served() -> None:
    query, key = torch.randn(2, 4, 1, 6, requires_grad=True), cache(9)
    step = regard.bind(query, key, key)
    (slope,) = torch.autograd.grad(step(query, key, key).sum(), query)
    (expected,) = torch.autograd.grad(regard.attend(query, key, key).sum(), query)
    assert torch.allclose(slope, expected, atol=1e-5)
    seen: list[regard.attend.Seen] = []  # type: ignore[name-defined]
    with regard.observed(seen.append), torch.no_grad():
        step(query, key, key)
    assert len(seen) == 1


@pytest.mark.parametrize(
    "changed",
    [
        lambda q, k, v: (q[:1], k, v),
        lambda q, k, v: (q, k[:, :1], v),
        lambda q, k, v: (q, k, v[:, :, 1:]),
        lambda q, k, v: (q[..., :3], k[..., :3], v),
        lambda q, k, v: (q.double(), k.double(), v.double()),
        lambda q, k, v: (q, k[0, 0, 0], v),
    ],
)
def test_what_it_was_not_bound_to_is_refused(changed: object) -> None:
    query, key = torch.randn(2, 4, 1, 6), cache(9)
    step = regard.bind(query, key, key)
    for _ in range(2):
        with pytest.raises(regard.ShapeError) as refused:
            step(*changed(query, key, key))  # type: ignore[operator]
        first, second, third = str(refused.value).splitlines()
        assert first == "bound attention: all but the number of keys must be as it was bound"
        assert "got  query" in second and "torch.float" in second
        assert "(2, 4, 1, 6), key (2, 2, 9, 6)" in third and "bind again" in third
    assert step(query, key, key).shape == (2, 4, 1, 6)
