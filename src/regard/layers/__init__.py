"""Modules with parameters: attention as a layer, and a convolution as attention."""

from regard.layers.attention import Attention
from regard.layers.from_convolution import ConvolutionAttention, attention_from_convolution

__all__ = ["Attention", "ConvolutionAttention", "attention_from_convolution"]
