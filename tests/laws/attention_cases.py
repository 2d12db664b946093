"""The cases the attention laws run over: every score × mask × kernel × dropout of the catalogues, drawn small."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

import torch
from hypothesis import settings
from hypothesis import strategies as st
from torch import Tensor

import regard
from regard.kernels import reference
from regard.kernels.catalogue import KERNELS
from regard.mechanisms.catalogue import SCORES
from regard.mechanisms.masks import Mask, parts
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Dot, Score

NAN, INFINITY = float("nan"), float("inf")
MASKINGS = {
    "none": "",
    "causal": "causal",
    "padded keys": "keys",
    "padded keys and queries": "keys queries",
    "causal, padded keys": "causal keys",
    "causal, padded keys and queries": "causal keys queries",
}
"""What is joined: causal, and padding of keys and of queries."""


class Combination(NamedTuple):
    """One legal choice of everything the laws range over."""

    score: str
    masking: str
    kernel: str
    dropout: float

    def __str__(self) -> str:
        return f"{self.score}, {self.masking}, {self.kernel}, dropout {self.dropout}"


@dataclass(frozen=True)
class Case:
    """The arguments of one call, four axes each; `form` is the number of axes that it is called with."""

    query: Tensor
    key: Tensor
    value: Tensor
    score: Score
    mask: Mask | None = None
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
    def start(self) -> int | Tensor:
        """Where the first query stands, by the convention: the last query stands at the last key."""
        return self.sizes[3] - self.sizes[2] if self.query_start is None else self.query_start

    @property
    def parameters(self) -> list[Tensor]:
        held = (getattr(self.score, name, None) for name in ("matrix", "weight", "temperature"))
        return [each for each in held if isinstance(each, Tensor)]

    @property
    def leaves(self) -> list[Tensor]:
        return [self.query, self.key, self.value, *self.parameters]

    def attend(self) -> Tensor:
        """What is under test, (b, h, q, e)."""
        query, key, value = (in_form(each, self.form) for each in (self.query, self.key, self.value))
        choices: dict[str, Any] = {"dropout": self.dropout, "seed": self.seed, "kernel": self.kernel}
        if self.kernel != "auto" and not self.reach():
            choices["kernel"] = "auto"  # a kernel may refuse to read from no keys at all
        out = regard.attend(query, key, value, **self.matching(), **choices)
        assert out.shape == (*query.shape[:-1], value.shape[-1])
        return out.reshape(*self.query.shape[:-1], self.value.shape[-1])

    def weights(self) -> Tensor:
        query, key = in_form(self.query, self.form), in_form(self.key, self.form)
        read = regard.weights(query, key, **self.matching()).weights
        assert read.shape == (*query.shape[:-1], key.shape[-2])
        return read.reshape(self.sizes)

    def matching(self) -> dict[str, Any]:
        return {"score": self.score, "mask": self.mask, "query_start": self.query_start}

    def judged(self) -> tuple[Tensor, Tensor]:
        """The reference's output and weights."""
        dropout = (self.dropout, int(self.seed)) if self.seed is not None else (0.0, 0)
        return reference.attend(
            self.query,
            self.key,
            self.value,
            mechanism=self.score,
            mask=self.mask,
            start=self.start,
            dropout=dropout,
        )

    def readable(self) -> Tensor:
        """Who may read whom, one answer at a time: (b, 1, q, k)."""
        b, _, q, k = self.sizes
        allowed = torch.zeros(b, 1, q, k, dtype=torch.bool)
        for row, query, key in product(range(b), range(q), range(k)):
            origin = self.start if isinstance(self.start, int) else int(self.start.reshape(-1).expand(b)[row])
            allowed[row, 0, query, key] = reference.may_read(self.mask, row, query, key, origin)
        return allowed

    def reach(self) -> bool:
        """Whether any key is left for a kernel to see."""
        causal = any(isinstance(part, regard.Causal) for part in parts(self.mask))
        last = self.start + self.sizes[2] if causal and isinstance(self.start, int) else self.sizes[3]
        return self.sizes[3] > 0 and last > 0

    def row(self, row: int) -> "Case":
        """One row as a batch of its own."""
        one = slice(row, row + 1)
        start = self.query_start
        if isinstance(start, Tensor) and start.numel() > 1:
            start = start[one]
        mask: Mask | None = None
        for part in parts(self.mask):
            if isinstance(part, regard.Padding):
                keys = None if part.keys is None else part.keys[one]
                part = regard.Padding(keys=keys, queries=None if part.queries is None else part.queries[one])
            mask = part if mask is None else mask & part
        tensors = {name: getattr(self, name)[one] for name in ("query", "key", "value")}
        return replace(self, **tensors, mask=mask, query_start=start)

    def learning(self) -> "Case":
        """The same values in fresh leaves that ask for gradients."""
        query, key, value, *parameters = (each.detach().clone().requires_grad_() for each in self.leaves)
        return replace(self, query=query, key=key, value=value, score=with_parameters(self.score, parameters))


def with_parameters(score: Score, parameters: list[Tensor]) -> Score:
    """The score with other tensors in the place of its own."""
    if not parameters:
        return score
    return type(score)(parameters[0])


def in_form(tensor: Tensor, axes: int) -> Tensor:
    """(b, h, n, d) with `axes` axes: (n, d), (h, n, d), as it is, or (b, 1, h, n, d)."""
    if axes == 5:
        return tensor[:, None]
    return tensor[(0,) * (4 - axes)]


def gradients(output: Tensor, leaves: list[Tensor]) -> list[Tensor]:
    """The gradients of a fixed projection of the output, each as large as its leaf."""
    if not output.requires_grad:
        return [torch.zeros_like(each) for each in leaves]
    upstream = values(torch.Generator().manual_seed(7), *output.shape).to(output.dtype)
    return list(torch.autograd.grad(output, leaves, upstream, allow_unused=True, materialize_grads=True))


def close(actual: Tensor, expected: Tensor, message: str = "") -> None:
    """Equal up to the rounding of the actual one's type."""
    double = actual.dtype == torch.float64
    torch.testing.assert_close(
        actual.double(),
        expected.double(),
        rtol=1e-9 if double else 1e-4,
        atol=1e-11 if double else 2e-5,
        msg=(lambda text: f"{message}: {text}") if message else None,
    )


def values(generator: torch.Generator, *shape: int) -> Tensor:
    """Normal numbers in float64, none so near zero that a direction is lost in rounding."""
    drawn = torch.randn(shape, generator=generator, dtype=torch.float64)
    return drawn + 0.3 * drawn.sign()


def legal(kernel: str, score: str, dropout: float) -> bool:
    """Whether the kernel takes the combination, asked through its own refusal."""
    case = fixed(score, dropout=dropout, kernel=kernel)
    try:
        case.attend()
    except regard.OptionError as error:
        assert f"kernel {kernel!r}" in str(error)
        return False
    return True


def score_of(name: str, generator: torch.Generator, sizes: tuple[int, int, int], own: str = "heads") -> Score:
    """The named score with parameters for (h, d, d′): one for each head, one for all, or its plain default."""
    h, d, other = sizes
    axes = (h,) if own == "heads" else ()
    match SCORES[name].__name__:
        case "Dot":
            return Dot() if own == "heads" else Dot(scale=0.7)
        case "Bilinear":
            return Bilinear(values(generator, *axes, d, other) / 2)
        case "Additive":
            return Additive(values(generator, *axes, d))
        case "Cosine":
            return Cosine(0.4) if own == "plain" else Cosine(values(generator, *axes).abs() + 0.2)
        case unknown:
            raise AssertionError(f"the laws know no parameters for {unknown}: tell score_of")


def fixed(score: str, *, kernel: str = "auto", dropout: float = 0.0, mask: Mask | None = None) -> Case:
    """A case without chance: b = 2, h = 4, g = 2, q = 3, k = 5, e = 3."""
    generator = torch.Generator().manual_seed(3)
    d, other = 4, 2 if SCORES[score] is Bilinear else 4
    return Case(
        query=values(generator, 2, 4, 3, d),
        key=values(generator, 2, 2, 5, other),
        value=values(generator, 2, 2, 5, 3),
        score=score_of(score, generator, (4, d, other)),
        mask=mask,
        dropout=dropout,
        seed=11 if dropout else None,
        kernel=kernel,
    )


COMBINATIONS = [
    Combination(score, masking, kernel, dropout)
    for score, kernel, dropout in product(SCORES, KERNELS, (0.0, 0.4))
    if legal(kernel, score, dropout)
    for masking in MASKINGS
]
UNDROPPED = [each for each in COMBINATIONS if not each.dropout]
KERNELS_OF = [(each.score, each.kernel) for each in UNDROPPED if each.masking == "none"]


@st.composite
def masks(draw: st.DrawFn, masking: str, sizes: tuple[int, int, int, int]) -> tuple[Mask | None, Any]:
    """A mask of that kind, and a query_start that it can do with."""
    b, _, q, k = sizes
    mask: Mask | None = regard.Causal() if "causal" in MASKINGS[masking] else None
    if "keys" in MASKINGS[masking]:
        both = "queries" in MASKINGS[masking]
        keys, queries = (draw(st.lists(st.integers(0, n + 1), min_size=b, max_size=b)) for n in (k, q))
        holder = draw(st.sampled_from([list, torch.tensor, lambda x: torch.tensor(x, dtype=torch.int32)]))
        padding = regard.Padding(keys=holder(keys), queries=holder(queries) if both else None)
        mask = padding if mask is None else mask & padding
    must = "causal keys" in MASKINGS[masking] and q != k
    starts = st.integers(-3, k + 1)
    rows = st.lists(starts, min_size=b, max_size=b).map(torch.tensor)
    return mask, draw(st.one_of(starts, rows) if must else st.one_of(st.none(), starts, rows))


@st.composite
def cases(draw: st.DrawFn, combination: Combination, dtype: torch.dtype = torch.float64) -> Case:
    """A small case of the combination: any sizes, forms, parameters; now and then a zero vector."""
    form = draw(st.sampled_from([4, 4, 5, 3, 2]))
    b = draw(st.integers(1, 3)) if form > 3 else 1
    g, group = (draw(st.integers(1, 2)) if form > 2 else 1 for _ in range(2))
    q, k, d, e = (draw(st.integers(low, high)) for low, high in ((0, 5), (0, 6), (1, 5), (1, 4)))
    other = draw(st.integers(1, 4)) if SCORES[combination.score] is Bilinear else d
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    query, key, value = (
        values(generator, *shape).to(dtype) for shape in ((b, g * group, q, d), (b, g, k, other), (b, g, k, e))
    )
    if draw(st.booleans()) and q and k:
        query[0, 0, 0], key[-1, -1, -1] = 0.0, 0.0
    own = draw(st.sampled_from(["heads", "all", "plain"]))
    score = score_of(combination.score, generator, (g * group, d, other), own)
    parameters = Case(query, key, value, score).parameters
    mask, start = draw(masks(combination.masking, (b, g * group, q, k)))
    return Case(
        query=query,
        key=key,
        value=value,
        score=with_parameters(score, [each.to(dtype) for each in parameters]),
        mask=mask,
        query_start=start,
        dropout=combination.dropout,
        seed=draw(st.integers(-(2**63), 2**63 - 1)) if combination.dropout else None,
        kernel=combination.kernel,
        form=form,
    )


def examples(most: int) -> Callable[[Any], Any]:
    """How many cases a law draws. LAWS_EXAMPLES=200 asks for so many, by chance; else they repeat."""
    wanted = os.environ.get("LAWS_EXAMPLES")
    return settings(
        max_examples=int(wanted) if wanted else most,
        derandomize=wanted is None,
        deadline=None,
        database=None,
    )
