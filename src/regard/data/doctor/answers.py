"""Answers: which classes there are and how they are spread, numbers that are none, labels of spans that break off."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from regard.data.doctor.finding import MOST_PLACES, Finding, of, places
from regard.data.doctor.meaning import LOOKED_AT, for_each_vector
from regard.data.examples import Examples
from regard.data.files import brief, quoted
from regard.data.spans import broken, marked, scheme_of

Parts = Mapping[str, Examples]


def answers(parts: Parts, kind: str | None) -> Iterator[Finding]:
    """Findings on the answers of all parts that have any."""
    parts = {name: part for name, part in parts.items() if part.answers is not None and len(part)}
    kind = kind or _kind(next(iter(parts.values()), None))
    complete: dict[str, Examples] = {}
    for name, part in parts.items():
        wrong = [index for index, item in enumerate(part.items) if not _fits(item, _all(part)[index], kind)]
        if wrong:
            rule = "need one answer for every vector" if kind == "label" else "have no answer"
            text = f"{name}: {of(len(wrong), part)} {rule}"
            whole = kind == "label" and len(wrong) == len(part)
            hint = "for one answer to the whole: classify, or regress" if whole else "mend them or leave them out"
            yield Finding("stop", text, places(part, wrong), hint)
        else:
            complete[name] = part
    if kind == "regress":
        for name, part in complete.items():
            yield from _numbers(name, part)
        return
    yield from _classes(complete)
    if kind == "label":
        yield from _spans(complete)


def _all(part: Examples) -> Sequence[Any]:
    return part.answers if part.answers is not None else []


def _kind(part: Examples | None) -> str:
    """label where nine in ten first answers are lists as long as their items, regress for floats, or classify."""
    if part is None:
        return "classify"
    first = list(islice(_all(part), LOOKED_AT))
    if for_each_vector(list(islice(part.items, LOOKED_AT)), first):
        return "label"
    return "regress" if all(isinstance(answer, float | np.floating) for answer in first) else "classify"


def _fits(item: Any, answer: Any, kind: str | None) -> bool:
    """Whether an item has an answer, and of labels one for each of its vectors."""
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return False
    if kind != "label" or not hasattr(item, "__len__"):
        return kind != "label" or isinstance(answer, list | tuple | np.ndarray)
    return hasattr(answer, "__len__") and not isinstance(answer, str) and len(item) == len(answer)


def _numbers(name: str, part: Examples) -> Iterator[Finding]:
    """The spread of numbers, and those that are none."""
    try:
        rows = [np.asarray(_given(answer), np.float64).reshape(-1) for answer in _all(part)]
    except (TypeError, ValueError) as error:
        yield Finding("stop", f"{name}: answers must be numbers: {error}", (), "choose the column of numbers")
        return
    wrong = [index for index, row in enumerate(rows) if not np.isfinite(row).all()]
    if wrong:
        text = f"{name}: {of(len(wrong), part)} have an answer that is NaN or infinite"
        yield Finding("stop", text, places(part, wrong), "fill them in, or leave them out")
        return
    numbers = np.concatenate(rows)
    low, high, mean, spread = numbers.min(), numbers.max(), numbers.mean(), numbers.std()
    yield Finding("note", f"{name}: answers from {low:,.4g} to {high:,.4g}, mean {mean:,.4g}, deviation {spread:,.4g}")
    if low == high and len(numbers) > 1:
        yield Finding("warn", f"{name}: all answers are {low:,.4g}", (), "there is nothing to learn: check the column")


def _given(answer: Any) -> Any:
    """The numbers of an item; None is none."""
    return [one for one in answer if one is not None] if isinstance(answer, list | tuple) else answer


def _classes(parts: Parts) -> Iterator[Finding]:
    """How classes are spread over each part, and those that the first part, which is learned from, lacks."""
    learned: dict[Any, int] = {}
    for number, (name, part) in enumerate(parts.items()):
        counts, first = _counted(part)
        if not counts:
            continue
        (common, most), (rare, fewest) = counts.most_common()[0], counts.most_common()[-1]
        total = counts.total()
        text = f"{name}: {len(counts):,} classes, from {_shown(common)} ({100 * most / total:.3g} %)"
        yield Finding("note", f"{text} to {_shown(rare)} ({100 * fewest / total:.3g} %)")
        if not number:
            learned = first
            yield from _few(name, part, counts, first)
        new = [one for one in counts if one not in learned]
        if new:
            of_them = " ".join(_shown(one) for one in new[:MOST_PLACES])
            text = f"{name}: {len(new):,} of {len(counts):,} classes are not in {next(iter(parts))}: {of_them}"
            yield Finding("warn", text, places(part, [first[one] for one in new]), "nobody can learn them: add items")


def _few(name: str, part: Examples, counts: Counter[Any], first: dict[Any, int]) -> Iterator[Finding]:
    """What is learned from: a single class, classes seen once, classes that differ in case or white space."""
    if len(counts) == 1:
        yield Finding("stop", f"{name}: there is a single class, {_shown(next(iter(counts)))}", (), "add another class")
    once = [one for one, count in counts.items() if count == 1]
    if once:
        of_them = " ".join(_shown(one) for one in once[:MOST_PLACES])
        text = f"{name}: {len(once):,} of {len(counts):,} classes come once: {of_them}"
        yield Finding("note", text, places(part, [first[one] for one in once]), "add items, or merge classes")
    alike = defaultdict(list)
    for one in counts:
        if isinstance(one, str):
            alike["".join(one.split()).casefold()].append(one)
    for names in alike.values():
        if len(names) > 1:
            text = f"{name}: classes differ in case or white space alone: {' '.join(map(_shown, names[:MOST_PLACES]))}"
            yield Finding("warn", text, places(part, [first[one] for one in names]), "write them alike")


def _counted(part: Examples) -> tuple[Counter[Any], dict[Any, int]]:
    """How often each class comes, and in which item first."""
    counts: Counter[Any] = Counter()
    first: dict[Any, int] = {}
    for index, answer in enumerate(_all(part)):
        names = answer if isinstance(answer, list | tuple | set | frozenset | np.ndarray) else (answer,)
        for name in names:
            if name is not None:
                name = name if isinstance(name, Hashable) else repr(name)
                counts[name] += 1
                first.setdefault(name, index)
    return counts, first


def _spans(parts: Parts) -> Iterator[Finding]:
    """The scheme in which labels mark spans, and the labels it does not allow where they stand."""
    distinct = {label for part in parts.values() for labels in _all(part) for label in labels if label is not None}
    strange = [label for label in distinct if not marked(label)]
    if strange and 2 * len(strange) < len(distinct):
        listed = " ".join(sorted(map(_shown, strange))[:MOST_PLACES])
        text = f"labels mark spans, as B-city does, except {len(strange):,} of {len(distinct):,}: {listed}"
        yield Finding("warn", text, (), "write all of them O, or B, I, E or S before -kind")
    everything = ([label for label in labels if label is not None] for part in parts.values() for labels in _all(part))
    scheme = scheme_of(everything)
    if scheme is None:
        return
    yield Finding("note", f"labels mark spans in the scheme {scheme}")
    for name, part in parts.items():
        filled = (["O" if label is None else label for label in labels] for labels in _all(part))
        wrong = [(index, labels, at) for index, labels in enumerate(filled) if (at := broken(labels, scheme))]
        if wrong:
            count = sum(len(at) for _, _, at in wrong)
            text = f"{name}: {count:,} labels in {of(len(wrong), part)} go on from nothing or break off"
            where = tuple(
                f"{part.where(index)}, word {at[0] + 1}, {quoted(labels[at[0]])}"
                for index, labels, at in wrong[:MOST_PLACES]
            )
            yield Finding("warn", text, where, f"in {scheme} a span begins with B and goes on with I of its kind")


def _shown(name: Any) -> str:
    return brief(str(name))
