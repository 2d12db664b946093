"""Every choice of `regard train translate`: the same names as flags, as YAML, and here.

What is None follows the data, and the choice is printed: training/defaults.py says how. Where it does not depend on the
data, the options that it goes to have its default.
"""

from dataclasses import dataclass, field

from regard.networks.base import NetworkOptions
from regard.training.folder_choices import FolderChoices
from regard.training.item_choices import ItemVectorChoices, SourceChoices
from regard.training.linear_choices import LinearChoices


@dataclass(kw_only=True)
class DataChoices:
    """Which pairs, and how they are read."""

    input: str = "auto"
    """what sources are: text, sound, image, graph, series, vectors or story; auto goes by the files (docs/data.md)"""
    source: str | None = None
    """file of sources, one a line (instead of DATA)"""
    target: str | None = None
    """file of targets, line for line"""
    x: str | None = None
    """column or key of the source in a table, or of its file"""
    y: str | None = None
    """column or key of the target in a table"""
    groups: str | None = None
    """column of groups of items, each of which stays on one side of a split"""
    id: str | None = None
    """column of a long table that tells series apart"""
    time: str | None = None
    """column of a long table that orders the steps of a series"""
    name_pattern: str | None = None
    """how names of sounds and images tell the target, as {label}-{group}-{}.wav"""
    encoding: str = "utf-8"
    """of every text file"""
    blank: str = "error"
    """a blank line on one side or both: error, or skip (counted)"""


@dataclass(kw_only=True)
class HeldOutChoices:
    """Pairs to validate and to test on."""

    valid: list[str] = field(default_factory=list)
    """validation data, as DATA; else a seeded share is cut off and announced"""
    valid_source: str | None = None
    """file of validation sources"""
    valid_target: str | None = None
    """file of validation targets"""
    test: list[str] = field(default_factory=list)
    """test data, as DATA, scored once at the end"""
    test_source: str | None = None
    """file of test sources"""
    test_target: str | None = None
    """file of test targets"""


@dataclass(kw_only=True)
class TextChoices:
    """How text becomes token numbers."""

    tokens: str | None = None
    """word, spaced (as the data are), character, byte, bpe or unigram; else the data decide"""
    vocabulary: int | None = None
    """how many tokens to learn, for both sides together where they are joint"""
    joint: bool | None = None
    """one vocabulary for both sides"""
    protected: list[str] = field(default_factory=list)
    """symbols that stay one token"""
    source_tokenizer: str | None = None
    """your own tokenizer.json for the source"""
    target_tokenizer: str | None = None
    """your own tokenizer.json for the target"""
    longest: int = 512
    """most tokens of one text"""
    too_long: str = "error"
    """a text with more: error, skip or truncate (counted)"""


@dataclass(kw_only=True)
class NetworkChoices(LinearChoices):
    """Which network."""

    size: str | None = None
    """small, medium or large; else the number of pairs decides"""
    network: str | None = None
    """transformer or recurrent, of items also conformer, before a transformer's decoder; else transformer, and
    recurrent for a spelling in phones"""
    attention: str | None = None
    """dot, bilinear, additive, cosine, distance, linear or none; else dot, or additive in a recurrent network"""
    pattern: str | None = None
    """whom each layer of a transformer reads in self-attention, a word a layer, which begin again after the last, as
    'local:64 local:64 global' (docs/choosing-attention.md); else global"""
    normalizer: str = NetworkOptions.normalizer
    """of scores: softmax, softmax-with-sink, sigmoid, relu, squared-relu, sparsemax, entmax, top-k, plain or
    normalized; auto is softmax, or normalized for linear attention"""
    width: int | None = None
    """of every state"""
    layers: int | None = None
    """blocks of encoder and decoder; layers of a recurrent encoder"""
    heads: int | None = None
    """of each attention in a transformer"""
    key_heads: int | None = None
    """heads of its keys and values, shared by groups of heads; else as many as heads"""
    feed_forward: int | None = None
    """hidden units of a transformer's feed-forward parts"""
    dropout: float | None = None
    """chance of an element to fall in training"""
    attention_dropout: float | None = None
    """chance of an attention weight in a transformer to fall in training; else 0"""
    norm: str | None = None
    """pre or post, in a transformer; else pre"""
    positions: str | None = None
    """sinusoidal or learned, added to words; rotary, alibi, relative-bias or relative-keys, in the scores; in a
    transformer; else sinusoidal"""
    cell: str | None = None
    """gru, lstm or rnn, in a recurrent network; else gru"""
    two_way: bool | None = None
    """whether a recurrent encoder reads in both directions; else true"""
    order: str | None = None
    """bahdanau (match, then step), luong (step, then match) or late (all steps, then all matches: fastest), in a
    recurrent network; else bahdanau"""
    members: int | None = None
    """networks trained side by side, whose mean answers; else 1, and 3 for a spelling in phones"""


@dataclass(kw_only=True)
class TrainingChoices:
    """How to train."""

    epochs: int | None = None
    """passes over the data, at most"""
    steps: int = 0
    """weight updates, at most; 0 is no limit"""
    max_minutes: float = 0.0
    """minutes, at most; 0 is no limit; the schedule ends with them"""
    batch_tokens: int | None = None
    """padded tokens of one batch"""
    accumulate: int = 1
    """batches whose gradients make one update"""
    learning_rate: float | None = None
    """peak of the rate"""
    warmup: int | None = None
    """updates over which the rate rises"""
    schedule: str = "linear"
    """inverse-sqrt, linear, cosine or constant; plateau halves the rate after 3 validations without a better score"""
    label_smoothing: float = 0.1
    """share of the probability spread over all words"""
    weight_decay: float | None = None
    """share of every weight that an update takes away, times the rate (AdamW)"""
    clip: float = 1.0
    """largest norm of a gradient; 0 is no limit"""
    average: int = 8
    """last epochs whose mean weights are tried"""
    moving_average: float = 0.0
    """share of a moving average of the weights that an update leaves, as 0.999, which is tried, too; 0 is none"""
    patience: int | None = None
    """validations without a better score before it stops; 0 is never; else 10, over one graph never"""
    validate_epochs: int | None = None
    """epochs between validations"""
    checkpoint_minutes: float = 5.0
    """minutes between checkpoints"""
    checkpoint_steps: int = 0
    """updates between checkpoints; 0 is no limit"""
    skip_bad_batches: int = 0
    """updates that may be left out because loss or gradients are not finite; else the first ends training"""
    profile: bool = False
    """say where the time of updates 6 to 25 goes"""
    tensorboard: bool = False
    """write what metrics.jsonl tells into the folder a second time, as events that TensorBoard shows"""
    short_first: float = 0.0
    """0 shuffles, 1 begins the first epoch with the shortest batches"""
    seed: int = 1
    """decides weights, order and dropout"""
    precision: str = "auto"
    """auto, fp32 or bf16"""
    device: str = "auto"
    """auto, cpu, cuda or mps"""


@dataclass(kw_only=True)
class TranslateConfig(
    FolderChoices,
    TrainingChoices,
    NetworkChoices,
    SourceChoices,
    ItemVectorChoices,
    TextChoices,
    HeldOutChoices,
    DataChoices,
):
    """All of them, and where the model goes."""

    data: list[str] = field(default_factory=list)
    """one .tsv, .csv or .jsonl table, or two parallel files, each plain or .gz; of other inputs a file or a folder"""
    packing: bool | None = None
    """whether a transformer trains on the texts of a batch end to end, instead of padded to one length: faster where
    lengths differ much and its size is medium or large; else false"""
    metric: str = "auto"
    """what weights are chosen by: bleu, exact, wer (answers with any error) or per (edits a phone); auto is wer where
    targets are spelled in phones, exact where they are one short word, else bleu"""
    strict: bool = False
    """refuse data of which the data doctor warns; what cannot be learned from is always refused"""
