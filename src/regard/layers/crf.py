"""A linear-chain conditional random field: labels of a sequence are judged together, not each alone."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from regard.errors import OptionError
from regard.layers.padding import cleared, last_of
from regard.layers.recurrence import backwards
from regard.planning import no_autocast
from regard.shapes import Lengths

BARRED = -1e4
"""What is added to the score of a transition that may not be."""
FAINT = 1e-30
"""Below this, what float32 loses of a sum of exponentials might be felt."""


class Chain(NamedTuple):
    """What a step is worth: to begin with a label (y,), to go from row to column (y, y), to end with a label (y,)."""

    start: Tensor
    transitions: Tensor
    end: Tensor


class Crf(nn.Module):
    """log p(labels | scores) = path(labels) − log Σ over all label sequences of exp path(labels′)

        path(l) = start[l₁] + Σ_t scores[t, l_t] + Σ_t transitions[l_(t−1), l_t] + end[l_n]

    Args:
        labels: y, how many there are.
        legal: (y + 1, y + 1) of booleans as `tagging.legal_transitions` gives them, start and end last: what
            `decode` and `marginals` may say. Not saved with the parameters.
        strict: whether training, too, counts legal sequences only; then an illegal one among the data costs ten
            thousand.

    Scores are (b, n, y), lengths (b,). What lies beyond a length never matters; a row of no positions costs nothing.
    Cost: n steps of b · y² multiplications, in float32 at least.
    Papers: Lafferty et al. 2001; over a network's scores Lample et al. 2016, arXiv 1603.01360, section 2.2.

    >>> crf = Crf(2)
    >>> scores, lengths = torch.tensor([[[0.0, 2.0], [1.0, 0.0], [9.0, 9.0]]]), torch.tensor([2])
    >>> crf.decode(scores, lengths)
    [[1, 0]]
    >>> round(crf.loss(scores, torch.tensor([[1, 0, -100]]), lengths).item(), 4)    # nothing learned: two softmaxes
    0.4402
    """

    def __init__(self, labels: int, legal: Tensor | None = None, *, strict: bool = False) -> None:
        super().__init__()
        if labels < 1 or (legal is not None and tuple(legal.shape) != (labels + 1, labels + 1)):
            raise OptionError(
                "Crf: at least one label, and legal is (labels + 1, labels + 1)",
                got=f"{labels} labels" + ("" if legal is None else f", legal {tuple(legal.shape)}"),
                hint="legal_transitions(names), one name for each label",
            )
        self.strict = strict
        self.start, self.end = nn.Parameter(torch.zeros(labels)), nn.Parameter(torch.zeros(labels))
        self.transitions = nn.Parameter(torch.zeros(labels, labels))
        self.barred: Tensor | None
        barred = None if legal is None else torch.empty(legal.shape)
        if legal is not None and barred is not None and not legal.is_meta:  # see layers/unfilled.py
            barred.fill_(BARRED).masked_fill_(legal, 0)
        self.register_buffer("barred", barred, persistent=False)

    def loss(self, scores: Tensor, labels: Tensor, lengths: Lengths) -> Tensor:
        """−Σ over the rows of log p(labels | scores); labels (b, n) are numbers below y, anything beyond a length."""
        return self.losses(scores, labels, lengths).sum()

    def losses(self, scores: Tensor, labels: Tensor, lengths: Lengths) -> Tensor:
        """−log p(labels | scores) of each row, (b,)."""
        with no_autocast(scores):
            scores, chain = self._ready(scores, lengths, self.strict)
            total = (last_of(_forward(scores, chain), lengths) + chain.end).logsumexp(-1)
            return (total - _path(scores, chain, labels, lengths)).masked_fill(lengths == 0, 0)

    @torch.no_grad()
    def decode(self, scores: Tensor, lengths: Lengths) -> list[list[int]]:
        """The best label sequence of each row, by Viterbi's algorithm.

        Of equally good ones that whose last label is lower, then the one before the last, and so on.
        """
        with no_autocast(scores):
            scores, chain = self._ready(scores, lengths, legal=True)
            reached = _along(scores, chain.start, lambda before: (before[:, :, None] + chain.transitions).amax(1))
            label = (last_of(reached, lengths) + chain.end).argmax(-1)
        path = [label]
        for t in range(scores.shape[1] - 1, 0, -1):
            before = (reached[:, t - 1] + chain.transitions.mT[label]).argmax(-1)
            label = torch.where(t < lengths, before, label)
            path.append(label)
        rows = torch.stack(path[::-1], 1).tolist()
        return [row[:length] for row, length in zip(rows, lengths.tolist(), strict=True)]

    def marginals(self, scores: Tensor, lengths: Lengths) -> Tensor:
        """p(l_t | scores): the probability of each label at each position (b, n, y), zeros beyond a length.

        By the forward and the backward algorithm; the second is the first over each row from its end.
        """
        with no_autocast(scores):
            scores, chain = self._ready(scores, lengths, legal=True)
            backward = Chain(chain.end, chain.transitions.mT, chain.start)
            later = backwards(_forward(backwards(scores, lengths), backward), lengths)
            return cleared((_forward(scores, chain) + later - scores).softmax(-1), lengths)

    def _ready(self, scores: Tensor, lengths: Lengths, legal: bool) -> tuple[Tensor, Chain]:
        """Scores without what lies beyond, in float32 at least, and what a step is worth."""
        scores = cleared(scores.to(torch.promote_types(scores.dtype, torch.float32)), lengths)
        start, transitions, end = (each.to(scores.dtype) for each in (self.start, self.transitions, self.end))
        if legal and self.barred is not None:
            barred = self.barred.to(scores.dtype)
            start, end = start + barred[-1, :-1], end + barred[:-1, -1]
            transitions = transitions + barred[:-1, :-1]
        return scores, Chain(start, transitions, end)


def _along(scores: Tensor, start: Tensor, step: Callable[[Tensor], Tensor]) -> Tensor:
    """(b, n, y): scores added up along positions, `step` (b, y) → (b, y) leading from one to the next."""
    reached = list[Tensor]()
    for score in scores.unbind(1):
        reached.append(score + (step(reached[-1]) if reached else start))
    return torch.stack(reached, 1) if reached else scores


def _forward(scores: Tensor, chain: Chain) -> Tensor:
    """(b, n, y): log Σ of exp over all beginnings of a sequence that end at a position with a label.

    A step is log Σ_i exp(before[b, i] + transitions[i, j]): a product of matrices, nine times as fast for 120 labels.
    Where a sum is so faint that exponentials may have been lost in it, each term is taken by itself.
    """
    top = chain.transitions.detach().amax(0)
    odds = (chain.transitions - top).exp()

    def step(before: Tensor) -> Tensor:
        most = before.detach().amax(-1, keepdim=True)
        sums = (before - most).exp() @ odds
        if bool(sums.min() < FAINT):
            return (before[:, :, None] + chain.transitions).logsumexp(1)
        return sums.log() + (most + top)

    return _along(scores, chain.start, step)


def _path(scores: Tensor, chain: Chain, labels: Tensor, lengths: Lengths) -> Tensor:
    """What one label sequence of each row is worth, (b,)."""
    labels = cleared(labels, lengths)
    emitted = scores.gather(2, labels[..., None])[..., 0].sum(1)
    moves = cleared(chain.transitions[labels[:, :-1], labels[:, 1:]], (lengths - 1).clamp(min=0)).sum(1)
    last = last_of(labels[..., None], lengths)[:, 0]
    return emitted + moves + chain.start[labels[:, :1]].sum(1) + chain.end[last]
