"""The one form that every mechanism is brought to, and the only thing a kernel sees."""

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from regard.kernels.readable import Readable
from regard.kernels.terms import OffsetTerm, QueryTerm
from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.shapes import Key, Query, Value

HELD = ("query", "key", "value", "weight", "parameter", "row", "column", "bias", "edge_bias", "decay")
"""The fields that may be tensors which ask for a gradient, beside the tables of terms."""


@dataclass(frozen=True)
class Request:
    """One attention to compute, ready for a kernel.

    kind "dot": score = scale · ⟨query, key⟩; kind "additive": score = Σ_d weight_d · tanh(query_d + key_d).
    To every score of a query `row` (b, h, q) is added, to every score of a key `column` (b, h, k), then the terms
    that follow from positions, `bias` (b or 1, h or 1, q, k), and where the mask is a graph `edge_bias`
    (h or 1, edges). `parameter` is the normalizer's number: a sink, a bias or an alpha, as a float or a
    tensor (h or 1, 1, 1) that may ask for a gradient. Where `decay` (g or 1,) is there, a logarithm, a dot score of
    positions d apart is multiplied by exp(d · decay); it has no other terms then.

    What nobody may read has already been cut off or zeroed, so it can do no harm.
    """

    kind: Literal["dot", "additive"]
    query: Query
    key: Key
    value: Value
    scale: float = 1.0
    weight: Tensor | None = None
    readable: Readable = Readable()  # noqa: RUF009  (frozen)
    normalizer: Normalizer = Softmax()  # noqa: RUF009  (frozen)
    parameter: float | Tensor | None = None
    row: Tensor | None = None
    column: Tensor | None = None
    offsets: tuple[OffsetTerm, ...] = ()
    query_term: QueryTerm | None = None
    bias: Tensor | None = None
    edge_bias: Tensor | None = None
    decay: Tensor | None = None
    dropout: float = 0.0
    seed: int | Tensor = 0

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """(b, h, q, k)."""
        b, h, q, _ = self.query.shape
        return b, h, q, self.key.shape[2]

    @property
    def group(self) -> int:
        """How many query heads share a key head: query head h reads key head h // group."""
        return self.query.shape[1] // self.key.shape[1]

    @property
    def plain_scores(self) -> bool:
        """Whether nothing is added to the scores."""
        terms = (self.row, self.column, self.query_term, self.bias, self.edge_bias)
        return len(self.offsets) == 0 and all(term is None for term in terms)

    @property
    def tensors(self) -> list[Tensor]:
        """Everything that a gradient may be asked for, in a fixed order."""
        own = [getattr(self, name) for name in HELD]
        tables = [term.table for term in self.offsets] + ([self.query_term.table] if self.query_term else [])
        return [each for each in own if isinstance(each, Tensor)] + tables

    def over(self, query: Query, key: Key, value: Value) -> "Request":
        """The same request over other vectors: `replace`, five times faster."""
        other = object.__new__(Request)
        other.__dict__.update(self.__dict__, query=query, key=key, value=value)
        return other

    def with_tensors(self, tensors: list[Tensor]) -> "Request":
        """The same request over other tensors, given in the order of `tensors`."""
        if len(tensors) == 3:
            return self.over(*tensors)
        left, other = iter(tensors), object.__new__(Request)
        other.__dict__.update(self.__dict__)
        for name in HELD:
            if isinstance(getattr(self, name), Tensor):
                other.__dict__[name] = next(left)
        if self.offsets:
            other.__dict__["offsets"] = tuple(term._replace(table=next(left)) for term in self.offsets)
        if self.query_term is not None:
            other.__dict__["query_term"] = self.query_term._replace(table=next(left))
        return other
