"""Every choice of `regard train generate`: the same names as flags, as YAML, and here.

What is None follows the data, and the choice is printed: training/generate_defaults.py says how.
"""

from dataclasses import dataclass, field

from regard.networks.base import NetworkOptions
from regard.training.config import TrainingChoices
from regard.training.folder_choices import FolderChoices
from regard.training.linear_choices import LinearChoices


@dataclass(kw_only=True)
class LinesChoices:
    """Which text, and how it becomes token numbers."""

    each_line: bool = False
    """whether every line is a text of its own; else all lines are one continuous text"""
    encoding: str = "utf-8"
    """of every text file"""
    blank: str = "error"
    """a blank line where every line is a text: error, or skip (counted)"""
    tokens: str | None = None
    """word, character, byte, bpe or unigram; else characters of a continuous text, and the data decide for lines"""
    vocabulary: int | None = None
    """how many tokens to learn"""
    protected: list[str] = field(default_factory=list)
    """symbols that stay one token"""
    tokenizer: str | None = None
    """your own tokenizer.json"""
    window: int = 256
    """most tokens that are read at once"""


@dataclass(kw_only=True)
class CanvasChoices:
    """Of images, which grow pixel by pixel: what their pixels are told as."""

    input: str = "auto"
    """text or image; auto goes by the files"""
    levels: int | None = None
    """shades of grey that are told apart in images; else all 256"""
    shrink: int | None = None
    """side of the squares of an image whose mean is one pixel; else 1"""


@dataclass(kw_only=True)
class LanguageChoices(LinearChoices):
    """Which network."""

    size: str | None = None
    """small, medium or large; else the number of tokens decides"""
    network: str = NetworkOptions.network
    """transformer or recurrent"""
    attention: str | None = None
    """dot, bilinear, additive, cosine, distance or linear; else dot, and none in a recurrent network"""
    pattern: str | None = None
    """whom each layer's attention reads, as for translate; where all are local, memory is bounded; else global"""
    normalizer: str = NetworkOptions.normalizer
    """of scores, as for translate; auto is softmax, or normalized for linear attention"""
    width: int | None = None
    """of every state"""
    layers: int | None = None
    """blocks, or layers of cells"""
    heads: int | None = None
    """of each attention"""
    key_heads: int | None = None
    """heads of keys and values, shared by groups of heads; else as many as heads"""
    feed_forward: int | None = None
    """hidden units of feed-forward parts"""
    dropout: float | None = None
    """chance of an element to fall in training"""
    attention_dropout: float | None = None
    """chance of an attention weight to fall in training; else 0"""
    norm: str | None = None
    """pre or post, in a transformer; else pre"""
    positions: str | None = None
    """as for translate; else rotary, and sinusoidal where rotary makes no sense"""
    cell: str | None = None
    """gru, lstm or rnn, in a recurrent network; else gru"""


@dataclass(kw_only=True)
class GenerateConfig(FolderChoices, TrainingChoices, LanguageChoices, LinesChoices, CanvasChoices):
    """All of them, the data, and where the model goes."""

    data: list[str] = field(default_factory=list)
    """text files, plain or .gz, read one after the other; or grey images: an IDX file, a folder, an .npy file"""
    valid: list[str] = field(default_factory=list)
    """validation data; else the end of a continuous text, or a seeded share of lines or images, is set aside"""
    test: list[str] = field(default_factory=list)
    """test data, scored once at the end"""
    max_minutes: float = 60.0
    """minutes, at most; 0 is no limit; the schedule ends with them"""
    schedule: str = "cosine"
    """inverse-sqrt, linear, cosine or constant"""
    label_smoothing: float = 0.0
    """share of the probability spread over all tokens"""
    weight_decay: float = 0.1
    """share of every weight that an update takes away, times the rate (AdamW)"""
