"""What follows the data where nobody chose, for labels, classes and numbers; measured in docs/results.md."""

from typing import Any, NamedTuple

from regard.checks import unknown
from regard.models.targets import Targets
from regard.networks.answering import HeadOptions
from regard.networks.base import NetworkOptions
from regard.training.answer_config import AnswerConfig
from regard.training.choosing import chosen
from regard.training.devices import device, precision
from regard.training.memory_defaults import memory_batch, memory_sizes, memory_training
from regard.training.options import TrainingOptions

SIZES: dict[str, dict[str, int | float]] = {
    "small": {"width": 128, "layers": 2, "heads": 4, "feed_forward": 256, "dropout": 0.3},
    "medium": {"width": 256, "layers": 4, "heads": 4, "feed_forward": 512, "dropout": 0.2},
    "large": {"width": 512, "layers": 6, "heads": 8, "feed_forward": 2048, "dropout": 0.1},
}
TEXTS = {"layers": 1, "convolutions": 2, "positions": "none"}
"""Words know their order by convolutions; sinusoids on 5,000 questions cost three points (docs/results.md)."""
SERIES = {"convolutions": 1, "positions": "none"}
IMAGES: dict[str, dict[str, Any]] = {"small": {"dropout": 0.1}}
"""Training moves and blanks images anew each time, which is dropout enough of its own."""
ONE_GRAPH: dict[str, Any] = {"dropout": 0.6, "attention_dropout": 0.5}
"""Few nodes with labels, hundreds of features, neighbours that mostly agree: each is told alone, and then passed on."""
PROPAGATIONS = 10
OF_BLOCKS = ("attention", "heads", "key_heads", "feed_forward", "norm")
"""Choices that ask for blocks of attention in one graph, where there are none otherwise: on Cora they cost a point."""
FEW_GRAPHS = 2_000
"""Up to so many graphs, networks are smaller than those of other items."""
RATES = {"small": 0.002, "medium": 0.001, "large": 0.0005}


class Amount(NamedTuple):
    """How much there is to learn from, and of which kind of input."""

    items: int
    vectors: int
    kind: str = "vectors"


def size_for(items: int) -> str:
    """Small below 200,000 items, medium below 2,000,000, else large."""
    return "small" if items < 200_000 else "medium" if items < 2_000_000 else "large"


def epochs_for(items: int, batches: int) -> int:
    """About 300,000 items read in all, in 15 to 60 epochs, and at least 500 updates; of one item, 300.

    >>> epochs_for(5_000, 30), epochs_for(60_000, 800), epochs_for(1, 1)
    (60, 15, 300)
    """
    if items == 1:
        return 300
    return max(15, min(60, round(300_000 / max(items, 1))), -(-500 // max(batches, 1)))


def graph_epochs_for(items: int, batches: int) -> int:
    """100 of one graph; of many 30, and at least 500 updates.

    >>> graph_epochs_for(1, 1), graph_epochs_for(150, 4), graph_epochs_for(1_000, 20)
    (100, 125, 30)
    """
    return 100 if items == 1 else max(30, -(-500 // max(batches, 1)))


def batch_vectors_for(vectors: int, updates: int = 60) -> int:
    """About so many updates an epoch on small data, and batches of 512 to 4,096 vectors.

    >>> [batch_vectors_for(n) for n in (3_000, 60_000, 1_000_000)]
    [512, 1000, 4096]
    """
    return max(512, min(4096, vectors // updates))


def answer_network(config: AnswerConfig, items: int, kind: str) -> NetworkOptions:
    """The network asked for, with the rest as the data suggest."""
    name = config.size or size_for(items)
    if name not in SIZES:
        raise unknown("size", name, list(SIZES))
    own: dict[str, dict[str, Any]] = {
        "recurrent": {"attention": "none", "layers": 1},
        "convolutional": {"attention": "none", "layers": 3},
        "feedforward": {"attention": "none"},
        "memory": memory_sizes(name),
    }
    follow: dict[str, Any] = {**SIZES[name], **own.get(config.network, {}), "shared": False, "longest": config.longest}
    if kind == "graph":
        follow |= {"positions": "none", **(_graph_sizes(items) if config.size is None else {})}
    if kind == "graph" and items == 1 and config.network == "transformer":
        follow |= {**ONE_GRAPH, "layers": int(any(getattr(config, name) is not None for name in OF_BLOCKS))}
    if config.network == "conformer" and kind in ("text", "series"):
        follow |= {"positions": "none"}
    if config.network == "transformer":
        follow |= {"text": TEXTS, "series": SERIES, "image": IMAGES.get(name, {})}.get(kind, {})
    return NetworkOptions(**{**follow, **chosen(config, NetworkOptions)})


def _graph_sizes(graphs: int) -> dict[str, Any]:
    """Sizes of a network that learns from so many graphs, where small is too large."""
    if graphs == 1:
        return {"width": 64}
    return {"width": 32, "feed_forward": 64} if graphs <= FEW_GRAPHS else {}


def answer_head(config: AnswerConfig, targets: Targets, options: NetworkOptions, one_graph: bool) -> HeadOptions:
    """What comes before and after it; `one_graph` is all that there is to learn from, by the labels of its nodes."""
    recurrent = options.network == "recurrent" and options.attention == "none"
    last = recurrent or options.network == "memory"
    follow: dict[str, Any] = {"pooling": "last" if last else "attention", "crf": targets.scheme is not None}
    if one_graph:
        linked = options.network == "transformer" and config.reach == "edges" and targets.per_vector
        follow |= {"feature_dropout": 0.8, "propagations": PROPAGATIONS * linked}
    return HeadOptions(**{**follow, **chosen(config, HeadOptions)})


def answer_training(config: AnswerConfig, amount: Amount, metric: str) -> TrainingOptions:
    """The training asked for, with the rest as the data suggest.

    Small networks are no faster in bf16 on a CPU, except over images, of which about 64 come at a time where they are
    small.
    """
    one_graph = amount.kind == "graph" and amount.items == 1
    updates = 20 if amount.kind == "graph" else 60
    most = max(512, 64 * amount.vectors // amount.items) if amount.kind == "image" else 4096
    suits = min(batch_vectors_for(amount.vectors, updates), most)
    suits = memory_batch(amount.items, amount.vectors) if config.network == "memory" else suits
    batch = suits if config.batch_tokens is None else config.batch_tokens
    batches = max(1, min(amount.vectors // max(batch, 1), amount.items)) // max(config.accumulate, 1)
    usual = graph_epochs_for if amount.kind == "graph" else epochs_for
    epochs = usual(amount.items, batches) if config.epochs is None else config.epochs
    where = device(config.device)
    follow: dict[str, Any] = {
        "epochs": epochs,
        "batch_tokens": batch,
        "weight_decay": 3.0 if one_graph else 0.01,
        "learning_rate": 0.01 if one_graph else RATES[config.size or size_for(amount.items)],
        "warmup": min(500, max(1, epochs * batches // 10)),
        "validate_epochs": max(1, epochs // (50 if one_graph else 30)),
        "patience": 0 if one_graph else 10,
    }
    if config.network == "memory":
        follow |= memory_training(config.linear_start, batches)
    small = where == "cpu" and amount.kind != "image" and (config.size or size_for(amount.items)) == "small"
    exact = "fp32" if config.precision == "auto" and small else precision(config.precision, where)
    known = {"metric": metric, "device": where, "precision": exact}
    return TrainingOptions(**{**follow, **chosen(config, TrainingOptions), **known})
