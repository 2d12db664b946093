"""Who may read whom: the past and the future, padding, empty rows, and where queries stand."""

from dataclasses import replace

import pytest
import torch
from attention_cases import (
    COMBINATIONS,
    INFINITY,
    KERNELS_OF,
    MASKINGS,
    NAN,
    UNDROPPED,
    Case,
    Combination,
    cases,
    close,
    examples,
    fixed,
    gradients,
)
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

import regard
from regard import Causal, Padding

CAUSAL = [each for each in COMBINATIONS if "causal" in MASKINGS[each.masking]]
MASKED = [each for each in COMBINATIONS if MASKINGS[each.masking]]


@pytest.mark.parametrize("combination", CAUSAL, ids=str)
def test_the_past_never_hears_the_future(combination: Combination) -> None:
    @examples(4)
    @given(cases(combination), st.data())
    def law(case: Case, data: st.DataObject) -> None:
        if not (case.sizes[2] and case.sizes[3]):
            return
        at = data.draw(st.integers(0, case.sizes[3] - 1))
        case = case.learning()
        louder = case.learning()
        with torch.no_grad():
            louder.key[:, :, at] *= -50
            louder.value[:, :, at] += 1000
        deaf = ~case.readable()[..., at]
        before, after = case.attend(), louder.attend()
        assert torch.equal(before * deaf[..., None], after * deaf[..., None])
        if before.requires_grad:
            heard = torch.autograd.grad((before * deaf[..., None]).sum(), case.leaves[1:3])
            assert all(not each[:, :, at].any() for each in heard)

    law()


@pytest.mark.parametrize("filling", [NAN, INFINITY, -INFINITY])
@pytest.mark.parametrize("combination", MASKED, ids=str)
def test_what_nobody_may_read_never_matters(combination: Combination, filling: float) -> None:
    """Keys, values and queries beyond every reader are NaN or infinite: output, weights, gradients as before."""

    @examples(3)
    @given(cases(combination))
    def law(case: Case) -> None:
        readable = case.readable()
        unread, unreading = ~readable.any(2)[..., None], ~readable.any(3)[..., None]
        tensors = {
            "query": case.query.masked_fill(unreading, filling),
            "key": case.key.masked_fill(unread, filling),
            "value": case.value.masked_fill(unread, filling),
        }
        clean, spoilt = case.learning(), replace(case, **tensors).learning()
        outputs = clean.attend(), spoilt.attend()
        assert torch.equal(*outputs)
        assert torch.equal(clean.weights(), spoilt.weights())
        expected, found = (gradients(out, one.leaves) for out, one in zip(outputs, (clean, spoilt), strict=True))
        for gradient, same in zip(found, expected, strict=True):
            assert torch.equal(gradient, same)
        assert not found[0].masked_select(unreading).any()
        assert not found[1].masked_select(unread).any() and not found[2].masked_select(unread).any()

    law()


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


@pytest.mark.parametrize("combination", UNDROPPED, ids=str)
def test_a_row_of_weights_sums_to_one_or_is_zero(combination: Combination) -> None:
    @examples(4)
    @given(cases(combination))
    def law(case: Case) -> None:
        weights, readable = case.weights(), case.readable()
        assert (weights >= 0).all()
        assert not weights.masked_select(~readable).any()
        close(weights.sum(-1), readable.any(-1).to(weights.dtype).expand(weights.shape[:-1]))

    law()


@pytest.mark.parametrize("mask, query_start", [
    (Padding(keys=[0, 0]), None),
    (Padding(queries=[0, 0]), None),
    (Causal(), -3),
    (Causal(), torch.tensor([-3, -4])),
    (Causal() & Padding(keys=[0, 5]), torch.tensor([2, -3])),
], ids=["no keys exist", "no queries exist", "queries stand before all keys", "so in each row", "both"])  # fmt: skip
@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_a_row_that_may_read_nothing_is_zero_and_so_are_its_weights_and_gradients(
    score: str, kernel: str, mask: Padding, query_start: int | Tensor | None
) -> None:
    case = replace(fixed(score, kernel=kernel, mask=mask), query_start=query_start).learning()
    out = case.attend()
    assert torch.equal(out, torch.zeros_like(out))
    assert torch.equal(case.weights(), torch.zeros(case.sizes, dtype=torch.float64))
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


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_no_keys_at_all_give_zero(score: str, kernel: str) -> None:
    case = fixed(score, kernel=kernel)
    empty = replace(case, key=case.key[:, :, :0], value=case.value[:, :, :0]).learning()
    assert torch.equal(empty.attend(), torch.zeros(2, 4, 3, 3, dtype=torch.float64))
    assert empty.weights().shape == (2, 4, 3, 0)
    assert not gradients(empty.attend(), empty.leaves)[0].any()


@pytest.mark.parametrize("combination", UNDROPPED, ids=str)
def test_a_row_equals_a_batch_of_one(combination: Combination) -> None:
    @examples(3)
    @given(cases(combination))
    def law(case: Case) -> None:
        whole = case.attend()
        for row in range(case.sizes[0]):
            close(case.row(row).attend()[0], whole[row])

    law()


@pytest.mark.parametrize("combination", [c for c in UNDROPPED if c not in CAUSAL], ids=str)
def test_permuting_keys_with_their_values_changes_nothing(combination: Combination) -> None:
    @examples(3)
    @given(cases(combination), st.randoms(use_true_random=False))
    def law(case: Case, chance) -> None:
        last = case.readable().any((1, 2)).sum(-1)
        key, value = case.key.clone(), case.value.clone()
        for row, length in enumerate(last.tolist()):
            order = list(range(length))
            chance.shuffle(order)
            key[row, :, :length], value[row, :, :length] = case.key[row][:, order], case.value[row][:, order]
        close(replace(case, key=key, value=value).attend(), case.attend())

    law()


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
def test_the_last_query_stands_at_the_last_key_unless_told(score: str, kernel: str) -> None:
    case = fixed(score, kernel=kernel, mask=Causal())
    assert torch.equal(case.attend(), replace(case, query_start=2).attend())
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
