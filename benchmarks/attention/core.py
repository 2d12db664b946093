"""The native core of regard: by name, by itself, doing something else for comparison, and the peak of its units."""

from functools import partial

import torch
from benchmarks.attention.cases import Case
from benchmarks.attention.inputs import Inputs, Skipped
from benchmarks.attention.ours import Call, attend, choices, request_of
from torch import Tensor

import regard
from regard.kernels.native_again import Again
from regard.native import library, why_not


def dense_softmax(case: Case, inputs: Inputs) -> Call:
    """Softmax over all pairs, whatever the case: how fast the core is where nothing is in its way."""
    return lambda *leaves: regard.attend(*leaves[:3], kernel="native")


def bound(case: Case, inputs: Inputs) -> Call:
    """A call bound to its shapes, as a decoding loop makes it."""
    return regard.bind(*inputs.leaves, **choices(case, inputs), kernel="native")


def binding(case: Case, inputs: Inputs) -> Call:
    """The packed call alone: where tensors lie is added to it, an output made, the compiled function called."""
    _here()
    return Again(request_of(case, inputs))


def peak(case: Case, inputs: Inputs) -> Call:
    """As many multiplications and additions as the case takes, in registers."""
    _here()
    if case.operations is None:
        raise Skipped(f"the operations of {case.kind} are not counted")
    run = partial(library().peak, int(case.operations), torch.get_num_threads())

    def call(*leaves: Tensor) -> Tensor:
        run()
        return torch.empty(0)

    return call


def _here() -> None:
    if (reason := why_not()) is not None:
        raise Skipped(reason)


CONTESTANTS = {
    "native": partial(attend, kernel="native"),
    "native bound": bound,
    "native softmax": dense_softmax,
    "binding": binding,
    "peak": peak,
}
