"""Setting a share of the examples apart for validation: seeded, in proportion to the classes, groups kept whole."""

from collections import Counter, defaultdict
from collections.abc import Hashable
from hashlib import blake2b
from typing import Any

import numpy as np

from regard.data.examples import Examples
from regard.data.split import FEWEST
from regard.errors import DataError


def share(examples: Examples, seed: int = 0, size: int | None = None) -> tuple[Examples, Examples]:
    """Two parts, (train, valid), each in the order of the examples.

    The second has `size` examples, or `default_share`. Every class is in both in the same proportion as far as it goes,
    a class with a single example stays in training; where the examples have groups, each is in one part alone, the
    proportions are those of the groups, and no class leaves training with its last group. Which ones is drawn from the
    seed and their numbers.
    Raises DataError for fewer than 10 examples, or where groups leave nothing for one of the parts.
    """
    if len(examples) < FEWEST:
        hint = "give more of them, or validation data of its own: --valid FILE"
        got = f"{len(examples)} in {examples.origin}"
        raise DataError(f"split: needs at least {FEWEST} examples", got=got, hint=hint)
    wanted = default_share(len(examples)) if size is None else size
    chosen = _groups(examples, wanted, seed) if examples.groups is not None else _stratified(examples, wanted, seed)
    if not 0 < len(chosen) < len(examples):
        got = f"{len(examples)} examples in {len(set(map(_key, examples.groups or [])))} groups"
        raise DataError("split: groups must leave something to both parts", got=got, hint="--valid FILE of its own")
    train = [index for index in range(len(examples)) if index not in chosen]
    return examples.take(train), examples.take(sorted(chosen))


def default_share(examples: int) -> int:
    """How many of so many examples to validate on: a tenth, from 100 to 2,000; of fewer than 500 a fifth.

    >>> [default_share(count) for count in (50, 1_000, 20_000, 1_000_000)]
    [10, 100, 2000, 2000]
    """
    return examples // 5 if examples < 500 else min(max(examples // 10, 100), 2_000)


def stratum(answer: Any) -> Hashable:
    """What examples have in common that are set apart in proportion: their class; nothing, for numbers and lists."""
    return _key(answer) if isinstance(answer, str | bool | int | np.integer | np.str_) else None


def _stratified(examples: Examples, wanted: int, seed: int) -> set[int]:
    """From each class its share, rounded by largest remainders."""
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index in range(len(examples)):
        members[stratum(examples.answers[index]) if examples.answers is not None else None].append(index)
    part = wanted / len(examples)
    exact = {name: part * len(each) for name, each in members.items()}
    counts = {name: min(int(number), len(members[name]) - 1) for name, number in exact.items()}
    for name in sorted(exact, key=lambda name: (counts[name] - exact[name], _rank(seed, name))):
        if sum(counts.values()) >= wanted:
            break
        counts[name] += counts[name] < len(members[name]) - 1
    return {
        index for name, each in members.items() for index in sorted(each, key=lambda i: _rank(seed, i))[: counts[name]]
    }


def _groups(examples: Examples, wanted: int, seed: int) -> set[int]:
    """Whole groups, in the order of their draws, while they fit and training keeps each class; at least one."""
    assert examples.groups is not None
    sizes = Counter(map(_key, examples.groups))
    classes: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for group, answer in zip(examples.groups, examples.answers or [], strict=False):
        if (name := stratum(answer)) is not None:
            classes[_key(group)][name] += 1
    left = sum(classes.values(), Counter[Hashable]())
    taken: set[Hashable] = set()
    room = wanted
    for group in sorted(sizes, key=lambda group: _rank(seed, group)):
        if sizes[group] <= room and all(count < left[name] for name, count in classes[group].items()):
            taken.add(group)
            room -= sizes[group]
            left -= classes[group]
    if not taken and len(sizes) > 1:
        taken.add(min(sizes, key=lambda name: (sizes[name], _rank(seed, name))))
    return {index for index, name in enumerate(examples.groups) if _key(name) in taken}


def _key(name: Any) -> Hashable:
    found: Hashable = name.item() if isinstance(name, np.generic) else name
    return found


def _rank(seed: int, name: Hashable) -> bytes:
    return blake2b(f"{seed} {name!r}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
