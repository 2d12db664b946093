"""What follows the data where nobody chose: sizes, rates, epochs. Measured where docs/results.md says so."""

from typing import TypeVar

from regard.checks import unknown
from regard.networks.base import NetworkOptions
from regard.training.choosing import chosen
from regard.training.config import TranslateConfig
from regard.training.devices import device, precision
from regard.training.options import TrainingOptions

Sizes = dict[str, int | float]
Number = TypeVar("Number", int, float)

TRANSFORMERS: dict[str, Sizes] = {
    "small": {"width": 128, "layers": 4, "heads": 4, "feed_forward": 256, "dropout": 0.3},
    "medium": {"width": 256, "layers": 4, "heads": 4, "feed_forward": 1024, "dropout": 0.2},
    "large": {"width": 512, "layers": 6, "heads": 8, "feed_forward": 2048, "dropout": 0.1},
}
RECURRENTS: dict[str, Sizes] = {
    "small": {"width": 256, "layers": 1, "heads": 1, "feed_forward": 1, "dropout": 0.3},
    "medium": {"width": 512, "layers": 2, "heads": 1, "feed_forward": 1, "dropout": 0.2},
    "large": {"width": 1024, "layers": 2, "heads": 1, "feed_forward": 1, "dropout": 0.2},
}
ONLY = {
    "transformer": ("heads", "key_heads", "feed_forward", "attention_dropout", "norm", "positions"),
    "recurrent": ("cell", "two_way", "order"),
}
"""Choices that one network alone knows."""
RATES = {
    "transformer": {"small": 0.005, "medium": 0.002, "large": 0.0007},
    "recurrent": {"small": 0.003, "medium": 0.001, "large": 0.0005},
}


def size_for(pairs: int) -> str:
    """The smallest model is best on little data: small below 100,000 pairs, medium below 1,000,000, else large."""
    return "small" if pairs < 100_000 else "medium" if pairs < 1_000_000 else "large"


def epochs_for(pairs: int) -> int:
    """About 1,000,000 pairs read in all, in at least 5 epochs and at most 150.

    >>> [epochs_for(n) for n in (1_000, 29_000, 1_000_000)]
    [150, 34, 5]
    """
    return max(5, min(150, round(1_000_000 / max(pairs, 1))))


def batch_tokens_for(tokens: int) -> int:
    """About 120 updates an epoch on small data, and batches of at most 4,096 tokens.

    >>> [batch_tokens_for(n) for n in (10_000, 200_000, 500_000)]
    [512, 1666, 4096]
    """
    return max(512, min(4096, tokens // 120))


def network_options(config: TranslateConfig, pairs: int, shared: bool) -> NetworkOptions:
    """The network asked for, with the rest as the number of pairs suggests."""
    table = RECURRENTS if config.network == "recurrent" else TRANSFORMERS
    name = config.size or size_for(pairs)
    if name not in table:
        raise unknown("size", name, list(table))
    attention = "additive" if config.network == "recurrent" else NetworkOptions.attention
    follow = {**table[name], "attention": attention, **chosen(config, NetworkOptions)}
    return NetworkOptions(**{**follow, "longest": config.longest + 1, "shared": shared})


def training_options(config: TranslateConfig, pairs: int, tokens: int, metric: str) -> TrainingOptions:
    """The training asked for, with the rest as the number of pairs and target tokens suggests."""
    epochs = _given(config.epochs, epochs_for(pairs))
    batch = _given(config.batch_tokens, batch_tokens_for(tokens))
    updates = epochs * max(1, tokens // max(batch, 1)) // max(config.accumulate, 1)
    where = device(config.device)
    rates = RATES.get(config.network, RATES["transformer"])
    follow = {
        "epochs": epochs,
        "batch_tokens": batch,
        "weight_decay": 0.0,
        "learning_rate": rates[config.size or size_for(pairs)],
        "warmup": min(1000, updates // 8),
        "validate_epochs": max(1, epochs // 20),
    }
    known = {"metric": metric, "device": where, "precision": precision(config.precision, where)}
    return TrainingOptions(**{**follow, **chosen(config, TrainingOptions), **known})


def _given(value: Number | None, default: Number) -> Number:
    return default if value is None else value
