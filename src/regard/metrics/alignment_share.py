"""Does attention read where the answer stands? The share of target tokens that read their gold span most."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from regard.errors import DataError
from regard.metrics.intervals import wilson


class Gold(NamedTuple):
    """Target token `target` was made from the source characters start ≤ i < end."""

    target: int
    start: int
    end: int


class AlignmentShare(NamedTuple):
    """Of `total` gold target tokens, `hits` read most from inside their span. Add up both over sentences."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        """From 0 to 1; NaN for no gold at all."""
        return self.hits / self.total if self.total else float("nan")

    def __str__(self) -> str:
        if not self.total:
            return "largest weight inside the gold span: no gold spans"
        share = f"{100 * self.share:.1f} % ({wilson(*self)})"
        return f"largest weight inside the gold span {share}  {self.hits:,} of {self.total:,}"


def alignment_share(
    weights: Tensor | ArrayLike, spans: Sequence[tuple[int, int]], gold: Iterable[tuple[int, int, int]]
) -> AlignmentShare:
    """Count the gold target tokens whose most-read source token lies inside the gold span, border to border.

    `weights` (q, k): what target token q reads of source token k. `spans`: the source characters
    start ≤ i < end of each of the k tokens; an empty span (an end mark) lies nowhere. `gold`: `Gold` or
    (target, start, end). Of equal weights the first counts; a row of zeros reads nothing and misses.
    DataError for shapes that do not fit, NaN in a gold row, or a gold target beyond the rows.

    >>> alignment_share([[0.1, 0.9], [0.8, 0.2]], [(0, 4), (5, 7)], [(0, 5, 7), (1, 5, 7)])
    AlignmentShare(hits=1, total=2)
    """
    table = torch.as_tensor(weights).detach().to("cpu", torch.float64)
    if table.ndim != 2 or table.shape[1] != len(spans):
        raise DataError(
            "alignment_share: weights are (target tokens, source tokens), with a span for each source token",
            got=f"weights {tuple(table.shape)}, {len(spans)} spans",
            hint="give one head's weights of one sentence, without padding",
        )
    found = [_lies_inside(table, spans, Gold(*one)) for one in gold]
    return AlignmentShare(sum(found), len(found))


def _lies_inside(weights: Tensor, spans: Sequence[tuple[int, int]], gold: Gold) -> bool:
    if not 0 <= gold.target < len(weights):
        raise DataError(
            "alignment_share: a gold target must be one of the rows",
            got=f"target {gold.target}, {len(weights)} rows",
            hint="count target tokens from 0, as the rows of the weights are counted",
        )
    row = weights[gold.target]
    if row.isnan().any():
        raise DataError(
            "alignment_share: weights must be numbers",
            got=f"NaN in row {gold.target}",
            hint="the model has diverged: train it again with a smaller learning rate",
        )
    if not row.any():
        return False
    start, end = spans[int(row.argmax())]
    return gold.start <= start < end <= gold.end
