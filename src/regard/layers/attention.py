"""Multi-head attention as a layer: it owns the parameters, `attend` does the reading."""

from torch import Tensor, nn

from regard.attend import attend
from regard.errors import OptionError
from regard.layers.match import Match, drawn_seed
from regard.layers.state import KeyValue
from regard.mechanisms.masks import Mask
from regard.shapes import States


class Attention(nn.Module):
    """heads × size vectors are projected from the states, matched, averaged and joined again to the model's width.

        output = join(attend(split(states · Wq), split(sources · Wk), split(sources · Wv))) · Wo

    Args:
        width: m, of the states that come in and go out; a multiple of `heads`.
        heads: how many independent readings.
        score: `dot`, `bilinear`, `additive` or `cosine`.
        dropout: chance of a weight to fall in training.
        name: what observers see its calls called.

    Paper: Vaswani et al. 2017, arXiv 1706.03762, section 3.2.2.

    >>> import torch
    >>> layer = Attention(width=16, heads=4)
    >>> layer(torch.randn(2, 5, 16)).shape
    torch.Size([2, 5, 16])
    """

    def __init__(
        self, width: int, heads: int, *, score: str = "dot", dropout: float = 0.0, name: str = "attention"
    ) -> None:
        super().__init__()
        if heads < 1 or width % heads:
            raise OptionError(
                "Attention: width must be a multiple of heads",
                got=f"width {width}, heads {heads}",
                hint="heads=4",
            )
        self.heads, self.dropout, self.name = heads, dropout, name
        self.match = Match(score, width // heads, heads)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.output = nn.Linear(width, width)

    def forward(self, states: States, sources: States | None = None, *, mask: Mask | None = None) -> States:
        """New states (b, q, m): each the states' own reading of the sources (b, k, m), or of themselves."""
        return self.read(states, self.remember(states if sources is None else sources), mask=mask)

    def remember(self, sources: States) -> KeyValue:
        """The keys and values of the sources, to be read now or step by step."""
        key, value = self.key_value(sources).chunk(2, -1)
        return KeyValue(self._split(key), self._split(value))

    def read(self, states: States, memory: KeyValue, *, mask: Mask | None = None) -> States:
        """New states (b, q, m), read from keys and values at hand."""
        seed = drawn_seed(self, self.dropout)
        mixed = attend(
            self._split(self.query(states)),
            memory.key,
            memory.value,
            score=self.match(),
            mask=mask,
            dropout=self.dropout if seed is not None else 0.0,
            seed=seed,
            name=self.name,
        )
        joined: Tensor = self.output(mixed.transpose(1, 2).flatten(2))
        return joined

    def _split(self, states: Tensor) -> Tensor:
        """(b, n, h · d) to (b, h, n, d)."""
        heads: Tensor = states.unflatten(-1, (self.heads, -1))  # type: ignore[no-untyped-call]
        return heads.transpose(1, 2)
