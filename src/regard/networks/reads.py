"""Whom one layer's self-attention reads: each choice with its cost and its error against reading everybody.

n positions, w the window; costs are pairs of a query and a key for each head, beside which everything is as ever.
Exact attention gives a query o = (1 − ε)·within + ε·beyond: `within` the mean of the values that a choice reads, by the
exact weights among themselves, `beyond` that of the others, and ε the exact weight of these. With softmax a choice that
leaves keys out gives `within`: it is off by ε·(within − beyond), nothing where ε is, never more than ε times how far
apart values are. tests/laws/test_sparse_choices.py measures both.
"""

from dataclasses import dataclass
from typing import ClassVar

from regard.mechanisms.masks import Global, Mask, Strided, Window
from regard.mechanisms.normalizers import Normalizer, TopK


@dataclass(frozen=True)
class Reads:
    """What a word of a pattern says; its numbers are the fields, in their order.

    Attributes:
        packs: whether texts can stand end to end in one row, and each read as if alone.
    """

    packs: ClassVar[bool] = False

    @property
    def mask(self) -> Mask | None:
        """Who may read whom, beside what a call says."""
        return None

    @property
    def normalizer(self) -> Normalizer | None:
        """Scores into weights, where it is not the network's own."""
        return None


@dataclass(frozen=True)
class Everybody(Reads):
    """`global`: every position, or all before it. Cost n² pairs, O(n) memory; no error. Best where n is small."""

    packs = True


@dataclass(frozen=True)
class Local(Reads):
    """`local:W`: w positions on each side, in a network that reads the past alone those before it.

    Cost: (2w + 1)·n pairs, O(n) memory; a generator carries w keys and values, however long it writes. Layers reach
    further together: l of them l·w positions. Paper: Beltagy et al. 2020, arXiv 2004.05150, section 3.1.

    >>> Local(2).mask
    Window(before=2, after=2)
    """

    window: int = 64
    packs = True

    @property
    def mask(self) -> Mask:
        """A window."""
        return Window(self.window, self.window)


@dataclass(frozen=True)
class Longformer(Reads):
    """`longformer:W:T`: as `local:W`, and the first t positions, which everybody reads and which read everybody.

    Cost: (2w + 1 + 2t)·n pairs, O(n) memory; a generator carries all keys. Any two positions are two layers apart.
    Paper: Beltagy et al. 2020, arXiv 2004.05150, section 3.1; theirs has projections of its own for the first.
    """

    window: int = 64
    tokens: int = 4

    @property
    def mask(self) -> Mask:
        """A window, or the first positions."""
        return Window(self.window, self.window) | Global(self.tokens)


@dataclass(frozen=True)
class Across(Reads):
    """`strided:S`: every s-th position, counted from the reader, itself among them.

    Cost: n²/s pairs, O(n) memory (kernels/folded.py); s near √n makes n·√n of them. Alone it never hears what is near:
    mix it with `local:S`, as in "local:16 strided:16", and any two positions are two layers apart. A generator carries
    all keys. Paper: Child et al. 2019, arXiv 1904.10509, section 4.2, whose factorised steps are two layers here.
    """

    every: int = 16
    packs = True

    @property
    def mask(self) -> Mask:
        """Multiples of a distance."""
        return Strided(self.every)


@dataclass(frozen=True)
class Best(Reads):
    """`top-k:K`: the k positions that match best, each with its exact share among them.

    Cost: n² pairs, as of exact attention, and finding the greatest, O(n) memory: it saves no time. What it gives are
    rows of k weights, and of all choices of k keys the one that leaves out the least weight. With k ≥ n it is exact.
    Paper: Gupta et al. 2021, arXiv 2106.06899.
    """

    count: int = 16
    packs = True

    @property
    def normalizer(self) -> Normalizer:
        """The greatest scores alone."""
        return TopK(self.count)


@dataclass(frozen=True)
class Mixtures(Reads):
    """`linformer:R`: r learned mixtures of all positions, in place of the positions: layers/low_rank.py.

    Cost: r·n pairs and as many again to mix, O(n) memory. The one choice here that is an approximation: what it gives
    is no average of the values that exact attention reads, and its error is measured, not bounded. It cannot be causal,
    and knows no more positions than `longest`, 1,024 unless said otherwise. Paper: Wang et al. 2020, arXiv 2006.04768.
    """

    rank: int = 64


EVERYBODY = Everybody()
