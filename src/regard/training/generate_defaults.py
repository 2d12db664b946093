"""What follows the text where nobody chose, for language models; measured in docs/results.md."""

from regard.checks import unknown
from regard.networks.base import NetworkOptions
from regard.training.choosing import chosen
from regard.training.defaults import Sizes
from regard.training.devices import device, precision
from regard.training.generate_config import GenerateConfig
from regard.training.language import METRIC
from regard.training.options import TrainingOptions

TRANSFORMERS: dict[str, Sizes] = {
    "small": {"width": 128, "layers": 4, "heads": 4, "feed_forward": 512, "dropout": 0.1},
    "medium": {"width": 256, "layers": 4, "heads": 4, "feed_forward": 1024, "dropout": 0.1},
    "large": {"width": 512, "layers": 8, "heads": 8, "feed_forward": 2048, "dropout": 0.1},
}
RECURRENTS: dict[str, Sizes] = {
    "small": {"width": 256, "layers": 1, "heads": 1, "feed_forward": 1, "dropout": 0.1},
    "medium": {"width": 512, "layers": 2, "heads": 1, "feed_forward": 1, "dropout": 0.2},
    "large": {"width": 1024, "layers": 2, "heads": 1, "feed_forward": 1, "dropout": 0.2},
}
RATES = {"small": 0.003, "medium": 0.003, "large": 0.0007}
RECURRENT_RATES = {"small": 0.003, "medium": 0.0015, "large": 0.0007}


def size_for(tokens: int) -> str:
    """Small below 300,000 tokens, medium below 20,000,000, else large."""
    return "small" if tokens < 300_000 else "medium" if tokens < 20_000_000 else "large"


def epochs_for(tokens: int) -> int:
    """About 36,000,000 tokens read in all, in at least 2 epochs and at most 100.

    >>> [epochs_for(n) for n in (10_000, 1_000_000, 100_000_000)]
    [100, 36, 2]
    """
    return max(2, min(100, round(36_000_000 / max(tokens, 1))))


def batch_tokens_for(tokens: int) -> int:
    """About 100 updates an epoch on small data, and batches of at most 2,048 tokens, of large data 4,096.

    >>> [batch_tokens_for(n) for n in (10_000, 100_000, 1_000_000, 100_000_000)]
    [512, 1000, 2048, 4096]
    """
    return max(512, min(4096 if size_for(tokens) == "large" else 2048, tokens // 100))


def language_options(config: GenerateConfig, tokens: int) -> NetworkOptions:
    """The network asked for, with the rest as the number of tokens suggests."""
    recurrent = config.network == "recurrent"
    table = RECURRENTS if recurrent else TRANSFORMERS
    name = config.size or size_for(tokens)
    if name not in table:
        raise unknown("size", name, list(table))
    turned = not recurrent and config.attention in (None, "dot", "bilinear", "cosine")
    follow = {
        **table[name],
        "attention": "none" if recurrent else NetworkOptions.attention,
        "positions": "rotary" if turned else "sinusoidal",
        **chosen(config, NetworkOptions),
    }
    return NetworkOptions(**{**follow, "longest": config.window})


def language_training(config: GenerateConfig, tokens: int) -> TrainingOptions:
    """The training asked for, with the rest as the number of tokens suggests."""
    epochs = epochs_for(tokens) if config.epochs is None else config.epochs
    batch = batch_tokens_for(tokens) if config.batch_tokens is None else config.batch_tokens
    updates = epochs * max(1, tokens // max(batch, 1)) // max(config.accumulate, 1)
    where = device(config.device)
    recurrent = config.network == "recurrent"
    follow = {
        "epochs": epochs,
        "batch_tokens": batch,
        "learning_rate": (RECURRENT_RATES if recurrent else RATES)[config.size or size_for(tokens)],
        "warmup": min(200, updates // 20),
        "validate_epochs": max(1, epochs // 15),
    }
    exact = "fp32" if recurrent and config.precision == "auto" else precision(config.precision, where)
    known = {"metric": METRIC, "device": where, "precision": exact}
    return TrainingOptions(**{**follow, **chosen(config, TrainingOptions), **known})
