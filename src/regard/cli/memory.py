"""What predict, evaluate, remember, forget and recall share: the memory of a model, opened and given to it."""

import sys
from dataclasses import dataclass
from pathlib import Path

from regard.errors import OptionError
from regard.folder.record import fingerprint, read_record
from regard.memory.giving import Model, check_suits, give, width_of
from regard.memory.memory import Memory


@dataclass(kw_only=True)
class MemoryChoices:
    """Which memory is read."""

    memory: str = ""
    """what was remembered, and is read beside: a folder, a file .db, or the URL of a Milvus cluster (docs/memory.md)"""


def opened(model: Model, folder: str, where: str, *, writing: bool = False) -> Memory:
    """The memory, which must be this model's. Raises as `Memory.open` does, and OptionError for a model without one."""
    if not where:
        rule, hint = "--memory: must say where the memory is", "--memory DIR, or FILE.db, or http://HOST:19530"
        raise OptionError(rule, got="none", hint=hint)
    check_suits(model)
    name = fingerprint(read_record(Path(folder)))
    memory = Memory.open(where, model=name, width=width_of(model), writing=writing)
    for line in memory.damaged():
        print(f"damaged, and left out: {line}", file=sys.stderr)
    return memory


def with_memory(model: Model, folder: str, choices: MemoryChoices) -> None:
    """Gives the model the memory that was asked for, if one was."""
    if choices.memory:
        give(model, opened(model, folder, choices.memory))
