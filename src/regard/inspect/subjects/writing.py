"""What translators and generators share: pieces that were written, and what else might have been."""

from collections.abc import Sequence
from math import exp

import numpy as np
import torch
from torch import Tensor

from regard.inputs.text import END, Text
from regard.inspect.record import Step
from regard.inspect.subjects.base import MOST_ANSWERS, Answer

CANDIDATES = 8
CELLS = 1 << 24
"""Log-probabilities of words that are held together."""


def told_of(said: Tensor, after: Tensor, first: int = 0) -> Tensor:
    """Log-probabilities (b, 1 + a): of all pieces from `first` on together, then of each of those explained.

    `said` (b, q, v) are those of all words after each piece, `after` (b, q) the pieces that came.
    """
    each = said.gather(-1, after[..., None])[..., 0][:, first:]
    return torch.cat((each.sum(1, keepdim=True), each[:, :MOST_ANSWERS]), 1)


def steps_of(said: Tensor, after: Sequence[int], text: Text) -> tuple[Step, ...]:
    """What was written at each step of `said` (q, v), and the likeliest pieces there, but for what is never written."""
    best, numbers = said[:, END:].topk(min(CANDIDATES, said.shape[-1] - END))
    return tuple(
        Step(
            text.token(piece),
            float(row[piece]),
            tuple(zip((text.token(each + END) for each in at.tolist()), top.tolist(), strict=True)),
        )
        for piece, row, top, at in zip(after, said, best, numbers, strict=True)
    )


def sureness(steps: Sequence[Step]) -> dict[str, str]:
    """What a headline says of a text: the mean probability of its pieces (geometric), and the logarithm of all."""
    total = sum(step.log_probability for step in steps)
    return {"confidence": f"{exp(total / max(len(steps), 1)):.4f}", "log p": f"{total:.4f}"}


def answers_of(pieces: Sequence[str], first: int, positions: int | None = None) -> tuple[Answer, ...]:
    """The whole, then each piece, which is read by row `first` and those after it.

    Of so many `positions` of one row of pieces, each is judged by those up to its row; None judges all.
    """
    seen = None if positions is None else np.arange(positions)
    whole = None if seen is None else seen <= first
    found = [Answer("log p of all that was written", 0, slice(first, first + len(pieces)), whole)]
    for step, piece in enumerate(pieces[:MOST_ANSWERS], 1):
        row = first + step - 1
        judged = None if seen is None else seen <= row
        found.append(Answer(f"log p of {piece} at step {step}", step, slice(row, row + 1), judged))
    return tuple(found)
