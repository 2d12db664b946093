"""What follows the data where nobody chose, for memory networks; measured in docs/results.md."""

from typing import Any

WIDTHS = {"small": 20, "medium": 50, "large": 100}
QUESTIONS = 128
"""Of a batch: four times those that were published, at a rate to match, in half the epochs."""
LINEAR = 10
"""First epochs without softmax; fifty with it follow."""


def memory_sizes(size: str) -> dict[str, Any]:
    """Sizes of a memory network: three hops of one head."""
    return {"width": WIDTHS[size], "layers": 3, "heads": 1, "dropout": 0.0}


def memory_batch(items: int, vectors: int) -> int:
    """Vectors of a batch of some 128 questions.

    >>> memory_batch(1_000, 7_000)
    896
    """
    return max(1, QUESTIONS * vectors // max(items, 1))


def memory_training(linear: int | None, batches: int) -> dict[str, Any]:
    """Some epochs without softmax and 50 with it, at a rate that falls to nothing; all of them are trained.

    Validations are few, since the best of many looks at a hundred questions is luck.
    """
    first = LINEAR if linear is None else linear
    return {
        "epochs": first + 50,
        "learning_rate": 0.02,
        "weight_decay": 0.0,
        "warmup": max(1, 3 * batches),
        "validate_epochs": 10,
        "patience": 0,
        "linear_start": first,
    }
