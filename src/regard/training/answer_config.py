"""Every choice of `regard train label|classify|regress`: the same names as flags, as YAML, and here.

What is None follows the data, and the choice is printed: training/answer_defaults.py says how.
"""

from dataclasses import dataclass, field

from regard.data.choices import ReadingChoices
from regard.networks.answering import HeadOptions
from regard.networks.base import NetworkOptions
from regard.training.config import TrainingChoices
from regard.training.folder_choices import FolderChoices
from regard.training.item_choices import ItemVectorChoices
from regard.training.linear_choices import LinearChoices


@dataclass(kw_only=True)
class VectorChoices(ItemVectorChoices):
    """How items become vectors, words of texts among them."""

    vocabulary: int | None = None
    """most words with a vector of their own; else 50,000"""
    sentences: int | None = None
    """of a story, how many are read before a question, the last ones; else 50"""
    gaps: float | None = None
    """share of a story's sentences that training may find missing, so that ages mean a little less; else 0.1"""
    word_vectors: str | None = None
    """a .vec file of word2vec, fastText or GloVe: words learned elsewhere, also those that training never sees"""


@dataclass(kw_only=True)
class AnswerNetworkChoices(LinearChoices):
    """Which network."""

    size: str | None = None
    """small, medium or large; else the data decide"""
    network: str = NetworkOptions.network
    """transformer, conformer, recurrent, convolutional or feedforward; of stories also memory"""
    attention: str | None = None
    """dot, bilinear, additive, cosine, distance, linear or none; else dot, or none in a recurrent network"""
    pattern: str | None = None
    """whom each layer's attention reads, as for translate, linformer among them; else global"""
    normalizer: str = NetworkOptions.normalizer
    """of scores, as for translate; auto is softmax, or normalized for linear attention"""
    width: int | None = None
    """of every state"""
    layers: int | None = None
    """blocks of the encoder; hops of a memory network, else 3"""
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
    """as for translate, or none for a set; else sinusoidal for images, sound and vectors, none for the others"""
    longest: int = 1024
    """how many positions are learned; of images, how many rows and columns"""
    cell: str | None = None
    """gru, lstm or rnn, in a recurrent network; else gru"""
    two_way: bool | None = None
    """whether a recurrent network reads in both directions; else true"""
    convolutions: int | None = None
    """blocks of convolution before a transformer's attention; else 2 for texts, 1 for series, 0 for others"""
    kernel: int | None = None
    """vectors that a convolution reads at once; else 5"""
    context: int | None = None
    """neighbours on each side that a feed-forward network reads; else 0"""
    tying: str | None = None
    """how hops of a memory network share tables of words: adjacent or layer-wise; else adjacent"""
    word_order: bool | None = None
    """whether its sentences know the order of their words; else true"""
    pooling: str | None = None
    """how vectors become one: attention, mean, max or last; else attention, or last without any"""
    crf: bool | None = None
    """whether labels are chosen together; else where they mark spans"""
    word_dropout: float = HeadOptions.word_dropout
    """chance of a word's own vector to fall in training, so that its letters learn to speak for it"""
    feature_dropout: float | None = None
    """chance of a number of a vector to fall in training, before the first layer; else 0, in one large graph 0.8"""
    halvings: int = HeadOptions.halvings
    """how often convolutions halve the number of vectors first"""
    reach: str = HeadOptions.reach
    """in a graph, whom a node reads: edges, its neighbours, or all nodes"""
    propagations: int | None = None
    """how often labels of nodes are passed on along the edges after the network; else 10 in one graph, 0 in many"""


@dataclass(kw_only=True)
class AnswerConfig(FolderChoices, TrainingChoices, AnswerNetworkChoices, VectorChoices, ReadingChoices):
    """All of them, the data, and where the model goes."""

    data: list[str] = field(default_factory=list)
    """a file, a folder, or two files, line for line"""
    valid: list[str] = field(default_factory=list)
    """validation data, as DATA; else a seeded share, in proportion to the classes, is cut off and announced"""
    test: list[str] = field(default_factory=list)
    """test data, as DATA, scored once at the end"""
    optimizer: str | None = None
    """adamw or sgd; else adamw, and sgd for a memory network"""
    linear_start: int | None = None
    """first epochs in which the hops of a memory network have no softmax; else 20"""
    new_labels: bool = False
    """with --from: whether classes that the model does not know are added to those it knows"""
    label_smoothing: float = 0.05
    """share of the probability spread over all classes"""
    strict: bool = False
    """refuse data of which the data doctor warns; what cannot be learned from is always refused"""
