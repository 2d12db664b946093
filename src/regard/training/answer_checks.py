"""What can be refused before any item is read: choices that cannot be, or that would change nothing."""

from pathlib import Path

from regard.data.encodings import known_encoding
from regard.data.pairs import one_of
from regard.errors import OptionError
from regard.networks.answering import HeadOptions
from regard.networks.encoders import check_encoder
from regard.training.answer_config import AnswerConfig
from regard.training.answer_defaults import Amount, answer_network, answer_training
from regard.training.choosing import chosen
from regard.training.resume import check_folder
from regard.training.start import start_fingerprint

ONLY = {
    "norm": ("transformer",),
    "positions": ("transformer", "conformer"),
    "key_heads": ("transformer", "conformer"),
    "attention_dropout": ("transformer", "conformer"),
    "heads": ("transformer", "conformer", "recurrent", "memory"),
    "pattern": ("transformer", "conformer", "recurrent"),
    "feed_forward": ("transformer", "conformer", "feedforward"),
    "cell": ("recurrent",),
    "two_way": ("recurrent",),
    "kernel": ("convolutional", "transformer", "conformer"),
    "context": ("feedforward",),
    "tying": ("memory",),
    "word_order": ("memory",),
    "linear_start": ("memory",),
}
"""Choices that some networks alone know."""
ATTENDING = ("transformer", "conformer", "memory")
"""Networks that have attention unless it is said otherwise."""
OF_ATTENTION = ("heads", "pattern")
"""Those that a recurrent network knows only with attention."""


def check_answer_choices(kind: str, config: AnswerConfig) -> None:
    """Raises OptionError for the first choice that cannot be, whatever the data are."""
    if not config.model:
        raise OptionError("train: needs a folder for the model", got="no --model", hint="--model DIR")
    check_folder(Path(config.model), config.overwrite)
    start_fingerprint(config)
    config.check_input()
    known_encoding(config.encoding)
    one_of("blank", config.blank, ("error", "skip"))
    if config.vocabulary is not None and config.vocabulary < 1:
        hint = "leave it out: 50,000"
        raise OptionError("vocabulary: must be at least one word", got=str(config.vocabulary), hint=hint)
    check_kind(kind, config)
    _check_idle(config)
    check_encoder(answer_network(config, 1, "vectors"))
    HeadOptions(**chosen(config, HeadOptions))
    answer_training(config, Amount(1, 1), "accuracy")


def check_kind(kind: str, config: AnswerConfig) -> None:
    """Raises OptionError for a choice that this kind of answer does not know."""
    if kind == "label" and config.pooling is not None:
        got, hint = f"--pooling {config.pooling} with label", "leave --pooling out"
        raise OptionError("pooling: a label for every vector pools nothing", got=got, hint=hint)
    if kind != "label" and config.crf is not None:
        got, hint = f"--crf {str(config.crf).lower()} with {kind}", "leave --crf out, or train label"
        raise OptionError("crf: only labels are chosen together", got=got, hint=hint)
    if kind != "label" and config.propagations:
        got, hint = f"--propagations {config.propagations} with {kind}", "leave --propagations out, or train label"
        raise OptionError("propagations: only labels of nodes are passed on", got=got, hint=hint)
    if config.layers == 0 and (kind != "label" or config.propagations == 0):
        rule = "layers: must be at least 1, unless labels of nodes are passed on along edges"
        raise OptionError(rule, got="--layers 0", hint="--layers 1")


def _check_idle(config: AnswerConfig) -> None:
    """A choice that the network does not know would change nothing: refused, not ignored."""
    attends = config.attention != "none" if config.attention is not None else config.network in ATTENDING
    if not attends and config.normalizer != AnswerConfig.normalizer:
        got = f"--normalizer {config.normalizer} without attention"
        raise OptionError("normalizer: only attention has weights", got=got, hint="drop --normalizer")
    for name, networks in ONLY.items():
        value = getattr(config, name)
        if value is None or (config.network in networks and (name not in OF_ATTENTION or attends)):
            continue
        flag, shown = "--" + name.replace("_", "-"), str(value).lower() if isinstance(value, bool) else value
        raise OptionError(
            f"{name}: only a network of kind {' or '.join(networks)} has it"
            + ", with attention" * (name in OF_ATTENTION),
            got=f"{flag} {shown} with --network {config.network}",
            hint=f"drop {flag}, or --network {networks[0]}",
        )
