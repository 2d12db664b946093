"""What each target piece was read from, as JSON: every weight, or the greatest of each row."""

from typing import Any

from regard.inspect.alignment import Alignment, as_json
from regard.models.translator import Reading
from regard.serve.refusals import too_large


def table(reading: Reading, top: int | None, most: int) -> dict[str, Any]:
    """Names of both sides, and `weights` (q, k); or for each row its `top` as [place in source, weight], falling.

    Raises Refusal for more than `most` weights.
    """
    width = reading.weights.shape[1] if top is None else min(top, reading.weights.shape[1])
    if len(reading.target) * width > most:
        got = f"{len(reading.target):,} rows of {width:,}"
        raise too_large("--numbers", most, got, "numbers an answer", '"top": 5, for the greatest of each row alone')
    if top is None:
        return as_json(Alignment(*reading))
    found = reading.weights.topk(width, dim=1)
    rows = zip(found.indices.tolist(), found.values.tolist(), strict=True)
    greatest = [[[k, round(weight, 6)] for k, weight in zip(*row, strict=True)] for row in rows]
    return {"source": list(reading.source), "target": list(reading.target), "top": greatest}
