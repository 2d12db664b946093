"""One call of attend with all its arguments, and what the reference says to it."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import product
from typing import Any

import torch
from attention_drawing import Chance
from torch import Tensor

import regard
from regard.kernels import reference
from regard.kernels.catalogue import KERNELS
from regard.mechanisms.legality import Choice
from regard.mechanisms.masks import Both, Dense, Documents, Edges, Either, Keys, Mask, Not, Padding, PerHead
from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.mechanisms.positions import Bias, Position
from regard.mechanisms.scores import Score
from regard.planning import requested

NAN, INFINITY = float("nan"), float("inf")
NUMBERS = ("query", "key", "value", "score", "normalizer", "positions")
"""The arguments that may hold tensors with a gradient."""


@dataclass(frozen=True)
class Case:
    """The arguments of one call, four axes each; `form` is the number of axes that it is called with."""

    query: Tensor
    key: Tensor
    value: Tensor
    score: Score
    normalizer: Normalizer = Softmax()  # noqa: RUF009  (frozen)
    mask: Mask | None = None
    positions: tuple[Position, ...] = ()
    query_start: int | Tensor | None = None
    dropout: float = 0.0
    seed: int | Tensor | None = None
    kernel: str = "auto"
    form: int = 4

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        b, h, q, _ = self.query.shape
        return b, h, q, self.key.shape[2]

    @property
    def choice(self) -> Choice:
        """What is chosen of each independent choice."""
        return Choice(self.score, self.normalizer, self.mask, self.positions)

    @property
    def group(self) -> int:
        """How many query heads share a key head."""
        return self.query.shape[1] // self.key.shape[1]

    @property
    def start(self) -> int | Tensor:
        """Where the first query stands, by the convention: the last query stands at the last key."""
        return self.sizes[3] - self.sizes[2] if self.query_start is None else self.query_start

    @property
    def leaves(self) -> list[Tensor]:
        """Query, key, value, and every parameter."""
        found: list[Tensor] = []
        self.over(lambda tensor: found.append(tensor) or tensor)
        return found

    def over(self, change: Callable[[Tensor], Tensor]) -> "Case":
        """The same case over other numbers."""
        return replace(self, **{name: changed(getattr(self, name), change) for name in NUMBERS})

    def with_leaves(self, leaves: list[Tensor]) -> "Case":
        """The same case over these tensors, in the order of `leaves`."""
        left = iter(leaves)
        return self.over(lambda tensor: next(left))

    def learning(self) -> "Case":
        """The same values in fresh leaves that ask for gradients."""
        return self.over(lambda tensor: tensor.detach().clone().requires_grad_())

    def attend(self) -> Tensor:
        """What is under test, (b, h, q, e)."""
        query, key, value = (in_form(each, self.form) for each in (self.query, self.key, self.value))
        choices: dict[str, Any] = {"dropout": self.dropout, "seed": self.seed, "kernel": self.kernel}
        out = regard.attend(query, key, value, **self.matching(), **choices)
        assert out.shape == (*query.shape[:-1], value.shape[-1])
        return out.reshape(*self.query.shape[:-1], self.value.shape[-1])

    def kernels(self) -> list[str]:
        """The kernels that say they take the case."""
        request = requested(self.query, self.key, self.value, self.choice, self.query_start)
        request = replace(request, dropout=self.dropout)
        return [name for name, kernel in KERNELS.items() if kernel.refuses(request) is None]

    def by_kernels(self) -> dict[str, Tensor]:
        """The outputs of all kernels that take the case; dense takes every one."""
        outputs = {}
        for name in KERNELS:
            try:
                outputs[name] = replace(self, kernel=name).attend()
            except regard.OptionError as refusal:
                if name == "dense" or not str(refusal).startswith(f"attend: kernel {name!r}"):
                    raise
        return outputs

    def weights(self) -> Tensor:
        query, key = in_form(self.query, self.form), in_form(self.key, self.form)
        read = regard.weights(query, key, **self.matching()).weights
        assert read.shape == (*query.shape[:-1], key.shape[-2])
        return read.reshape(self.sizes)

    def matching(self) -> dict[str, Any]:
        choices = {"score": self.score, "normalizer": self.normalizer, "mask": self.mask}
        return {**choices, "position": self.positions or None, "query_start": self.query_start}

    def judged(self) -> tuple[Tensor, Tensor]:
        """The reference's output and weights."""
        return reference.attend(
            self.query,
            self.key,
            self.value,
            mechanism=self.score,
            normalizer=self.normalizer,
            mask=self.mask,
            positions=self.positions,
            start=self.start,
            dropout=(self.dropout, int(self.seed)) if self.seed is not None else (0.0, 0),
        )

    def readable(self) -> Tensor:
        """Who may read whom, one answer at a time: (b, h, q, k)."""
        b, h, q, k = self.sizes
        starts = torch.as_tensor(self.start).reshape(-1).expand(b).tolist()
        allowed = torch.zeros(b, h, q, k, dtype=torch.bool)
        for row, head, query, key in product(range(b), range(h), range(q), range(k)):
            allowed[row, head, query, key] = reference.may_read(self.mask, row, head, query, key, starts[row])
        return allowed

    def row(self, row: int) -> "Case":
        """One row as a batch of its own."""
        one = slice(row, row + 1)
        start = self.query_start
        if isinstance(start, Tensor) and start.numel() > 1:
            start = start[one]
        biases = tuple(
            Bias(each.bias[one]) if isinstance(each, Bias) and each.bias.dim() == 4 else each for each in self.positions
        )
        tensors = {name: getattr(self, name)[one] for name in ("query", "key", "value")}
        return replace(self, **tensors, mask=row_of(self.mask, one), positions=biases, query_start=start)


def changed(thing: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """A tensor of numbers, changed; a mechanism or a tuple of them with such tensors changed."""
    if isinstance(thing, Tensor):
        return change(thing) if thing.is_floating_point() else thing
    if isinstance(thing, tuple):
        return tuple(changed(each, change) for each in thing)
    if is_dataclass(thing):
        return replace(thing, **{field.name: changed(getattr(thing, field.name), change) for field in fields(thing)})
    return thing


def row_of(mask: Mask | None, one: slice) -> Mask | None:
    """The mask of one row of the batch."""
    match mask:
        case Both(left, right) | Either(left, right):
            return type(mask)(row_of(left, one), row_of(right, one))
        case Not(inner):
            return Not(row_of(inner, one))
        case PerHead(masks):
            return PerHead(tuple(row_of(each, one) for each in masks))
        case Padding(keys, queries):
            return Padding(*(None if lengths is None else lengths[one] for lengths in (keys, queries)))
        case Keys(rows) if rows.dim() == 2:
            return Keys(rows[one])
        case Documents(ids, queries):
            return Documents(*(each if each is None or each.dim() == 1 else each[one] for each in (ids, queries)))
        case Dense(matrix) if matrix.dim() == 4:
            return Dense(matrix[one])
        case _:
            return mask


def permuted(case: Case, order: Tensor) -> Case:
    """The case with key order[j] in place of key j, where masks and positions do not look at where keys stand."""
    mask = case.mask
    match mask:
        case Keys(marked):
            mask = Keys(marked[..., order])
        case Dense(matrix):
            mask = Dense(matrix[..., order])
        case Edges(source, target):
            mask = Edges(order.argsort()[source], target)
    biases = tuple(Bias(each.bias[..., order]) if isinstance(each, Bias) else each for each in case.positions)
    return replace(case, key=case.key[:, :, order], value=case.value[:, :, order], mask=mask, positions=biases)


def in_form(tensor: Tensor, axes: int) -> Tensor:
    """(b, h, n, d) with `axes` axes: (n, d), (h, n, d), as it is, or (b, 1, h, n, d)."""
    if axes == 5:
        return tensor[:, None]
    return tensor[(0,) * (4 - axes)]


def gradients(output: Tensor, leaves: list[Tensor]) -> list[Tensor]:
    """The gradients of a fixed projection of the output, each as large as its leaf."""
    if not output.requires_grad:
        return [torch.zeros_like(each) for each in leaves]
    upstream = Chance(7).numbers(*output.shape).to(output.dtype)
    return list(
        torch.autograd.grad(output, leaves, upstream, retain_graph=True, allow_unused=True, materialize_grads=True)
    )


def close(actual: Tensor, expected: Tensor, message: str = "") -> None:
    """Equal up to the rounding of the actual one's type, as seen from the largest number."""
    double = actual.dtype == torch.float64
    largest = max(1.0, float(expected.detach().abs().max())) if expected.numel() else 1.0
    torch.testing.assert_close(
        actual.double(),
        expected.double(),
        rtol=1e-9 if double else 1e-4,
        atol=(1e-11 if double else 2e-5) * largest,
        msg=(lambda text: f"{message}: {text}") if message else None,
    )
