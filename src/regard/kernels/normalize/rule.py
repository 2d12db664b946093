"""What a kernel asks of a normalizer."""

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

from torch import Tensor

Parameter = float | Tensor | None
"""The normalizer's number: a sink, a bias or an alpha, as a float or a tensor (h or 1, 1, 1); None if it has none."""


class Weighed(NamedTuple):
    weights: Tensor
    statistics: Tensor


class Slope(NamedTuple):
    to_scores: Tensor
    to_parameter: Tensor | None


class Rule(ABC):
    """How one normalizer turns complete rows of scores (b, h, q, k) into weights, and gradients back.

    `allowed` is boolean, (b or 1, h or 1, q or 1, k), or None if everything may be read. What stands where it may not
    be read, in scores or gradients, never matters, even if it is NaN; weights and gradients are 0 there. Results are
    new tensors, in float64 for float64 and else in float32; no argument is changed.
    """

    width: ClassVar[int] = 1
    """How many numbers a row is summarised in."""

    @property
    def whole(self) -> bool:
        """Whether the weight of a key depends on the other keys of its row, so that rows must come whole."""
        return True

    @abstractmethod
    def statistics(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Tensor:
        """The numbers (b, h, q, width) of a row from which weights follow, for any of its keys alone.

        Differentiable where `slope` reads them.
        """

    @abstractmethod
    def weigh(self, scores: Tensor, allowed: Tensor | None, statistics: Tensor, parameter: Parameter) -> Tensor:
        """Weights (b, h, q, k) from scores of all or some keys and the row's statistics. Not for autograd."""

    def normalize(self, scores: Tensor, allowed: Tensor | None, parameter: Parameter) -> Weighed:
        """Weights and statistics at once, which may be faster. Not for autograd."""
        statistics = self.statistics(scores, allowed, parameter)
        return Weighed(self.weigh(scores, allowed, statistics, parameter), statistics)

    @abstractmethod
    def slope(
        self,
        gradient: Tensor,
        weights: Tensor,
        scores: Tensor,
        allowed: Tensor | None,
        statistics: Tensor,
        parameter: Parameter,
    ) -> Slope:
        """Gradients to scores, and to a parameter that is a tensor, from the gradient to the weights of whole rows.

        Differentiable in gradient, weights, scores, statistics and parameter.
        """


def summed(rows: Tensor, parameter: Tensor) -> Tensor:
    """Gradients of every row or score, (b, h, q, any), added up to those of the parameter."""
    return rows.sum(-1, keepdim=True).sum_to_size(parameter.shape).to(parameter.dtype)
