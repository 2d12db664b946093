"""A convolution is self-attention whose heads each read one place: the same numbers, from the same weights."""

from itertools import product

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from regard.attend import attend
from regard.errors import OptionError, ShapeError
from regard.mechanisms.masks import Edges, PerHead

MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}
"""What lies beyond the edge: what `torch.nn` calls it, and `torch.nn.functional.pad`."""


class ConvolutionAttention(nn.Module):
    """A convolution's weights as multi-head attention with positional masks; (b, c, …) in and out, as `torch.nn` has.

        output[i] = bias + Σ over heads o of Σ over j of a[o, i, j] · (W_o · x[j])
        a[o, i, j] = 1 where j = i · stride + o · dilation − padding, else 0

    One head for each of the kernel's places: its mask leaves a query the one key at the head's offset, whose weight
    then is one, whatever the scores; its values are the states times that place's slice of the kernel. A query whose
    key lies beyond the edge reads nothing, and nothing is what zero padding adds; other kinds of padding name the key
    that stands there instead. Heads are summed, which is a join whose blocks are the identity.

    Cost: kernel · q · k pairs looked at, where a convolution computes kernel · q of them. Gradients go to the weights.
    Paper: Cordonnier, Loukas and Jaggi 2020, arXiv 1911.03584, theorem 1.

    >>> convolution = nn.Conv1d(3, 5, kernel_size=4, stride=2, padding=1)
    >>> attention, x = attention_from_convolution(convolution), torch.randn(2, 3, 11)
    >>> torch.allclose(attention(x), convolution(x), atol=1e-6)
    True
    """

    def __init__(self, convolution: nn.Conv1d | nn.Conv2d) -> None:
        super().__init__()
        axes = len(convolution.kernel_size)
        self.kernel, self.stride, self.dilation = convolution.kernel_size, convolution.stride, convolution.dilation
        self.mode, self.before, self.after = convolution.padding_mode, *_padding(convolution)
        per_place = _whole(convolution.weight.detach(), convolution.groups).flatten(2).movedim(2, 0)
        self.value = nn.Parameter(per_place.transpose(1, 2).contiguous())
        self.bias = None if convolution.bias is None else nn.Parameter(convolution.bias.detach().clone())
        self.axes, self.heads = axes, len(per_place)

    def forward(self, x: Tensor) -> Tensor:
        """What the convolution gives of x, (b, c, n) or (b, c, rows, columns)."""
        sizes = x.shape[2:]
        if len(sizes) != self.axes:
            got = f"{tuple(x.shape)}"
            rule = f"ConvolutionAttention: x must be (b, c{', size' * self.axes})"
            raise ShapeError(rule, got=got, hint="x[None] for an item without a batch")
        index, made = self.reads(tuple(sizes))
        states = x.flatten(2).transpose(1, 2)
        values = states[:, None] @ self.value
        nothing = values.new_zeros(1)
        query = nothing.expand(len(x), self.heads, index.shape[1], 1)
        key = nothing.expand(len(x), self.heads, states.shape[1], 1)
        mixed = attend(query, key, values, mask=self.mask(index), query_start=0, name="convolution").sum(1)
        if self.bias is not None:
            mixed = mixed + self.bias
        return mixed.transpose(1, 2).reshape(len(x), -1, *made)

    def reads(self, sizes: tuple[int, ...]) -> tuple[Tensor, tuple[int, ...]]:
        """Which key each head's queries read, (h, q) with −1 for none, and the sizes of what comes out."""
        keys = torch.arange(torch.tensor(sizes).prod().item(), dtype=torch.float64).view(1, 1, *sizes)
        around = [each for pair in zip(self.before[::-1], self.after[::-1], strict=True) for each in pair]
        mode = MODES[self.mode]
        padded = pad(keys, around, mode, -1.0) if mode == "constant" else pad(keys, around, mode)
        grid = padded[0, 0].long()
        made = tuple(
            (size - dilation * (kernel - 1) - 1) // stride + 1
            for size, kernel, stride, dilation in zip(grid.shape, self.kernel, self.stride, self.dilation, strict=True)
        )
        if min(made) < 1:
            got, hint = f"{' × '.join(map(str, sizes))}", "a larger input, or more padding"
            raise ShapeError("ConvolutionAttention: the kernel must fit into what it reads", got=got, hint=hint)
        heads = []
        for place in product(*(range(each) for each in self.kernel)):
            steps = zip(place, self.dilation, self.stride, made, strict=True)
            part = tuple(slice(o * d, o * d + s * (n - 1) + 1, s) for o, d, s, n in steps)
            heads.append(grid[part].flatten())
        return torch.stack(heads), made

    @staticmethod
    def mask(index: Tensor) -> PerHead:
        """Each query of each head reads the key of that number alone, and where it is below zero nothing."""
        return PerHead(tuple(Edges(own[own >= 0], (own >= 0).nonzero()[:, 0]) for own in index))


def attention_from_convolution(convolution: nn.Conv1d | nn.Conv2d) -> ConvolutionAttention:
    """The same map as attention: any kernel, stride, dilation, groups and padding of a `Conv1d` or `Conv2d`.

    Raises OptionError for another module, a transposed convolution for one.
    """
    if type(convolution) not in (nn.Conv1d, nn.Conv2d):
        rule = "attention_from_convolution: takes a Conv1d or a Conv2d"
        raise OptionError(rule, got=type(convolution).__name__, hint="one layer of a network, not the network")
    return ConvolutionAttention(convolution)


def _padding(convolution: nn.Conv1d | nn.Conv2d) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What is added before the first and after the last, along each axis."""
    if isinstance(convolution.padding, str):
        spans = [d * (k - 1) for k, d in zip(convolution.kernel_size, convolution.dilation, strict=True)]
        total = spans if convolution.padding == "same" else [0] * len(spans)
        return tuple(each // 2 for each in total), tuple(each - each // 2 for each in total)
    return tuple(convolution.padding), tuple(convolution.padding)


def _whole(weight: Tensor, groups: int) -> Tensor:
    """(e, c / groups, …) as (e, c, …), with zeros where an output does not see a channel."""
    if groups == 1:
        return weight
    parts, inputs = weight.chunk(groups), weight.shape[1]
    return torch.cat(
        [
            pad(each.movedim(1, -1), (g * inputs, (groups - 1 - g) * inputs)).movedim(-1, 1)
            for g, each in enumerate(parts)
        ]
    )
