"""`regard forget MEMORY NAME…`: deletes what came from a file, or from one line of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from regard.cli.flags import check_cli, parse
from regard.errors import OptionError
from regard.memory.memory import Memory


@dataclass(kw_only=True)
class ForgetConfig:
    """The flags of `regard forget`."""

    memory: str
    """folder of the memory, file .db, or URL of a Milvus cluster"""
    names: list[str] = field(default_factory=list)
    """where entries came from, as recall shows it: terms.tsv for all lines of a file, terms.tsv:12 for one"""


def run(words: Sequence[str]) -> int:
    """Deletes, and says how many entries there were; they are gone from the disk, too."""
    check_cli("forget")
    about = "Deletes what was remembered from a file, or from one line of it."
    config = parse("forget", ForgetConfig, words, ["memory", "names"], about)
    if not config.names:
        raise OptionError("regard forget: needs a name", got="none", hint="regard forget MEMORY terms.tsv:12")
    with Memory.open(config.memory, writing=True) as memory:
        for name in config.names:
            print(f"{name}: {memory.forget(name):,} entries forgotten")
        print(f"{memory.count():,} entries in {memory.where}")
    return 0
