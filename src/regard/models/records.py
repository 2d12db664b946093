"""What a model answers, as records in JSON's types: the same at the command line and over HTTP."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from regard.models.answerer import VECTORS, Answerer, Asked
from regard.models.translator import Candidate
from regard.models.wording import Continuation

Record = dict[str, Any]


def told(
    model: Answerer, asked: Asked, vectors: int = VECTORS, unknown_below: float = 0.0, unknown: str = "unknown"
) -> list[Any]:
    """The answer of each item; `unknown` where the likeliest class has less than the probability asked for."""
    answers = model.predict(asked, vectors)
    if not unknown_below:
        return answers
    sure = model.probabilities(asked, vectors)
    return [
        answer if float(np.max(each)) >= unknown_below else unknown for answer, each in zip(answers, sure, strict=True)
    ]


def answered(
    model: Answerer, asked: Asked, vectors: int = VECTORS, unknown_below: float = 0.0, unknown: str = "unknown"
) -> list[Record]:
    """For each item its prediction; beside one class its probability, beside several those of all classes."""
    records: list[Record] = [{"prediction": each} for each in told(model, asked, vectors, unknown_below, unknown)]
    if not model.targets.classes or model.targets.per_vector:
        return records
    for record, sure in zip(records, model.probabilities(asked, vectors), strict=True):
        if model.targets.several:
            record["probabilities"] = dict(zip(model.targets.classes, np.round(sure, 6).tolist(), strict=True))
        else:
            record["probability"] = round(float(np.max(sure)), 6)
    return records


def translated(candidates: Sequence[Candidate], n_best: int) -> Record:
    """The best translation with its score; several of them as a list of `candidates`."""
    every = [{"prediction": each.text, "score": round(each.score, 6), "ended": each.ended} for each in candidates]
    return every[0] if n_best == 1 else {"candidates": every}


def continued(found: Continuation) -> Record:
    """What follows a prefix, its log-probability, how many tokens it has, and whether it ended by itself."""
    return {
        "prediction": found.text,
        "score": round(found.score, 4),
        "tokens": len(found.tokens),
        "ended": found.ended,
    }
