"""What follows the data where nobody chose, for memory networks: nearly what was published (docs/results.md)."""

from typing import Any

WIDTHS = {"small": 20, "medium": 50, "large": 100}
QUESTIONS = 32
"""Of a batch."""
LINEAR = 20
"""First epochs without softmax; a hundred with it follow."""
RATE = 0.32
"""On the mean of a batch, which is 0.01 on its sum."""


def memory_sizes(size: str) -> dict[str, Any]:
    """Sizes of a memory network: three hops of one head."""
    return {"width": WIDTHS[size], "layers": 3, "heads": 1, "dropout": 0.0}


def memory_batch(items: int, vectors: int) -> int:
    """Vectors of a batch of some 32 questions.

    >>> memory_batch(1_000, 7_000)
    224
    """
    return max(1, QUESTIONS * vectors // max(items, 1))


def memory_training(linear: int | None, batches: int) -> dict[str, Any]:
    """Plain gradient descent: the rate rises in the epochs without softmax, and falls to nothing in those with it.

    Validations are few, since the best of many looks at a hundred questions is luck.
    """
    first = LINEAR if linear is None else linear
    return {
        "epochs": first + 100,
        "optimizer": "sgd",
        "learning_rate": RATE,
        "weight_decay": 0.0,
        "warmup": max(1, first * batches),
        "validate_epochs": 20,
        "patience": 0,
        "linear_start": first,
    }
