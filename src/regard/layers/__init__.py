"""Modules with parameters: attention as a layer, what its score owns, and a convolution as attention."""

from regard.layers.attention import Attention
from regard.layers.from_convolution import ConvolutionAttention, attention_from_convolution
from regard.layers.match import Match

__all__ = ["Attention", "ConvolutionAttention", "Match", "attention_from_convolution"]
