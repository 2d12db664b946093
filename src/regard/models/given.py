"""How likely given targets are to a translator: each token told from those before it, as in training."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.data.batches import cut
from regard.errors import DataError
from regard.inputs.store import Store
from regard.inputs.text import BEGIN, UNKNOWN
from regard.inputs.text.normal import normalized
from regard.models.nats import Surprise, nats_of
from regard.models.numbers import Numbered, numbers_of
from regard.models.translator import Sources, Translator, Where

TOKENS = 8192
"""Tokens of a side, or vectors, that are read together; nothing depends on it."""


class Told(NamedTuple):
    """Some targets: their numbers, their lengths, all their tokens (t), and the states (t, m) these are told from."""

    indices: NDArray[np.int64]
    lengths: NDArray[np.int64]
    states: Tensor
    tokens: Tensor


def surprise(
    model: Translator, sources: Sources, targets: Sequence[str], where: Where, batch_tokens: int = TOKENS
) -> Surprise:
    """−ln p(target | source), the end included: that of a search's score, before its length divides it.

    A word that the model does not know is told as the unknown one. Raises DataError for a source, or a target, that has
    more tokens than positions were learned.
    """
    wanted = Numbered(numbers_of(model.target, targets))
    nats = np.zeros(len(wanted), np.float64)
    with torch.inference_mode():
        for part in told(model, model.stored(sources), wanted, where, batch_tokens):
            each = nats_of(model.network.output, part.states, part.tokens)
            nats[part.indices] = np.add.reduceat(each, np.cumsum(part.lengths) - part.lengths)
    characters = np.array([len(normalized(target)) + 1 for target in targets], np.int64)
    return Surprise(nats, wanted.lengths, characters, int((wanted.numbers.flat == UNKNOWN).sum()))


def told(
    model: Translator, known: Numbered | Store, wanted: Numbered, where: Where, batch_tokens: int = TOKENS
) -> Iterator[Told]:
    """Every target once, in batches: the states that each of its tokens is told from, given those before it.

    Raises as `surprise` does.
    """
    model.network.eval()
    model.check_room(known.lengths, where)
    _check_targets(model, wanted, where)
    order = np.argsort(-known.lengths, kind="stable")
    for part in cut(known.lengths[order], wanted.lengths[order], batch_tokens):
        after, lengths = wanted.numbers.padded(order[part])
        before = torch.cat((torch.full((len(after), 1), BEGIN), after[:, :-1]), 1).to(model.device)
        there = (torch.arange(after.shape[1]) < lengths[:, None]).to(model.device)
        encoded = model.network.encode(*known.batch(order[part]).to(model.device))
        states = model.network.decode(encoded, before)[there]
        yield Told(order[part], lengths.numpy(), states, after.to(model.device)[there])


def _check_targets(model: Translator, wanted: Numbered, where: Where) -> None:
    for index, length in enumerate(wanted.lengths.tolist()):
        if length > model.room:
            raise DataError(
                f"{where(index)}: the target may have at most {model.room - 1:,} tokens, for which the model has "
                "learned positions",
                got=f"{length - 1:,} tokens",
                hint="break it into sentences, or train with --positions sinusoidal or a larger --longest",
            )
