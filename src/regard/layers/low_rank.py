"""Attention to fewer keys than there are: Linformer's projection of keys and values along the sequence."""

from typing import Any

import torch
from torch import Tensor, nn

from regard.errors import OptionError, ShapeError
from regard.layers.attention import Attention
from regard.layers.padding import cleared
from regard.layers.state import KeyValue
from regard.mechanisms.masks import Mask, Padding
from regard.mechanisms.positions import Bias, EdgeBias
from regard.shapes import States


class LowRank(Attention):
    """Every position reads `rank` mixtures of the positions in place of the positions themselves.

        key′ = E · key      value′ = F · value      output = softmax(query · key′ᵀ / √d) · value′

    E and F are (rank, longest), learned, shared by all heads: column j belongs to position j of the sequence, so that
    what is padded adds nothing and a sequence is read alone as in any batch. At first each mixture is the mean of
    longest/rank neighbours; one whose positions a sequence does not have weighs in with a score and a value of zero.

    Cost: 4·n·rank·d operations a head for matching and mixing and as many for the mixtures, O(n) memory. An
    approximation: its error is measured, and bounded by nothing. With the first weights there is none where the
    positions of a mixture have equal keys, or each is a mixture of its own (rank = longest = n). It cannot be causal,
    since a mixture knows what comes later, nor read a past step by step.

    Args:
        width, heads: as of `Attention`.
        rank: how many mixtures, at most `longest`.
        longest: how many positions a sequence has at most.
        choices: the others of `Attention`, but for positions and masks, which mixtures do not have.

    Paper: Wang et al. 2020, arXiv 2006.04768, equation 7. Differs: means at first, where theirs are random.

    >>> layer = LowRank(16, heads=4, rank=8, longest=100)
    >>> layer(torch.randn(2, 60, 16)).shape
    torch.Size([2, 60, 16])
    """

    def __init__(self, width: int, heads: int, *, rank: int, longest: int, **choices: Any) -> None:
        if not 1 <= rank <= longest:
            rule = "LowRank: rank is at least 1, and at most as many as there are positions"
            raise OptionError(rule, got=f"rank {rank}, longest {longest}", hint=f"rank={max(1, min(64, longest))}")
        if choices.get("position") is not None or choices.get("mask") is not None:
            rule, hint = "LowRank: a mixture of positions stands nowhere", "positions that are added to the states"
            raise OptionError(rule, got="positions in scores, or a mask of pairs", hint=hint)
        super().__init__(width, heads, **choices)
        self.longest = longest
        means = _means(rank, longest)
        self.of_keys, self.of_values = nn.Parameter(means), nn.Parameter(means.clone())

    def forward(
        self,
        states: States,
        sources: States | None = None,
        *,
        mask: Mask | None = None,
        bias: Bias | EdgeBias | None = None,
    ) -> States:
        """New states (b, q, m); the mask may say how many positions there are, and no more."""
        sources = states if sources is None else sources
        if not (mask is None or (isinstance(mask, Padding) and mask.queries is None)) or bias is not None:
            got = f"a mask {type(mask).__name__}" if bias is None else "a bias of pairs"
            hint = "Padding(keys=lengths), or another attention"
            raise OptionError("LowRank: mixtures of positions know no single pair", got=got, hint=hint)
        return self.read(states, self.mixtures(sources, mask))

    def mixtures(self, sources: States, there: Padding | None = None) -> KeyValue:
        """Keys and values (b, g, rank, d) of the sources (b, k, m), of which so many are there."""
        positions = sources.shape[1]
        if positions > self.longest:
            got, hint = (
                f"{positions:,} positions, {self.longest:,} known",
                f"--longest {positions}, longest={positions}",
            )
            raise ShapeError("LowRank: a sequence must not be longer than what is learned", got=got, hint=hint)
        lengths = None if there is None else torch.as_tensor(there.keys, device=sources.device)
        if lengths is not None and there is not None and not there.finite:
            sources = cleared(sources, lengths)
        key, value = self.remember(sources)
        if lengths is not None:
            key, value = (cleared(each.transpose(1, 2), lengths).transpose(1, 2) for each in (key, value))
        return KeyValue(self.of_keys[:, :positions] @ key, self.of_values[:, :positions] @ value)

    def go_on(self, states: States, past: Any = None) -> Any:
        """Raises OptionError: see above."""
        raise OptionError(
            "LowRank: a mixture of positions knows those to come",
            got="a past to go on from",
            hint="pattern='local', or attention='linear', where each position reads those before it",
        )


def _means(rank: int, longest: int) -> Tensor:
    """(rank, longest): each row the mean of the positions that fall to it, neighbours, as many as to any other."""
    falls = torch.arange(longest) * rank // longest == torch.arange(rank)[:, None]
    return falls / falls.sum(1, keepdim=True)
