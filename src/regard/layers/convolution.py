"""Convolution along a sequence: a block in the place of self-attention, and one that halves the number of positions."""

from itertools import pairwise

import torch
from torch import nn

from regard.errors import OptionError
from regard.layers.blocks import Residual
from regard.layers.padding import cleared
from regard.shapes import Lengths, States


class ConvBlock(nn.Module):
    """Each state and what its neighbours within dilation · (kernel − 1) / 2 positions add; padding adds nothing.

        states + dropout(W · relu(convolution(norm(states))))      or, gated,
        states + dropout(a ⊙ σ(g))   where (a, g) = convolution(norm(states))

    Args:
        width: m, of the states that come in and go out.
        kernel: how many positions one reads; odd, so that it stands in the middle.
        dilation: the distance between them.
        separable: along positions each element alone, then across elements: kernel · m + m² numbers to learn instead
            of kernel · m².
        gated: a gated linear unit in place of the ReLU and the matrix after it.
        norm: `pre` or `post`, a LayerNorm; the statistics of a BatchNorm would see padding.
        dropout: chance of an element to fall, in training.

    Papers: gated as in Gehring et al. 2017, arXiv 1705.03122, section 3.2; separable as in Chollet 2016,
    arXiv 1610.02357; dilated as in Yu and Koltun 2015, arXiv 1511.07122.

    >>> ConvBlock(8, 3, dilation=2)(torch.randn(2, 5, 8), torch.tensor([5, 3])).shape
    torch.Size([2, 5, 8])
    """

    def __init__(
        self,
        width: int,
        kernel: int = 5,
        *,
        dilation: int = 1,
        separable: bool = True,
        gated: bool = False,
        norm: str = "pre",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if kernel < 1 or kernel % 2 == 0 or dilation < 1:
            raise OptionError(
                "ConvBlock: kernel is odd, and dilation at least 1",
                got=f"kernel {kernel}, dilation {dilation}",
                hint="kernel=5, dilation=1",
            )
        inner = 2 * width if gated else width
        self.along = nn.Conv1d(
            width,
            width if separable else inner,
            kernel,
            padding=dilation * (kernel // 2),
            dilation=dilation,
            groups=width if separable else 1,
        )
        self.across = nn.Linear(width, inner) if separable else nn.Identity()
        self.output = nn.GLU() if gated else nn.Sequential(nn.ReLU(), nn.Linear(width, width))
        self.around = Residual(width, norm, dropout)

    def forward(self, states: States, lengths: Lengths) -> States:
        """New states (b, n, m)."""

        def read(x: States) -> States:
            new: States = self.output(self.across(convolved(self.along, x, lengths)))
            return new

        new: States = self.around(cleared(states, lengths), read)
        return new


class Subsample(nn.Module):
    """Vectors (b, n, d) as half as many states (b, ⌈n/2⌉, m), or a quarter: convolutions of three with stride 2.

    For frames of sound, of which there are more than attention needs to tell apart.

    Args:
        features: d, of the vectors that come in.
        width: m, of the states that go out.
        times: how often positions are halved.

    Paper: two such convolutions as in Radford et al. 2022, arXiv 2212.04356, section 2.2 (theirs halve once).

    >>> states, lengths = Subsample(80, 16, times=2)(torch.randn(2, 7, 80), torch.tensor([7, 4]))
    >>> states.shape, lengths.tolist()
    (torch.Size([2, 2, 16]), [2, 1])
    """

    def __init__(self, features: int, width: int, times: int = 1) -> None:
        super().__init__()
        if times < 1:
            raise OptionError("Subsample: positions are halved at least once", got=f"times {times}", hint="times=2")
        sizes = [features, *[width] * times]
        self.halves = nn.ModuleList(nn.Conv1d(here, there, 3, stride=2, padding=1) for here, there in pairwise(sizes))

    def forward(self, vectors: States, lengths: Lengths) -> tuple[States, Lengths]:
        """States (b, n′, m), and the new lengths: n′ is n halved and rounded up, `times` times."""
        for half in self.halves:
            assert isinstance(half, nn.Conv1d)
            vectors, lengths = torch.nn.functional.gelu(convolved(half, vectors, lengths)), (lengths + 1) // 2
        return cleared(vectors, lengths), lengths


def convolved(layer: nn.Conv1d, states: States, lengths: Lengths) -> States:
    """The convolution over positions, which are zero beyond each length; torch refuses one of no positions."""
    if not states.shape[1]:
        return states.new_zeros(len(states), 0, layer.out_channels)
    new: States = layer(cleared(states, lengths).mT).mT
    return new
