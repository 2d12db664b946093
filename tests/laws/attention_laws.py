"""The laws of attention, each over one case; the suite runs them pairwise, full_product.py over everything."""

from collections.abc import Callable
from dataclasses import replace

import torch
from attention_case import INFINITY, NAN, Case, close, gradients, permuted
from torch import Tensor

from regard.mechanisms.normalizers import Entmax, Softmax, SoftmaxWithSink, Sparsemax, TopK

Law = Callable[[Case], list[str]]
"""Raises AssertionError where the law is broken; says which kernels it was tried on."""


def every_kernel_computes_the_definition(case: Case) -> list[str]:
    """Output and all gradients are the reference's; a row that may read nothing is zero."""
    case = case.learning()
    judged, _ = case.judged()
    expected = gradients(judged, case.leaves)
    empty = ~case.readable().any(-1)
    outputs = case.by_kernels()
    for kernel, output in outputs.items():
        close(output, judged, kernel)
        assert not output[empty].any(), kernel
        found = gradients(output, case.leaves)
        assert not found[0][empty].any(), kernel
        for number, (ours, theirs) in enumerate(zip(found, expected, strict=True)):
            close(ours, theirs, f"{kernel}, gradient of {('query', 'key', 'value', *['a parameter'] * 9)[number]}")
    return list(outputs)


def float32_comes_near_the_definition(case: Case) -> list[str]:
    """In float32 the output has float32's type, and its error is that of float32."""
    single = case.over(torch.Tensor.float)
    judged, _ = single.judged()
    outputs = single.by_kernels()
    for kernel, output in outputs.items():
        assert output.dtype == torch.float32
        close(output, judged, kernel)
    return list(outputs)


def weights_are_the_definitions(case: Case) -> list[str]:
    """Weights are the reference's, zero where nothing may be read, sum as declared, and average the values."""
    weights, readable = case.weights(), case.readable()
    close(weights, case.judged()[1])
    assert not weights[~readable].any()
    total, reading = weights.sum(-1), readable.any(-1)
    if isinstance(case.normalizer, Softmax | Sparsemax | Entmax | TopK):
        assert (weights >= 0).all()
        close(total, reading.to(total.dtype))
    if isinstance(case.normalizer, SoftmaxWithSink):
        assert (weights >= 0).all() and (total < 1).all() and (total[reading] > 0).all()
    close(weights @ case.value.repeat_interleave(case.group, 1), replace(case, dropout=0.0, seed=None).attend())
    return ["auto"]


def what_nobody_may_read_never_matters(case: Case) -> list[str]:
    """Keys and values that nobody reads, and queries that read nothing, are NaN or infinite: all is as before."""
    readable = case.readable()
    unread = ~readable.unflatten(1, (-1, case.group)).any(2).any(2)[..., None]
    unreading = ~readable.any(3)[..., None]
    clean = case.learning()
    expected = {kernel: (out, *gradients(out, clean.leaves)) for kernel, out in clean.by_kernels().items()}
    spoilt = replace(
        case,
        query=torch.where(unreading, poison(case.query), case.query),
        key=torch.where(unread, poison(case.key), case.key),
        value=torch.where(unread, poison(case.value), case.value),
    ).learning()
    for kernel, out in spoilt.by_kernels().items():
        found = out, *gradients(out, spoilt.leaves)
        for ours, same in zip(found, expected[kernel], strict=True):
            close(ours, same, kernel)
        for gradient, blind in zip(found[1:4], (unreading, unread, unread), strict=True):
            assert not gradient[blind.expand_as(gradient)].any(), kernel
    close(spoilt.weights(), clean.weights(), "weights")
    return list(expected)


def poison(tensor: Tensor) -> Tensor:
    """NaN, ∞ and −∞ by turns, for every position."""
    kinds = torch.tensor([NAN, INFINITY, -INFINITY], dtype=tensor.dtype)
    return kinds[torch.arange(tensor.shape[2]) % 3][:, None].expand_as(tensor)


def who_may_not_read_a_key_never_hears_it(case: Case) -> list[str]:
    """The past never hears the future, nor one document another: a key is made loud, and only its readers change."""
    if not case.sizes[3]:
        return []
    case, louder = case.learning(), case.learning()
    readable = case.readable()
    at = int(readable.sum((0, 1, 2)).float().sub(readable[..., 0].numel() / 2).abs().argmin())
    with torch.no_grad():
        louder.key[:, :, at] *= -50
        louder.value[:, :, at] += 1000
    deaf = ~readable[..., at, None]
    before, after = case.by_kernels(), louder.by_kernels()
    for kernel, output in before.items():
        close(after[kernel] * deaf, output.detach() * deaf, kernel)
        if output.requires_grad:
            heard = gradients(output * deaf, case.leaves[1:3])
            assert not any(each[:, :, at].any() for each in heard), kernel
    return list(before)


def a_row_equals_a_batch_of_one(case: Case) -> list[str]:
    """What else is in the batch does not matter."""
    whole = case.by_kernels()
    for row in range(case.sizes[0]):
        for kernel, alone in case.row(row).by_kernels().items():
            if kernel in whole:
                close(alone[0], whole[kernel][row], kernel)
    return list(whole)


def permuting_keys_changes_nothing(case: Case) -> list[str]:
    """Keys, with their values and all that belongs to them, in another order."""
    order = torch.randperm(case.sizes[3], generator=torch.Generator().manual_seed(5))
    before, after = case.by_kernels(), permuted(case, order).by_kernels()
    for kernel, output in after.items():
        close(output, before[kernel], kernel)
    return list(after)


UNDROPPED: dict[str, Law] = {
    law.__name__: law
    for law in (
        weights_are_the_definitions,
        float32_comes_near_the_definition,
        what_nobody_may_read_never_matters,
        who_may_not_read_a_key_never_hears_it,
        a_row_equals_a_batch_of_one,
    )
}
"""Laws that say nothing more where weights fall."""


def unordered(score: str, mask: str, position: str) -> bool:
    """Whether keys of these names may be permuted: nothing depends on where they stand."""
    fades = score.endswith(" fading")
    return (
        not fades
        and mask in ("none", "keys", "dense", "edges")
        and not set(position.split(" + ")) - {"none", "bias", "edge-bias"}
    )


def differences(case: Case) -> tuple[Callable[..., Tensor], list[Tensor]]:
    """The case as a function of its leaves, for finite differences."""
    case = case.learning()
    return (lambda *leaves: case.with_leaves(list(leaves)).attend()), case.leaves
