"""The parameters of a normalizer: what a layer owns so that `attend` gets a mechanism."""

import torch
from torch import nn

from regard.checks import unknown
from regard.mechanisms.catalogue import NORMALIZERS
from regard.mechanisms.normalizers import Entmax, Normalizer, Sigmoid, SoftmaxWithSink


class Weighing(nn.Module):
    """Owns what the named normalizer has to learn, for `heads` heads; called, it gives a mechanism.

    softmax-with-sink: a sink (h,), 0 at first. sigmoid: a bias (h,), −2 at first. entmax: how far α lies above 1, by
    its logarithm (h,), α = 1.5 at first. The others have nothing to learn. A normalizer object is taken as it is.
    """

    def __init__(self, normalizer: str | Normalizer, heads: int) -> None:
        super().__init__()
        if isinstance(normalizer, str) and normalizer not in NORMALIZERS:
            raise unknown("normalizer", normalizer, list(NORMALIZERS))
        self.normalizer = normalizer
        if normalizer == "softmax-with-sink":
            self.sink = nn.Parameter(torch.zeros(heads))
        elif normalizer == "sigmoid":
            self.bias = nn.Parameter(torch.full((heads,), -2.0))
        elif normalizer == "entmax":
            self.log_excess = nn.Parameter(torch.full((heads,), 0.5).log())

    def forward(self) -> Normalizer:
        """The mechanism with the parameters as they are now."""
        match self.normalizer:
            case "softmax-with-sink":
                return SoftmaxWithSink(self.sink)
            case "sigmoid":
                return Sigmoid(self.bias)
            case "entmax":
                return Entmax(1 + self.log_excess.exp())
            case str() as name:
                return NORMALIZERS[name]()
            case normalizer:
                return normalizer

    def extra_repr(self) -> str:
        """What torch prints in brackets."""
        return str(self.normalizer)
