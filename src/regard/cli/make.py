"""`regard make TASK FOLDER`: data with exact answers, as files that every other verb reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regard.cli.flags import check_cli, parse
from regard.cli.numbers import whole_numbers
from regard.data.synthetic import TASKS, Plan, Sizes, write
from regard.data.synthetic.files import told

ABOUT = "Makes data whose answers are known exactly: copy, reverse, sort, recall or listops."


@dataclass(kw_only=True)
class MakeConfig:
    """The flags of `regard make`."""

    task: str
    """copy, reverse, sort, recall or listops"""
    folder: str
    """where the files go"""
    length: int = Sizes.longest
    """longest items: symbols to copy, reverse or sort, pairs to recall, tokens of ListOps"""
    shortest: int | None = None
    """shortest items; else half of the longest"""
    beyond: str = ""
    """lengths of further tests, joined by commas, as 32,64: test-32 and test-64"""
    items: int = Plan.items
    """items to learn from"""
    held_out: int = Plan.held_out
    """items to validate on, and as many for each test"""
    symbols: int | None = None
    """different symbols, and keys to recall; else 26, or as many keys as the longest needs"""
    depth: int = Sizes.depth
    """operators of ListOps within each other, at most"""
    arguments: int = Sizes.arguments
    """arguments of an operator of ListOps, at most"""
    seed: int = 1
    """decides every item"""
    overwrite: bool = False
    """write over files of these names"""


def run(words: Sequence[str]) -> int:
    """Writes the files, tells what is in them and what to type next."""
    check_cli("make")
    config = parse("make", MakeConfig, words, ["task", "folder"], ABOUT)
    plan = plan_of(config)
    parts = write(plan, Path(config.folder), config.overwrite)
    print(told(plan, parts))
    print(f"The files are in {config.folder}. Next:\n  {_next(plan, config.folder)}")
    return 0


def plan_of(config: MakeConfig) -> Plan:
    """What the flags ask for."""
    beyond = whole_numbers("--beyond", config.beyond)
    symbols = config.symbols or max(26, config.length, *beyond) if config.task == "recall" else config.symbols or 26
    sizes = Sizes(
        shortest=max(1, config.length // 2) if config.shortest is None else config.shortest,
        longest=config.length,
        symbols=symbols,
        depth=config.depth,
        arguments=config.arguments,
    )
    return Plan(
        task=config.task,
        items=config.items,
        held_out=config.held_out,
        sizes=sizes,
        beyond=beyond,
        seed=config.seed,
    )


def _next(plan: Plan, folder: str) -> str:
    kind, place = TASKS[plan.task].kind, Path(folder)
    files = (
        f"{place / 'train'}{plan.suffix} --valid {place / 'valid'}{plan.suffix} --test {place / 'test'}{plan.suffix}"
    )
    more = "--tokens word --metric exact" if kind == "translate" else "--word-dropout 0"
    return f"regard compare {kind} {files} {more} --model {place}-compared"
