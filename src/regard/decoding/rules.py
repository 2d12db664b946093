"""Rules about the next token: each takes the log-probabilities of a step, and gives those that a token is chosen by.

A rule bars a token by −inf and takes nothing anew: what is not barred keeps its log-probability. So rules go together
in any order, and with beams, sampling and each other. None of them bars the end for having been written before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from regard.errors import OptionError
from regard.inputs.text import END, UNKNOWN


class Step(NamedTuple):
    """Where sequences stand: their tokens (b, q), how many of these were given (b), whose they are (b).

    A target is given the one token it begins with, a text its prefix.
    """

    tokens: Tensor
    given: Tensor
    numbers: Tensor


class Rule(Protocol):
    """One idea about which token may come next."""

    def __call__(self, scores: Tensor, step: Step) -> Tensor:
        """New log-probabilities (b, v); the given ones stay as they are."""
        ...


def apply(rules: Sequence[Rule], scores: Tensor, step: Step) -> Tensor:
    """The scores (b, v) after each of the rules."""
    for rule in rules:
        scores = rule(scores, step)
    return scores


def barred_by_all(place: str) -> OptionError:
    """The error where no token is left; `place` says who asks."""
    return OptionError(
        f"{place}: the rules must leave a token to go on with",
        got="a target of which each next token, the end too, is barred",
        hint="fewer rules: an allowed target may hold what is forbidden or repeated, or not begin with the prefix",
    )


@dataclass(frozen=True)
class RepetitionPenalty:
    """A token that stands there already has its log-probability times `penalty`: p becomes p^penalty.

    Keskar et al. 2019, arXiv 1909.05858, section 4.1, where scores are divided whose zero is nowhere; log-probabilities
    have one.

    >>> step = Step(torch.tensor([[2, 4]]), torch.tensor([1]), torch.tensor([0]))
    >>> RepetitionPenalty(2.0)(torch.tensor([[-9.0, -9, -9, -1, -1, -1]]), step).tolist()
    [[-9.0, -9.0, -9.0, -1.0, -2.0, -1.0]]
    """

    penalty: float

    def __post_init__(self) -> None:
        """Raises OptionError for a penalty below 1."""
        if not (isfinite(self.penalty) and self.penalty >= 1):
            got = str(self.penalty)
            raise OptionError("repetition-penalty: must be at least 1", got=got, hint="1.2, or 1 for none")

    def __call__(self, scores: Tensor, step: Step) -> Tensor:
        """The scores, those of tokens that were written times the penalty."""
        written = torch.zeros_like(scores, dtype=torch.bool).scatter_(1, step.tokens, True)
        written[:, : END + 1] = False
        return torch.where(written, scores * self.penalty, scores)


@dataclass(frozen=True)
class NoRepeat:
    """No `size` tokens in a row come twice: what would repeat them is barred. Paulus et al. 2017, arXiv 1705.04304."""

    size: int

    def __post_init__(self) -> None:
        """Raises OptionError for n-grams of less than a token."""
        if self.size < 1:
            got = str(self.size)
            raise OptionError("no-repeat: n-grams have at least 1 token", got=got, hint="3, or 0 to repeat freely")

    def __call__(self, scores: Tensor, step: Step) -> Tensor:
        """The scores, −inf for what follows somewhere on the last size − 1 tokens."""
        tokens, before = step.tokens, self.size - 1
        if tokens.shape[1] < self.size:
            return scores
        grams = tokens.unfold(1, self.size, 1)
        same = (grams[..., :before] == tokens[:, None, tokens.shape[1] - before :]).all(-1)
        rows, places = (same & (grams[..., -1] != END)).nonzero(as_tuple=True)
        scores = scores.clone()
        scores[rows, grams[rows, places, -1]] = -inf
        return scores


@dataclass(frozen=True)
class Shortest:
    """The end is barred before `least` tokens are written; of a text, the end is line end number `ends`."""

    least: int
    ends: int = 1

    def __post_init__(self) -> None:
        """Raises OptionError for a length below 0."""
        if self.least < 0:
            got = str(self.least)
            raise OptionError("shortest: a length is at least 0", got=got, hint="leave it out to have any length")

    def __call__(self, scores: Tensor, step: Step) -> Tensor:
        """The scores, −inf for an end that would come too early."""
        places = torch.arange(step.tokens.shape[1], device=scores.device)
        ends = ((step.tokens == END) & (places >= step.given[:, None])).sum(1)
        early = (step.tokens.shape[1] - step.given < self.least) & (ends + 1 == self.ends)
        scores = scores.clone()
        scores[early, END] = -inf
        return scores


@dataclass(frozen=True)
class Forbidden:
    """Sequences of tokens that are never written to their end; one with an unknown token never could be."""

    sequences: tuple[tuple[int, ...], ...]

    def __call__(self, scores: Tensor, step: Step) -> Tensor:
        """The scores, −inf for each last token of which all before it stand there."""
        scores, tokens = scores.clone(), step.tokens
        for length, last in self._by_length().items():
            before = length - 1
            if before > tokens.shape[1]:
                continue
            listed = torch.tensor(last, device=tokens.device)
            behind = tokens[:, None, tokens.shape[1] - before :]
            rows, which = (behind == listed[:, :before]).all(-1).nonzero(as_tuple=True)
            scores[rows, listed[which, -1]] = -inf
        return scores

    def _by_length(self) -> dict[int, list[tuple[int, ...]]]:
        found: dict[int, list[tuple[int, ...]]] = {}
        for sequence in self.sequences:
            if sequence and UNKNOWN not in sequence:
                found.setdefault(len(sequence), []).append(sequence)
        return found
