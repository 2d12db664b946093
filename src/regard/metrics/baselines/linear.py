"""Logistic and ridge regression: the linear models that baselines end in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, embedding_bag, mse_loss

from regard.errors import DataError
from regard.metrics.classification import classes_of, several
from regard.metrics.sparse import Floats

STEPS = 300


class Counted(NamedTuple):
    """A sparse table (items, width): row i holds `values` at `columns` from starts[i] on."""

    columns: NDArray[np.int64]
    values: Floats
    starts: NDArray[np.int64]
    width: int

    def transposed(self) -> "Counted":
        """The same table (width, items)."""
        rows = np.repeat(np.arange(len(self.starts)), np.diff(self.starts, append=len(self.columns)))
        order = np.argsort(self.columns, kind="stable")
        starts = np.searchsorted(self.columns[order], np.arange(self.width))
        return Counted(rows[order], self.values[order], starts, len(self.starts))


Features = Floats | Counted


@dataclass(frozen=True, eq=False)
class Linear:
    """answer = features · weights + offsets: the greatest of the classes, each that is likely, or the number itself.

    Attributes:
        weights: (f, c), with c = 1 for a number.
        offsets: (c,).
        classes: the c classes; None for a number.
        many: whether several may hold.
    """

    weights: Tensor
    offsets: Tensor
    classes: list[Any] | None
    many: bool

    def predict(self, features: Features) -> list[Any]:
        """A class, a list of classes or a number for every row."""
        output = _product(features, self.weights) + self.offsets
        if self.classes is None:
            return [float(number) for number in output[:, 0].tolist()]
        if self.many:
            return [[self.classes[place] for place in np.flatnonzero(row)] for row in (output > 0).numpy()]
        return [self.classes[place] for place in output.argmax(1).tolist()]


def fit(
    features: Features, answers: Sequence[Any], *, kind: Literal["classify", "regress"], strength: float = 1.0
) -> Linear:
    """The linear model with the least sum of losses + ‖weights‖² / (2·strength), by L-BFGS in float64 from zero.

    The loss of classes is cross-entropy (multinomial; where several hold, binary for each), that of a number half
    the squared error. As scikit-learn's LogisticRegression(C=strength) and Ridge(alpha=1 / strength); the same
    data give the same model.
    """
    many = kind == "classify" and several(answers)
    classes = classes_of(answers, []) if kind == "classify" else None
    target = _target(answers, classes, many)
    middle, spread = 0.0, 1.0
    if classes is None:
        middle, spread = float(target.mean()), float(target.std(correction=0))
        target = (target - middle) / (spread or 1.0)
    width = features.width if isinstance(features, Counted) else features.shape[1]
    outputs = len(classes) if classes is not None else 1
    offsets = torch.zeros(outputs, dtype=torch.float64, requires_grad=True)
    weights = torch.zeros(width, outputs, dtype=torch.float64, requires_grad=True)
    turned = features.transposed() if isinstance(features, Counted) else None

    def loss() -> Tensor:
        output = _differentiable(features, turned, weights) + offsets
        return _loss(output, target, many) / len(answers) + weights.square().sum() / (2 * strength * len(answers))

    _minimize([weights, offsets], loss)
    return Linear(spread * weights.detach(), middle + spread * offsets.detach(), classes, many)


def _minimize(parameters: list[Tensor], loss: Any) -> None:
    search = torch.optim.LBFGS(
        parameters,
        max_iter=STEPS,
        history_size=30,
        tolerance_grad=1e-6,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        search.zero_grad()
        value: Tensor = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    with torch.enable_grad():
        search.step(closure)  # type: ignore[no-untyped-call]


def _loss(output: Tensor, target: Tensor, many: bool) -> Tensor:
    if not target.dtype.is_floating_point:
        return cross_entropy(output, target, reduction="sum")
    if many:
        return binary_cross_entropy_with_logits(output, target, reduction="sum")
    return mse_loss(output, target, reduction="sum") / 2


def _target(answers: Sequence[Any], classes: list[Any] | None, many: bool) -> Tensor:
    """Class numbers (n,), which classes hold (n, c), or numbers (n, 1)."""
    if classes is None:
        numbers = torch.tensor(np.asarray(answers, np.float64)).reshape(-1, 1)
        if not numbers.isfinite().all():
            hint = "leave such items out"
            raise DataError("baseline: answers must be finite numbers", got="NaN or infinity", hint=hint)
        return numbers
    number = {name: place for place, name in enumerate(classes)}
    if not many:
        return torch.tensor([number[one] for one in answers])
    holds = torch.zeros(len(answers), len(classes), dtype=torch.float64)
    for row, names in enumerate(answers):
        holds[row, [number[name] for name in names]] = 1
    return holds


def _product(features: Features, weights: Tensor) -> Tensor:
    """features (n, f) · weights (f, c)."""
    if not isinstance(features, Counted):
        return torch.from_numpy(features) @ weights
    columns, values, starts = map(torch.from_numpy, features[:3])
    return embedding_bag(columns, weights, starts, mode="sum", per_sample_weights=values)


def _differentiable(features: Features, turned: Counted | None, weights: Tensor) -> Tensor:
    if turned is None:
        return _product(features, weights)
    output: Tensor = _Product.apply(features, turned, weights)  # type: ignore[no-untyped-call]
    return output


class _Product(torch.autograd.Function):
    """Of a sparse table, whose gradient to the weights is the transposed table times the gradient.

    torch's own backward of embedding_bag is ten times as slow.
    """

    @staticmethod
    def forward(context: Any, features: Counted, turned: Counted, weights: Tensor) -> Tensor:
        """features · weights."""
        context.turned = turned
        return _product(features, weights)

    @staticmethod
    def backward(context: Any, *slopes: Tensor) -> tuple[None, None, Tensor]:
        """transposed · slopes."""
        return None, None, _product(context.turned, slopes[0].contiguous())
