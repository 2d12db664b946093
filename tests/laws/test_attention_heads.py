"""Layout: which axes may come, which head reads which, and sizes that need not be equal."""

from dataclasses import replace

import pytest
import torch
from attention_case import close
from attention_cases import KERNELS_OF, PLACELESS_KERNELS_OF, fixed

import regard


@pytest.mark.parametrize("score, kernel", PLACELESS_KERNELS_OF)
def test_query_head_h_reads_key_head_h_divided_by_the_group(score: str, kernel: str) -> None:
    case = fixed(score, kernel=kernel)
    one = replace(case, value=torch.ones_like(case.value))
    marked = replace(one, value=one.value * torch.tensor([10.0, 20.0])[:, None, None])
    close(marked.attend(), one.attend() * torch.tensor([10.0, 10.0, 20.0, 20.0])[:, None, None])
    spread = replace(case, key=case.key[:, [0, 0, 1, 1]], value=case.value[:, [0, 0, 1, 1]])
    close(case.attend(), spread.attend())
    close(case.weights(), spread.weights())


@pytest.mark.parametrize("score, kernel", PLACELESS_KERNELS_OF)
def test_two_three_and_five_axes_are_read_from_the_right(score: str, kernel: str) -> None:
    """(q, d), (h, q, d), (b, h, q, d) and (a, b, h, q, d), whose leading axes are one batch."""
    case = fixed(score, kernel=kernel)
    for form in (3, 5):
        close(replace(case.row(0), form=form).attend(), case.attend()[:1])
    tensors = [each.unflatten(0, (2, 1)) for each in (case.query, case.key, case.value)]
    mask = regard.Padding(keys=torch.tensor([[2], [5]]))
    choices = {**case.matching(), "kernel": kernel, "mask": mask}
    out = regard.attend(*tensors, **choices)
    close(out.flatten(0, 1), replace(case, mask=regard.Padding(keys=[2, 5])).attend())


@pytest.mark.parametrize("score, kernel", KERNELS_OF)
@pytest.mark.parametrize("size", [1, 7])
def test_values_may_have_a_size_of_their_own(score: str, kernel: str, size: int) -> None:
    case = fixed(score, kernel=kernel)
    case = replace(case, value=case.value[..., :1].expand(-1, -1, -1, size) * torch.arange(1, size + 1))
    assert case.attend().shape == (2, 4, 3, size)
    close(case.attend(), case.judged()[0])


def test_the_last_axis_but_one_is_positions_as_in_torch() -> None:
    query, key, value = (torch.randn(2, 3, n, 4, dtype=torch.float64) for n in (5, 7, 7))
    theirs = torch.nn.functional.scaled_dot_product_attention(query, key, value)
    close(regard.attend(query, key, value), theirs)


def test_a_batch_of_nothing_gives_nothing() -> None:
    empty = torch.zeros(0, 2, 3, 4)
    assert regard.attend(empty, empty, empty, mask=regard.Causal()).shape == (0, 2, 3, 4)
