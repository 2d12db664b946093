"""Choices of a translator whose sources are no texts; what is None follows the data: training/item_defaults.py."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class ItemVectorChoices:
    """How items become vectors."""

    rate: int | None = None
    """samples a second that sounds are brought to; else the training data's, at most 16,000"""
    layout: str | None = None
    """of series in arrays: steps-first or channels-first; else steps-first"""
    mels: int | None = None
    """frequency bands of sounds; else 5 for each 1,000 samples a second"""
    patch: int | None = None
    """side of an image's patches, in pixels; else the images' size decides"""
    stem: str | None = None
    """how patches become vectors: linear, each alone, or convolutional; else convolutional if their side is even"""
    node_encoding: str | None = None
    """what tells a node's place in a graph: random-walk, laplacian or none; else the graphs' size decides"""
    normalize_rows: bool | None = None
    """whether features of a node are divided by their sum; else in one graph, if they are many, all 0 or 1"""
    augment: bool | None = None
    """whether training sees sounds, images and series changed a little; else as suits the kind"""
    flip: bool | None = None
    """whether training sees half of the images mirrored, as letters and digits must not be; else false"""


@dataclass(kw_only=True)
class SourceChoices:
    """How the vectors of items are read."""

    halvings: int | None = None
    """how often convolutions halve the number of an item's vectors first; else 2 for sounds, 0 for others"""
    ctc: float | None = None
    """share of the loss that a reading of the target off an item's states has (CTC), 0 to 1; else 0.3 for sounds"""
    convolutions: int | None = None
    """blocks of convolution before a transformer's attention to items"""
    feature_dropout: float | None = None
    """chance of a number of an item's vector to fall in training; else 0"""
    reach: str | None = None
    """in a graph, whom a node reads: edges, its neighbours, or all nodes; else edges"""
