"""A look with parts of the model or of the item out of use, beside what is said without any change."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import torch

from regard.errors import OptionError, nearest
from regard.inspect.capture.changing import Changes, changing
from regard.inspect.capture.held import Held, held
from regard.inspect.opening import subject_of
from regard.inspect.record import Record
from regard.inspect.recording import check_attention, record_of
from regard.inspect.subjects.base import Subject, Variant, own_place
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.limits import How
from regard.models.translator import Translator


class Said(NamedTuple):
    """One number that is explained, without the changes and with them; both of the answer that there was without."""

    of: str
    before: float
    after: float


class Altered(NamedTuple):
    """What a look with changes has seen.

    Attributes:
        record: under the changes, with the answer that the model gives then.
        before: the headline without them.
        said: what the model says of its first answer, before and after.
        heads: how many each call has, by the call's name.
        positions: the labels of those that can be hidden.
    """

    record: Record
    before: dict[str, str]
    said: tuple[Said, ...]
    heads: dict[str, int]
    positions: tuple[str, ...]


def look_without(
    model: Answerer | Translator | Generator,
    item: Any,
    target: Any = None,
    *,
    heads: Sequence[tuple[str, int]] = (),
    hide: Sequence[int] = (),
    evidence: bool = False,
    how: How | None = None,
    command: str = "",
) -> Altered:
    """What a model reads and answers when heads give zero and positions are masked.

    A hidden position keeps its place and its own state; nobody, itself included, may read it by attention. A recurrent
    encoder, a convolution and a pool that takes a mean still read it: to take it out of the item, look at another item.

    Args:
        model, item, target, how: as of `look_at`.
        heads: names of calls as a record has them, each with the number of a head, from 1.
        hide: positions of what is judged (source, or text), from 1.
        evidence: whether it is measured, under the changes; not with `hide`.
        command: as of `record_of`.

    Raises OptionError for a call, a head or a position that is not there, for hidden positions with evidence, and as
    `look_at` does.

    Cost: four passes and the search for two answers, or for one without changes; and the evidence, if it is wanted.
    """
    model.network.eval()
    subject = subject_of(model, item, target, how)
    with torch.inference_mode():
        said, calls = held(lambda: subject.told(subject.network, [Variant()]))
    check_attention(len(calls))
    counts = {subject.place(call.name).name: call.request.sizes[1] for call in calls}
    labels = subject.axes[subject.judged].labels
    if not (heads or hide):
        record, after = record_of(subject, evidence=evidence, command=command), said
    else:
        _check(heads, hide, counts, len(labels), evidence)
        with changing(_changes(subject, calls, heads, hide)):
            with torch.inference_mode():
                after = subject.told(subject.network, [Variant()])
            record = record_of(subject_of(model, item, target, how), evidence=evidence, command=command)
        record = replace(record, provenance={**record.provenance, "changes": _in_words(heads, hide)})
    each = zip(subject.answers, said[0].tolist(), after[0].tolist(), strict=True)
    return Altered(record, subject.headline, tuple(Said(answer.of, *two) for answer, *two in each), counts, labels)


def _changes(subject: Subject, calls: Sequence[Held], heads: Sequence[tuple[str, int]], hide: Sequence[int]) -> Changes:
    own = {subject.place(call.name).name: call.name for call in calls}
    dropped: dict[str, tuple[int, ...]] = {}
    for name, head in heads:
        dropped[own[name]] = (*dropped.get(own[name], ()), head - 1)
    often = Counter(call.steps[0].name for call in calls)
    reads = {name: (count, own_place(name).keys == subject.judged) for name, count in often.items()}
    return Changes(dropped, tuple(place - 1 for place in hide), reads)


def _check(
    heads: Sequence[tuple[str, int]], hide: Sequence[int], counts: dict[str, int], positions: int, evidence: bool
) -> None:
    for name, head in heads:
        if name not in counts:
            rule = "look: a head belongs to a call that the model makes"
            raise OptionError(rule, got=repr(name)[:80], hint=nearest(name[:40], list(counts)[:20]))
        if not 1 <= head <= counts[name]:
            rule = f"look: the heads of {name!r} are numbered from 1 to {counts[name]:,}"
            raise OptionError(rule, got=str(head), hint="1")
    if strange := [place for place in hide if not 1 <= place <= positions]:
        rule = f"look: positions that are hidden are numbered from 1 to {positions:,}"
        raise OptionError(rule, got=str(strange[0]), hint="1")
    if hide and evidence:
        rule = "look: evidence removes positions, and hidden ones would move"
        raise OptionError(rule, got="positions to hide, and evidence", hint="leave one of both out")


def _in_words(heads: Sequence[tuple[str, int]], hide: Sequence[int]) -> str:
    """`encoder 1 self without head 2; positions 3, 4 hidden`."""
    told = [f"{name} without head {head}" for name, head in heads]
    if hide:
        told.append(f"position{'s' if len(hide) > 1 else ''} {', '.join(map(str, hide))} hidden")
    return "; ".join(told)
