"""The native core of regard: by name, by itself, doing something else for comparison, and the peak of its units."""

from functools import partial

import torch
from benchmarks.attention.cases import Case
from benchmarks.attention.inputs import Inputs, Skipped
from benchmarks.attention.ours import Call, attend, request_of
from torch import Tensor

import regard
from regard.kernels.native_call import Held, Made, Plan, what
from regard.native import FORWARD, PART, library, why_not


def dense_softmax(case: Case, inputs: Inputs) -> Call:
    """Softmax over all pairs, whatever the case: how fast the core is where nothing is in its way."""
    return lambda *leaves: regard.attend(*leaves[:3], kernel="native")


def binding(case: Case, inputs: Inputs) -> Call:
    """One call of the compiled function: where tensors lie is packed, an output made; all else is at hand."""
    _here()
    request = request_of(case, inputs)
    plan, held, statistics = Plan.of(request), Held.of(request), torch.empty(*request.query.shape[:3], 2)
    part = PART.pack(0, case.batch * case.heads * plan.tiles, 0, 0)
    asked, forward = FORWARD + what(request, plan), library().forward

    def call(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        mixed = torch.empty_like(query)
        forward(part + held.packed(Made(mixed, statistics, None)) + asked)
        return mixed

    return call


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
    "native softmax": dense_softmax,
    "binding": binding,
    "peak": peak,
}
