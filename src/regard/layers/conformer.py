"""The conformer's block: attention for what is far, a convolution for what is near, between halves of feed-forward."""

from torch import Tensor, nn

from regard.layers.attention import Attention
from regard.layers.blocks import Residual
from regard.layers.convolution import convolved
from regard.layers.dropout import Dropout
from regard.layers.grid import Grid
from regard.layers.grid import convolved as convolved_in_grid
from regard.layers.padding import cleared
from regard.mechanisms.masks import Padding
from regard.shapes import Lengths, States


class ConvModule(nn.Module):
    """W₂ · swish(norm(convolution(GLU(W₁ · x)))): along positions each element alone; beyond a length is nothing.

    Of an image (`grid`) the convolution runs over rows and columns. Cost: n · m · (kernel + 3m) multiplications,
    kernel² of an image. Paper: Gulati et al. 2020, arXiv 2005.08100, section 2.2. Differs: a LayerNorm in place of a
    BatchNorm, whose statistics would see padding, and the other items of a batch.

    >>> import torch
    >>> ConvModule(8, 3)(torch.randn(2, 5, 8), torch.tensor([5, 3])).shape
    torch.Size([2, 5, 8])
    """

    def __init__(self, width: int, kernel: int, grid: bool = False) -> None:
        super().__init__()
        kind = nn.Conv2d if grid else nn.Conv1d
        self.inner, self.outer = nn.Linear(width, 2 * width), nn.Linear(width, width)
        self.along = kind(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width)

    def forward(self, states: States, where: Lengths | Grid) -> States:
        """New states (b, n, m)."""
        gated = nn.functional.glu(self.inner(states), -1)
        if isinstance(where, Grid):
            assert isinstance(self.along, nn.Conv2d)
            near = where.gathered(convolved_in_grid(self.along, where.spread(gated)))
        else:
            assert isinstance(self.along, nn.Conv1d)
            near = convolved(self.along, gated, where)
        new: States = self.outer(nn.functional.silu(self.norm(near)))
        return new


class SwishFeedForward(nn.Module):
    """swish(states · W₁ + b₁) · W₂ + b₂ at each position alone, from width m to f and back."""

    def __init__(self, width: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.inner, self.outer, self.dropout = nn.Linear(width, hidden), nn.Linear(hidden, width), Dropout(dropout)

    def forward(self, states: States) -> States:
        """New states (b, n, m)."""
        new: States = self.outer(self.dropout(nn.functional.silu(self.inner(states))))
        return new


class ConformerBlock(nn.Module):
    """Half a feed-forward, self-attention, a convolution, half a feed-forward, and a norm.

        x ← x + ½ FF(x)     x ← x + attention(x)     x ← x + convolution(x)     norm(x + ½ FF(x))

    Each part has a LayerNorm before it. Nothing within a length depends on what lies beyond it.

    Args:
        attention: how positions read each other.
        hidden: f, of each feed-forward.
        kernel: positions that the convolution reads, odd; 31 or so in the paper, of 100 frames a second halved twice.
        dropout: chance of an element to fall, in training.
        grid: whether vectors are cells of an image.

    Paper: Gulati et al. 2020, arXiv 2005.08100, figure 1. Differs: positions are those of the attention that is given,
    where theirs are Transformer-XL's.

    >>> import torch
    >>> block = ConformerBlock(Attention(8, 2), hidden=16, kernel=3, dropout=0.0)
    >>> block(torch.randn(2, 5, 8), torch.tensor([5, 3])).shape
    torch.Size([2, 5, 8])
    """

    def __init__(self, attention: Attention, hidden: int, kernel: int, dropout: float, *, grid: bool = False) -> None:
        super().__init__()
        width = attention.query.in_features
        self.attention, self.convolution = attention, ConvModule(width, kernel, grid)
        self.first, self.last = (SwishFeedForward(width, hidden, dropout) for _ in range(2))
        self.around = nn.ModuleList(Residual(width, "pre", dropout) for _ in range(4))
        self.norm = nn.LayerNorm(width)

    @property
    def ends(self) -> tuple[nn.Linear, ...]:
        """The last map of each part."""
        return self.first.outer, self.attention.output, self.convolution.outer, self.last.outer

    def forward(self, states: States, lengths: Lengths, grid: Grid | None = None) -> States:
        """New states (b, n, m); `grid` where vectors are cells of an image."""
        first, attending, convolving, last = self.around
        mask = Padding(keys=lengths, finite=True)
        states = first(cleared(states, lengths), lambda x: self.first(x) / 2)
        states = attending(states, lambda x: self.attention(x, mask=mask))
        states = convolving(states, lambda x: self.convolution(x, lengths if grid is None else grid))
        new: Tensor = self.norm(last(states, lambda x: self.last(x) / 2))
        return new
