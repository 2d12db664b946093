"""The memory that predict and evaluate read beside a model."""

from dataclasses import dataclass

from regard.memory.giving import Model, give
from regard.memory.opening import opened


@dataclass(kw_only=True)
class MemoryChoices:
    """Which memory is read."""

    memory: str = ""
    """what was remembered, and is read beside: a folder, a file .db, or the URL of a Milvus cluster (docs/memory.md)"""


def with_memory(model: Model, folder: str, choices: MemoryChoices) -> None:
    """Gives the model the memory that was asked for, if one was."""
    if choices.memory:
        give(model, opened(model, folder, choices.memory))
