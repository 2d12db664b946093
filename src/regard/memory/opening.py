"""The memory of a model folder, opened: of that model alone, and what is damaged in it is told."""

import sys
from pathlib import Path

from regard.errors import OptionError
from regard.folder.record import fingerprint, read_record
from regard.memory.giving import Model, check_suits, width_of
from regard.memory.memory import Memory


def opened(model: Model, folder: str | Path, where: str, *, writing: bool = False) -> Memory:
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
