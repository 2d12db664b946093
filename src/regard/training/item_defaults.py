"""What follows the data where nobody chose, for translations of items."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from regard.inputs.text import Text, default_kind
from regard.networks.base import NetworkOptions
from regard.networks.items import SourceOptions
from regard.training.answer_defaults import RATES, SIZES, Amount, batch_vectors_for
from regard.training.choosing import chosen
from regard.training.config import TranslateConfig
from regard.training.defaults import network_for, network_options, size_for
from regard.training.devices import device, precision
from regard.training.options import TrainingOptions

NETWORKS: dict[str, dict[str, Any]] = {
    "series": {"convolutions": 1, "positions": "none"},
    "graph": {"positions": "none"},
}
"""Choices of a transformer that suit an input better than a text's."""
SOURCES: dict[str, dict[str, Any]] = {"sound": {"halvings": 2, "ctc": 0.3}}
"""CTC: 600 strings of one to three spoken digits, written in characters, have a WER of 8 % after 520 updates with it,
and 29 without; in words the two are alike.
"""
FEW_WORDS, OFTEN, MANY_TEXTS = 100, 20, 100_000


def item_network(config: TranslateConfig, pairs: int, kind: str) -> NetworkOptions:
    """The network asked for, with the rest as the number of pairs and the input suggest: sizes are those of answers."""
    follow: dict[str, Any] = {}
    if (network := network_for(config)) != "recurrent":
        follow = {**SIZES.get(config.size or size_for(pairs), {}), **NETWORKS.get(kind, {})}
        follow |= {"convolutions": 0} if network == "conformer" else {}
    free = {name: value for name, value in follow.items() if getattr(config, name) is None}
    return replace(network_options(config, pairs, shared=False), **free)


def source_options(config: TranslateConfig, kind: str, longest: int) -> SourceOptions:
    """How items are read, where the longest target of training has so many tokens."""
    follow = {**SOURCES.get(kind, {}), "most_tokens": 2 * longest + 20}
    return SourceOptions(**{**follow, **chosen(config, SourceOptions)})


def item_target(config: TranslateConfig, lines: Sequence[str]) -> Text:
    """The target's tokenizer: the user's own, or of whole words where these are few, else characters, else pieces.

    Words where there are at most 100 of them, each read 20 times at the mean; characters below 100,000 texts.
    """
    if config.target_tokenizer is not None:
        return Text.from_file(config.target_tokenizer)
    words = Counter(word for line in lines for word in line.split())
    kind, size = default_kind(lines, len(lines))
    if len(words) <= FEW_WORDS and words.total() >= OFTEN * len(words):
        kind = "spaced"
    elif len(lines) < MANY_TEXTS:
        kind = "character"
    kind = config.tokens or kind
    size = size if kind in ("bpe", "unigram") else 30_000
    size = size if config.vocabulary is None else config.vocabulary
    return Text.learn(lines, kind=kind, size=size, protected=config.protected)


def item_epochs_for(items: int) -> int:
    """About 150,000 items read in all, in 15 to 60 epochs: to write each down costs more than to tell its class.

    >>> [item_epochs_for(n) for n in (1_000, 6_000, 100_000)]
    [60, 25, 15]
    """
    return max(15, min(60, round(150_000 / max(items, 1))))


def item_training(config: TranslateConfig, amount: Amount, metric: str) -> TrainingOptions:
    """The training asked for, with the rest as the data suggest; small networks are no faster in bf16 on a CPU."""
    batch = batch_vectors_for(amount.vectors) if config.batch_tokens is None else config.batch_tokens
    batches = max(1, min(amount.vectors // max(batch, 1), amount.items)) // max(config.accumulate, 1)
    epochs = item_epochs_for(amount.items) if config.epochs is None else config.epochs
    where, size = device(config.device), config.size or size_for(amount.items)
    exact = "fp32" if config.precision == "auto" and where == "cpu" and size == "small" else config.precision
    follow: dict[str, Any] = {
        "epochs": epochs,
        "batch_tokens": batch,
        "weight_decay": 0.01,
        "learning_rate": RATES[size],
        "warmup": min(1000, max(1, epochs * batches // 10)),
        "validate_epochs": max(1, epochs // 12),
    }
    known = {"metric": metric, "device": where, "precision": precision(exact, where)}
    return TrainingOptions(**{**follow, **chosen(config, TrainingOptions), **known})
