"""A task as ordinary data files: train, valid, test, tests of other lengths, and a README.md that tells all."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from regard.data.synthetic.making import Made, make
from regard.data.synthetic.tasks import TASKS, Sizes
from regard.errors import OptionError, unknown

SUFFIX = {"translate": ".tsv", "classify": ".jsonl"}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is written: `items` to learn from, `held_out` for every other part, tests of the lengths `beyond`, too."""

    task: str
    items: int = 10_000
    held_out: int = 1_000
    sizes: Sizes = field(default_factory=Sizes)
    beyond: tuple[int, ...] = ()
    seed: int = 1

    def __post_init__(self) -> None:
        """Raises OptionError for a task that there is not."""
        if self.task not in TASKS:
            raise unknown("task", self.task, TASKS)

    @property
    def suffix(self) -> str:
        """What the files' names end with: `.tsv` for pairs of texts, `.jsonl` for words and their class."""
        return SUFFIX[TASKS[self.task].kind]


def write(plan: Plan, folder: Path, overwrite: bool = False) -> dict[str, Made]:
    """Writes the parts; what is in them, by name.

    Nothing that is held out reads like something that is learned from. Raises OptionError where files are there.
    """
    names = ["train", "valid", "test", *(f"test-{length}" for length in plan.beyond)]
    there = [name for name in names if (folder / f"{name}{plan.suffix}").exists()]
    if there and not overwrite:
        got = ", ".join(f"{name}{plan.suffix}" for name in there[:3])
        raise OptionError(f"make: {folder} must not hold such files", got=got, hint="another folder, or --overwrite")
    parts = made(plan, names)
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in parts.items():
        (folder / f"{name}{plan.suffix}").write_text("".join(_lines(plan, part)), encoding="utf-8", newline="\n")
    (folder / "README.md").write_text(told(plan, parts), encoding="utf-8", newline="\n")
    return parts


def made(plan: Plan, names: list[str]) -> dict[str, Made]:
    """The parts: the first is learned from, those after the third are as long as their names say."""
    train = make(plan.task, plan.items, seed=plan.seed, sizes=plan.sizes)
    learned = {item if isinstance(item, str) else " ".join(item) for item in train.items}
    parts = {names[0]: train}
    for number, name in enumerate(names[1:], 1):
        length = int(name.partition("-")[2] or 0)
        sizes = replace(plan.sizes, shortest=_least(plan, length), longest=length) if length else plan.sizes
        parts[name] = make(plan.task, plan.held_out, seed=_seed(plan, number), sizes=sizes, unseen=learned)
    return parts


def _least(plan: Plan, length: int) -> int:
    """A length is exact, but for ListOps, whose grammar rarely hits one: there nine tenths of it will do."""
    return max(1, length - length // 10) if plan.task == "listops" else length


def _seed(plan: Plan, part: int) -> int:
    """Another for every part; those of nearby seeds lie far apart."""
    return plan.seed + 1_000_003 * part


def _lines(plan: Plan, part: Made) -> list[str]:
    pairs = zip(part.items, part.answers, strict=True)
    if plan.suffix == ".tsv":
        return [f"{item}\t{answer}\n" for item, answer in pairs]
    return [json.dumps({"text": item, "label": answer}) + "\n" for item, answer in pairs]


def told(plan: Plan, parts: dict[str, Made]) -> str:
    """What the folder holds, in Markdown."""
    task, sizes = TASKS[plan.task], plan.sizes
    made_of = (
        f"an operator with probability ¼, at most {sizes.depth} within each other, 2 to {sizes.arguments} arguments"
        if plan.task == "listops"
        else f"{sizes.symbols} different {'keys' if plan.task == 'recall' else 'symbols'}"
    )
    first = parts["train"]
    item = first.items[0] if isinstance(first.items[0], str) else " ".join(first.items[0])
    rows = "\n".join(
        f"| {name}{plan.suffix} | {len(part.items):,} | {_length(plan, name)} |" for name, part in parts.items()
    )
    return f"""# {plan.task}: {task.what}

{made_of}; seed {plan.seed}; no text of another part is one of `train`.

| file | items | {task.counts} |
| --- | ---: | --- |
{rows}

The first: `{item}` → `{first.answers[0]}`
"""


def _length(plan: Plan, name: str) -> str:
    if length := int(name.partition("-")[2] or 0):
        least = _least(plan, length)
        return str(length) if least == length else f"{least} to {length}"
    return f"{plan.sizes.shortest} to {plan.sizes.longest}"
