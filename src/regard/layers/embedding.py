"""Words as vectors, of which their letters are a part: so that a word never seen has one too."""

import torch
from torch import Tensor, nn

from regard.shapes import States


class WordFeatures(nn.Module):
    """vector = words[w] + map(given[g]) + Σ over its features f of features[f] / √(how many there are); 0 adds nothing.

    Args:
        words: how many different numbers of words there are, 0 among them.
        features: how many different numbers of character features, 0 among them.
        width: m, of the vectors.
        given: (g, d): so many different numbers of given vectors, 0 among them, of that size. They are not learned,
            only how they are mapped to the others, so that words never seen in training keep their place.
        drop: chance of a word's own vector to be left out in training, if it has features, so that these learn to
            stand alone.

    Paper: features as in Bojanowski et al. 2016, arXiv 1607.04606; leaving out words as in Iyyer et al. 2015.

    >>> layer = WordFeatures(words=10, features=20, width=8)
    >>> layer(torch.tensor([[[3, 7, 5], [0, 7, 0], [0, 0, 0]]]))[0, 2].tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """

    def __init__(
        self, words: int, features: int, width: int, *, given: tuple[int, int] = (0, 0), drop: float = 0.0
    ) -> None:
        super().__init__()
        self.drop = drop
        self.given: nn.Embedding | None = None
        self.map: nn.Linear | None = None
        self.words, self.features = (nn.Embedding(count, width, padding_idx=0) for count in (words, features))
        for table in (self.words, self.features):
            nn.init.normal_(table.weight[1:], std=width**-0.5)
        if given[0]:
            self.given, self.map = nn.Embedding(*given, padding_idx=0), nn.Linear(given[1], width, bias=False)
            self.given.weight.requires_grad_(False)
            nn.init.normal_(self.map.weight, std=width**-0.5)

    def place(self, rows: Tensor) -> None:
        """The given vectors (g − 1, d), from number 1 on, in the order of their words."""
        assert self.given is not None, "only a layer made for given vectors has room for them"
        with torch.no_grad():
            self.given.weight[1:] = rows

    def forward(self, numbers: Tensor) -> States:
        """Vectors (b, n, m) of numbers (b, n, c): a word's own first, then its given one's, then its features'."""
        features = numbers[..., 1 if self.given is None else 2 :]
        there = features != 0
        count = there.sum(-1)
        own: Tensor = self.words(numbers[..., 0])
        if self.training and self.drop:
            falls = (torch.rand(count.shape, device=count.device) < self.drop) & (count > 0)
            own = own.masked_fill(falls[..., None], 0)
        if self.given is not None and self.map is not None:
            own = own + self.map(self.given(numbers[..., 1]))
        return own + self._sums(features[there], count) * count.clamp(min=1).rsqrt()[..., None]

    def _sums(self, features: Tensor, count: Tensor) -> Tensor:
        """(b, n, m): sums over consecutive features, `count` (b, n) of them each; twice as fast as over all columns."""
        sizes = count.flatten()
        sums = nn.functional.embedding_bag(features, self.features.weight, sizes.cumsum(0) - sizes, mode="sum")
        return sums.view(*count.shape, sums.shape[1])
