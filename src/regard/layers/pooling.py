"""One vector of many: by attention, by mean, by the greatest, or the last."""

import torch
from torch import nn

from regard.checks import unknown
from regard.layers.attention import Attention
from regard.layers.padding import cleared, inside, last_of
from regard.mechanisms.masks import Padding
from regard.mechanisms.normalizers import Normalizer
from regard.mechanisms.scores import Score
from regard.shapes import Lengths, OneState, States

POOLS = ["attention", "mean", "max", "last"]


class Pool(nn.Module):
    """States (b, n, m) of each row as one vector (b, m); a row of no positions gives zeros.

    Args:
        kind: `attention`: a learned state, one query a head, reads all states as any state reads others; observers
            see it as `pool`. `mean`; `max`, the greatest of each element; `last`, the state at the last position.
            All but `last` give a set and its permutations the same vector.
        width: m; for attention a multiple of `heads`.
        heads: of attention, as are `score`, `normalizer` and `dropout`, which are those of `Attention`.

    Paper: attention as in Lee et al. 2019, arXiv 1810.00825, section 3.2, with one seed.

    >>> Pool("mean", 1)(torch.tensor([[[1.0], [3.0], [9.0]]]), torch.tensor([2])).tolist()
    [[2.0]]
    """

    def __init__(
        self,
        kind: str,
        width: int,
        heads: int = 1,
        *,
        score: str | Score = "dot",
        normalizer: str | Normalizer | None = None,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if kind not in POOLS:
            raise unknown("pool", kind, POOLS)
        self.kind = kind
        if kind == "attention":
            self.asking = nn.Parameter(nn.init.normal_(torch.empty(1, 1, width)))
            self.attention = Attention(width, heads, score=score, normalizer=normalizer, dropout=dropout, name="pool")

    def forward(self, states: States, lengths: Lengths) -> OneState:
        """One vector (b, m) of the states within each length."""
        states, empty = cleared(states, lengths), lengths[:, None] == 0
        match self.kind:
            case _ if not states.shape[1]:
                return states.sum(1)
            case "last":
                return last_of(states, lengths)
            case "mean":
                return states.sum(1) / lengths.clamp(min=1)[:, None]
            case "max":
                beyond = ~inside(lengths, states.shape[1])[..., None]
                return states.masked_fill(beyond, -torch.inf).amax(1).masked_fill(empty, 0)
            case _:
                asking, mask = self.asking.expand(states.shape[0], -1, -1), Padding(keys=lengths, finite=True)
                read: States = self.attention(asking, states, mask=mask)
                return read[:, 0].masked_fill(empty, 0)

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return self.kind
