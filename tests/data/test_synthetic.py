"""Tasks with exact answers: the answers by other means, the same items from the same seed, parts that do not meet."""

from pathlib import Path

import pytest

from regard.data.choices import ReadingChoices
from regard.data.door import read_examples
from regard.data.readers import read_pairs
from regard.data.synthetic import TASKS, Plan, Sizes, make, write
from regard.errors import OptionError

SHORT = Sizes(shortest=4, longest=9)


def worth(tokens: list[str]) -> tuple[int, list[str]]:
    """An expression's digit by going down into it, and the tokens behind it."""
    head, rest = tokens[0], tokens[1:]
    if head.isdigit():
        return int(head), rest
    digits: list[int] = []
    while rest[0] != "]":
        digit, rest = worth(rest)
        digits.append(digit)
    digits.sort()
    middle = (digits[(len(digits) - 1) // 2] + digits[len(digits) // 2]) // 2
    found = {"[MIN": digits[0], "[MAX": digits[-1], "[MED": middle, "[SM": sum(digits) % 10}[head]
    return found, rest[1:]


def depth_of(tokens: list[str]) -> int:
    depth = deepest = 0
    for token in tokens:
        depth += token.startswith("[") - (token == "]")
        deepest = max(deepest, depth)
    return deepest


def test_what_is_copied_reversed_and_sorted_is_right() -> None:
    for task, change in (("copy", list), ("reverse", lambda x: x[::-1]), ("sort", lambda x: sorted(x, key=place))):
        made = make(task, 50, sizes=Sizes(shortest=4, longest=9, symbols=30))
        assert [answer.split() for answer in made.answers] == [change(item.split()) for item in made.items]
        assert {len(item.split()) for item in made.items} == {*range(4, 10)}


def place(symbol: str) -> tuple[int, str]:
    return len(symbol), symbol


def test_every_key_to_recall_has_one_value() -> None:
    for item, answer in zip(*make("recall", 50, sizes=SHORT), strict=True):
        keys, values = item[:-2:2], item[1:-2:2]
        assert item[-2] == "?" and len({*keys}) == len(keys)
        assert dict(zip(keys, values, strict=True))[item[-1]] == answer


def test_lists_of_lists_come_to_what_going_down_into_them_gives() -> None:
    made = make("listops", 200, sizes=Sizes(shortest=10, longest=60, depth=3, arguments=4))
    for item, answer in zip(*made, strict=True):
        assert worth(item) == (int(answer), []) and 10 <= len(item) <= 60
        assert depth_of(item) <= 3
    assert max(depth_of(item) for item in made.items) == 3
    assert {*made.answers} == {*map(str, range(10))}


@pytest.mark.parametrize("task", TASKS)
def test_a_seed_decides_every_item(task: str) -> None:
    one, other = (make(task, 20, seed=seed, sizes=SHORT) for seed in (1, 2))
    assert one == make(task, 20, seed=1, sizes=SHORT) and one != other


@pytest.mark.parametrize("task", TASKS)
def test_files_are_read_as_any_others_and_parts_share_no_text(task: str, tmp_path: Path) -> None:
    plan = Plan(task=task, items=60, held_out=20, sizes=Sizes(shortest=8, longest=12, symbols=40), beyond=(30,))
    parts = write(plan, tmp_path)
    for name, part in parts.items():
        path = tmp_path / f"{name}{plan.suffix}"
        if TASKS[task].kind == "translate":
            pairs = read_pairs(path)
            assert (pairs.sources, pairs.targets) == (part.items, part.answers)
        else:
            read = read_examples([path], answer="classify", choices=ReadingChoices()).train
            assert ([*read.items], read.answers) == (part.items, part.answers)
    learned = {str(item) for item in parts["train"].items}
    assert not any(str(item) in learned for name in ("valid", "test", "test-30") for item in parts[name].items)
    assert f"| test-30{plan.suffix} | 20 | " in (tmp_path / "README.md").read_text(encoding="utf-8")
    with pytest.raises(OptionError, match="must not hold such files"):
        write(plan, tmp_path)
    assert write(plan, tmp_path, overwrite=True) == parts


@pytest.mark.parametrize(
    ("task", "count", "sizes", "text"),
    [
        ("copi", 1, {}, "no such name.*copy"),
        ("copy", 0, {}, "at least 1 of each part"),
        ("copy", 1, {"shortest": 9, "longest": 8}, "the shortest first"),
        ("copy", 1, {"symbols": 1}, "symbols: at least 2"),
        ("listops", 1, {"arguments": 1}, "arguments: at least 2"),
        ("listops", 1, {"shortest": 1, "longest": 3}, "at least 4 tokens"),
        ("recall", 1, {"longest": 30, "symbols": 26}, "every key of an item is another"),
    ],
)
def test_what_cannot_be_made_is_refused(task: str, count: int, sizes: dict[str, int], text: str) -> None:
    with pytest.raises(OptionError, match=f"(?s){text}"):
        make(task, count, sizes=Sizes(**sizes))


def test_a_task_with_too_few_items_says_so() -> None:
    with pytest.raises(OptionError, match="must be items left to test on"):
        make("copy", 5, sizes=Sizes(shortest=1, longest=1, symbols=2), unseen={"a", "b"})
