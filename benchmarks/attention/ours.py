"""How regard computes each kind: one call of `attend`, the choices as objects."""

from collections.abc import Callable
from typing import Any

from benchmarks.attention.cases import Case
from benchmarks.attention.inputs import DROPPED, Inputs, Skipped
from torch import Tensor

import regard
from regard.attend import Seen, observed
from regard.kernels.catalogue import KERNELS
from regard.kernels.request import Request

Call = Callable[..., Tensor]

NORMALIZERS = {
    "sink": regard.SoftmaxWithSink(),
    "relu": regard.ReLU(),
    "squared relu": regard.SquaredReLU(),
    "sigmoid": regard.Sigmoid(),
    "plain": regard.Plain(),
    "sparsemax": regard.Sparsemax(),
    "entmax": regard.Entmax(1.5),
}


def choices(case: Case, inputs: Inputs) -> dict[str, Any]:
    """The keyword arguments of `attend` that make it this case."""
    linear = {"score": regard.Features(regard.EluPlusOne()), "normalizer": regard.Normalized(1e-6)}
    match case.kind:
        case "dense" | "additive" | "top" | "decoding":
            return {}
        case "causal":
            return {"mask": regard.Causal()}
        case "window":
            return {"mask": regard.Causal() & regard.Window(case.window - 1, 0)}
        case "documents":
            return {"mask": regard.Documents(inputs.ids)}
        case "blocks":
            return {"mask": regard.Blocks(inputs.layout, case.block[0])}
        case "lengths":
            return {"mask": regard.Padding(keys=inputs.lengths)}
        case "dropout":
            return {"dropout": DROPPED, "seed": 0}
        case "graph":
            return {"mask": regard.Edges(inputs.source, inputs.target)}
        case "linear":
            return {**linear, "mask": regard.Causal()}
        case "normalized":
            return linear
        case kind:
            return {"normalizer": NORMALIZERS[kind]}


def attend(case: Case, inputs: Inputs, kernel: str = "auto") -> Call:
    """`regard.attend` with this kernel."""
    chosen = choices(case, inputs)

    def call(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return regard.attend(query, key, value, **chosen, kernel=kernel)

    def additive(query: Tensor, key: Tensor, value: Tensor, weight: Tensor) -> Tensor:
        return regard.attend(query, key, value, score=regard.Additive(weight), kernel=kernel)

    def graph(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        heads_first = (each.transpose(0, 1) for each in (query, key, value))
        return regard.attend(*heads_first, **chosen, kernel=kernel).transpose(0, 1)

    return {"additive": additive, "graph": graph}.get(case.kind, call)


def regard_auto(case: Case, inputs: Inputs) -> Call:
    """What the plan takes; for `top`, the greatest weights instead of the output."""
    if case.kind != "top":
        return attend(case, inputs)
    return lambda query, key, value: regard.weights(query, key, top=case.top).weights


def bare_kernel(case: Case, inputs: Inputs) -> Call:
    """The planned kernel alone, on the request that the door made of the same tensors: the rest is the door's cost."""
    request = request_of(case, inputs)
    run = KERNELS[planned(case, inputs)].run
    return lambda *leaves: run(request)


def request_of(case: Case, inputs: Inputs) -> Request:
    """What the door makes of a call."""
    if case.train:
        raise Skipped("its request holds the tensors of one call")
    seen: list[Seen] = []
    with observed(seen.append):
        attend(case, inputs)(*inputs.leaves)
    return seen[0].request


def planned(case: Case, inputs: Inputs) -> str:
    """The kernel that the plan takes."""
    leaves = [each.transpose(0, 1) for each in inputs.leaves] if case.kind == "graph" else list(inputs.leaves)
    extra = {"score": regard.Additive(leaves.pop())} if case.kind == "additive" else {}
    chosen = choices(case, inputs)
    chosen.pop("seed", None)
    return regard.plan(*leaves, **chosen, **extra).kernel
