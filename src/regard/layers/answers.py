"""Scores of answers that are words themselves: the table that reads words also answers with them."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class WordAnswers(nn.Module):
    """scores = states · Wᵀ; the row of an answer is the last m numbers of its word in a table, which is shared.

    Answers that are no words of the table, of number 0, have rows of their own.

    Args:
        table: vectors of words, of m numbers or more.
        words: of each answer the number of its word.
        width: m, of the states.

    Paper: Sukhbaatar et al. 2015, arXiv 1503.08895, section 2.2: the last output embedding answers.

    >>> WordAnswers(nn.Embedding(5, 8), [3, 0, 4], 4)(torch.zeros(2, 4)).shape
    torch.Size([2, 3])
    """

    def __init__(self, table: nn.Embedding, words: Sequence[int], width: int) -> None:
        super().__init__()
        self.weight = table.weight
        without = [place for place, word in enumerate(words) if not word]
        self.own = nn.Parameter(torch.empty(len(without), width).normal_(std=0.1))
        count = table.num_embeddings
        rows = [word or count + without.index(place) for place, word in enumerate(words)]
        self.rows: Tensor
        self.register_buffer("rows", torch.tensor(rows), persistent=False)

    def forward(self, states: Tensor) -> Tensor:
        """Scores (..., y) of states (..., m)."""
        rows = torch.cat((self.weight[:, -self.own.shape[1] :], self.own))[self.rows]
        return nn.functional.linear(states, rows)
