"""Sentences as vectors: their words, weighed by where they stand, and how long ago the sentence was told."""

import torch
from torch import Tensor, nn

from regard.shapes import States


class Sentences(nn.Module):
    """vector[i] = Σ_j l[j] ⊙ word[w_ij] + age[t_i]; a row without words and age is zero.

        l[j, k] = 1 + 4·(k/m − (m+1)/(2·m))·(j/J − (J+1)/(2·J))     j = 1 … J words of the sentence, k = 1 … m

    With `tables` > 1 a sentence has so many such vectors, side by side: one for each time that it is read.

    Args:
        words: how many different numbers of words there are, 0 among them, which is none.
        ages: the greatest age; older ones count as it.
        width: m, of one vector.
        tables: how many vectors a sentence has.
        order: whether words are weighed by their places (l); else a sentence is a bag of words, l = 1.
        spread: standard deviation of fresh weights. That of number 1, an unknown word, is zero: nothing teaches it.

    Cost: b · n · w · tables · m numbers, w the words of the longest sentence.
    Paper: Sukhbaatar et al. 2015, arXiv 1503.08895, section 4.1; twice its weights, centred on 1.

    >>> layer = Sentences(words=5, ages=3, width=4, tables=2)
    >>> layer(torch.tensor([[[2, 3, 0], [4, 0, 0]]]), torch.tensor([[1, 0]])).shape
    torch.Size([1, 2, 8])
    """

    def __init__(
        self, words: int, ages: int, width: int, *, tables: int = 1, order: bool = True, spread: float = 0.1
    ) -> None:
        super().__init__()
        self.order, self.width, self.tables = order, width, tables
        self.words = nn.Embedding(words, tables * width, padding_idx=0)
        self.ages = nn.Embedding(ages + 1, tables * width, padding_idx=0)
        nn.init.normal_(self.words.weight[2:], std=spread)
        nn.init.normal_(self.ages.weight[1:], std=spread)
        nn.init.zeros_(self.words.weight[1:2])

    def forward(self, numbers: Tensor, ages: Tensor) -> States:
        """Vectors (b, n, tables · m) of word numbers (b, n, w) and ages (b, n)."""
        words: Tensor = self.words(numbers)
        there = (numbers != 0).to(words.dtype)
        counted = [there, there * _places(there)] if self.order else [there]
        sums = torch.stack(counted, -2) @ words
        told = sums[..., 0, :]
        if self.order:
            told = told + self._slopes(told) * sums[..., 1, :]
        old: Tensor = self.ages(ages.clamp(max=self.ages.num_embeddings - 1))
        return told + old * (ages != 0)[..., None]

    def _slopes(self, like: Tensor) -> Tensor:
        """How much more a number of a vector counts from word to word (tables · m)."""
        m = self.width
        k = torch.arange(1, m + 1, device=like.device, dtype=like.dtype)
        return (4 * (k - (m + 1) / 2) / m).repeat(self.tables)

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return f"width={self.width}, tables={self.tables}, order={self.order}"


def _places(there: Tensor) -> Tensor:
    """(b, n, w): where a word stands in its sentence, from −1/2 to 1/2, of 1 for each word that is there."""
    count = there.sum(-1, keepdim=True).clamp(min=1)
    j = torch.arange(1, there.shape[-1] + 1, device=there.device)
    return (j - (count + 1) / 2) / count
