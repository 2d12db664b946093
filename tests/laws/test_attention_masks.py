"""Who may read whom: the past and the future, padding, empty rows, and where queries stand."""

from dataclasses import replace

import pytest
import torch
from attention_case import NAN, close, gradients
from attention_cases import KERNELS_OF, PLACELESS, fixed
from attention_choices import AXES
from torch import Tensor

import regard
from regard import Causal, Padding


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_a_promise_of_finite_numbers_changes_no_number(score: str, kernel: str) -> None:
    lengths = {"keys": [3, 0], "queries": [3, 1]}
    outputs = []
    for promised in (False, True):
        case = fixed(score, kernel=kernel, mask=Causal() & Padding(**lengths, finite=promised)).learning()
        case = replace(case, query_start=1)
        out = case.attend()
        outputs.append([out, *gradients(out, case.leaves)])
    for plain, promised in zip(*outputs, strict=True):
        close(promised, plain)


@pytest.mark.parametrize("mask, query_start", [
    (Padding(keys=[0, 0]), None),
    (Padding(queries=[0, 0]), None),
    (Causal(), -3),
    (Causal(), torch.tensor([-3, -4])),
    (Causal() & Padding(keys=[0, 5]), torch.tensor([2, -3])),
], ids=["no keys exist", "no queries exist", "queries stand before all keys", "so in each row", "both"])  # fmt: skip
@pytest.mark.parametrize("score", PLACELESS)
def test_a_row_that_may_read_nothing_is_zero_and_so_are_its_weights_and_gradients(
    score: str, mask: Padding, query_start: int | Tensor | None
) -> None:
    case = replace(fixed(score, mask=mask), query_start=query_start).learning()
    assert torch.equal(case.weights(), torch.zeros(case.sizes, dtype=torch.float64))
    for out in case.by_kernels().values():
        assert torch.equal(out, torch.zeros_like(out))
        for gradient in gradients(out, case.leaves):
            assert torch.equal(gradient, torch.zeros_like(gradient))


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_an_empty_row_stays_zero_when_a_key_that_others_read_is_nan(score: str, kernel: str) -> None:
    case = fixed(score, kernel=kernel, mask=Padding(queries=[1, 3])).learning()
    with torch.no_grad():
        case.key[0], case.value[0] = NAN, NAN
    out = case.attend()
    assert out[0, :, 0].isnan().all() and out[1].isfinite().all()
    assert torch.equal(out[0, :, 1:], torch.zeros_like(out[0, :, 1:]))
    gradient = gradients(out, case.leaves)[0]
    assert gradient[1].isfinite().all() and not gradient[0, :, 1:].any()


@pytest.mark.parametrize("score", AXES["score"])
def test_no_keys_at_all_give_zero(score: str) -> None:
    case = fixed(score)
    empty = replace(case, key=case.key[:, :, :0], value=case.value[:, :, :0]).learning()
    assert empty.weights().shape == (2, 4, 3, 0)
    for out in empty.by_kernels().values():
        assert torch.equal(out, torch.zeros(2, 4, 3, 3, dtype=torch.float64))
        assert not gradients(out, empty.leaves)[0].any()


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_the_last_query_stands_at_the_last_key_unless_told(score: str, kernel: str) -> None:
    case = fixed(score, kernel=kernel, mask=Causal())
    assert torch.equal(case.attend(), replace(case, query_start=2).attend())
    if score == "dot":
        reads = (case.weights() > 0)[0, 0].int().tolist()
        assert reads == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]


def test_more_queries_than_keys_leave_the_first_ones_nothing_to_read() -> None:
    read = regard.weights(torch.ones(3, 2), torch.ones(2, 2), mask=Causal()).weights
    assert read.tolist() == [[0, 0], [1, 0], [0.5, 0.5]]


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_query_start_may_be_a_number_or_one_for_every_row(score: str, kernel: str) -> None:
    case = fixed(score, kernel=kernel, mask=Causal())
    for start in (-2, 0, 1, 4):
        number = replace(case, query_start=start).attend()
        for tensor in (torch.tensor(start), torch.tensor([start]), torch.tensor([start] * 2, dtype=torch.int32)):
            close(replace(case, query_start=tensor).attend(), number)
    rows = replace(case, query_start=torch.tensor([0, 3])).attend()
    close(rows[0], replace(case, query_start=0).attend()[0])
    close(rows[1], replace(case, query_start=3).attend()[1])


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_decoding_in_chunks_equals_the_whole(score: str, kernel: str) -> None:
    """Keys so far with the default start; all keys with a start; all keys with a start for every row."""
    case = fixed(score, kernel=kernel, mask=Causal())
    case = replace(case, query=case.query.repeat(1, 1, 2, 1)[:, :, :5])
    whole = case.attend()
    for chunk in (1, 2, 3):
        for at in range(0, 5, chunk):
            end = min(at + chunk, 5)
            part = replace(case, query=case.query[:, :, at:end])
            so_far = replace(part, key=case.key[:, :, :end], value=case.value[:, :, :end])
            row_start = torch.tensor([at, at])
            for step in (so_far, replace(part, query_start=at), replace(part, query_start=row_start)):
                close(step.attend(), whole[:, :, at:end])


def test_padded_keys_need_query_start_where_lengths_differ_and_only_there() -> None:
    query, key = torch.ones(2, 1, 3, 2), torch.ones(2, 1, 5, 2)
    with pytest.raises(regard.OptionError, match="needs query_start"):
        regard.weights(query, key, mask=Causal() & Padding(keys=[3, 5]))
    for fine in (
        {"mask": Causal() & Padding(keys=[3, 5]), "query_start": 0},
        {"mask": Causal() & Padding(queries=[3, 2])},
        {"mask": Padding(keys=[3, 5])},
        {"mask": Causal()},
    ):
        regard.weights(query, key, **fine)
    regard.weights(key, key, mask=Causal() & Padding(keys=[3, 5]))


def test_true_means_may_read() -> None:
    read = regard.weights(torch.ones(2, 1, 1, 2), torch.ones(2, 1, 4, 2), mask=Padding(keys=[1, 2])).weights
    assert read.squeeze().tolist() == [[1, 0, 0, 0], [0.5, 0.5, 0, 0]]


def test_joined_masks_allow_what_each_of_them_allows() -> None:
    query, key = torch.ones(1, 1, 4, 2), torch.ones(1, 1, 4, 2)
    left = Padding(keys=[3]) & Causal() & Padding(keys=[2], queries=[3])
    right = Causal() & (Padding(keys=[2]) & Padding(queries=[3]))
    for mask in (left, right):
        read = regard.weights(query, key, mask=mask).weights
        assert read.squeeze().tolist() == [[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0, 0]]


def test_lengths_beyond_the_end_mean_everything_and_below_zero_nothing() -> None:
    read = regard.weights(torch.ones(2, 1, 1, 2), torch.ones(2, 1, 2, 2), mask=Padding(keys=[9, -1])).weights
    assert read.squeeze().tolist() == [[0.5, 0.5], [0, 0]]


@pytest.mark.parametrize("kind", [torch.uint8, torch.int8, torch.int32, torch.int64])
def test_lengths_of_any_whole_type_count_alike(kind: torch.dtype) -> None:
    query = torch.ones(2, 1, 3, 2)
    mask = Causal() & Padding(keys=torch.tensor([1, 3], dtype=kind), queries=torch.tensor([1, 3], dtype=kind))
    read = regard.weights(query, query, mask=mask, query_start=-1).weights
    assert read.squeeze().tolist() == [[[0, 0, 0]] * 3, [[0, 0, 0], [1, 0, 0], [0.5, 0.5, 0]]]


def test_lengths_follow_the_query_to_its_device() -> None:
    query = torch.ones(2, 1, 3, 2, device="meta")
    mask = Causal() & Padding(keys=[1, 3], queries=torch.tensor([1, 3]))
    assert regard.attend(query, query, query, mask=mask, query_start=torch.tensor([0, 0])).is_meta
