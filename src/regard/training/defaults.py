"""What follows the data where nobody chose: sizes, rates, epochs. Measured where docs/results.md says so."""

import math
from typing import Any, TypeVar

from regard.checks import unknown
from regard.errors import OptionError
from regard.networks.base import NetworkOptions
from regard.networks.pattern import packs
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
SPELLED_SIZES: Sizes = {"width": 128, "layers": 1, "heads": 1, "feed_forward": 1, "dropout": 0.2, "members": 3}
SPELLED_KINDS = {"cell": "lstm", "order": "late", "attention": "bilinear"}
"""For words and their phones: letters are few and phones follow them in order; small networks that vote know them."""
SPELLED_RATE = 0.004
FEW_SPELLED = 100_000
"""Pairs from which on spellings have the defaults of other texts."""
ONLY = {
    "transformer": ("heads", "key_heads", "feed_forward", "attention_dropout", "norm", "positions", "pattern"),
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


def spelled_epochs_for(pairs: int) -> int:
    """Spellings take the fewer epochs the more there are: 48 for 3,600, in at least 5 and at most 100.

    >>> [spelled_epochs_for(n) for n in (100, 3_600, 50_000)]
    [100, 48, 13]
    """
    return max(5, min(100, round(2_880 / math.sqrt(max(pairs, 1)))))


def batch_tokens_for(tokens: int) -> int:
    """About 120 updates an epoch on small data, and batches of at most 4,096 tokens.

    >>> [batch_tokens_for(n) for n in (10_000, 200_000, 500_000)]
    [512, 1666, 4096]
    """
    return max(512, min(4096, tokens // 120))


def network_for(config: TranslateConfig, spelled: bool = False) -> str:
    """The network asked for; recurrent for spellings, unless something was chosen that only a transformer has."""
    choices = [getattr(config, name) for name in ONLY["transformer"]]
    small = spelled and all(choice is None for choice in choices)
    return config.network or ("recurrent" if small else NetworkOptions.network)


def network_options(config: TranslateConfig, pairs: int, shared: bool, spelled: bool = False) -> NetworkOptions:
    """The network asked for, with the rest as the number of pairs suggests, and whether they are `spelled`."""
    network = network_for(config, spelled and pairs < FEW_SPELLED)
    table = RECURRENTS if network == "recurrent" else TRANSFORMERS
    name = config.size or size_for(pairs)
    if name not in table:
        raise unknown("size", name, list(table))
    attention = "additive" if network == "recurrent" else NetworkOptions.attention
    follow: dict[str, Any] = {**table[name], "network": network, "attention": attention}
    if _few_spelled(config, pairs, spelled):
        follow |= {**SPELLED_SIZES, **SPELLED_KINDS}
    follow |= chosen(config, NetworkOptions)
    return NetworkOptions(**{**follow, "longest": config.longest + 1, "shared": shared})


def training_options(
    config: TranslateConfig, pairs: int, tokens: int, metric: str, spelled: bool = False
) -> TrainingOptions:
    """The training asked for, with the rest as the number of pairs and target tokens suggests, and the spelling."""
    few = _few_spelled(config, pairs, spelled)
    epochs = _given(config.epochs, spelled_epochs_for(pairs) if few else epochs_for(pairs))
    batch = _given(config.batch_tokens, batch_tokens_for(tokens))
    updates = epochs * max(1, tokens // max(batch, 1)) // max(config.accumulate, 1)
    where = device(config.device)
    network = network_for(config, spelled and pairs < FEW_SPELLED)
    check_packing(config, network)
    rates = RATES.get(network, RATES["transformer"])
    follow = {
        "epochs": epochs,
        "batch_tokens": batch,
        "weight_decay": 0.0,
        "learning_rate": SPELLED_RATE if few else rates[config.size or size_for(pairs)],
        "warmup": min(1000, updates // 8),
        "validate_epochs": max(1, epochs // 20),
    }
    known = {"metric": metric, "device": where, "precision": precision(config.precision, where)}
    return TrainingOptions(**{**follow, **chosen(config, TrainingOptions), **known})


def check_packing(config: TranslateConfig, network: str) -> None:
    """Raises OptionError for packing where it cannot be."""
    if config.packing and network != "transformer":
        rule = "packing: only a transformer has masks that keep the texts of a row apart"
        raise OptionError(rule, got=f"--packing true with a {network} network", hint="drop --packing")
    pattern = config.pattern or NetworkOptions.pattern
    if config.packing and not packs(pattern):
        rule = "packing: what begins with each text, such as its first positions, is lost in a row of many"
        raise OptionError(rule, got=f"--packing true with --pattern {pattern!r}", hint="drop --packing")


def _few_spelled(config: TranslateConfig, pairs: int, spelled: bool) -> bool:
    """Whether the defaults of spellings hold: for few pairs, a recurrent network and no size that was asked for."""
    return spelled and pairs < FEW_SPELLED and not config.size and network_for(config, spelled=True) == "recurrent"


def _given(value: Number | None, default: Number) -> Number:
    return default if value is None else value
