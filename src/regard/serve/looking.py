"""`/look`: the inspector over one item of a served model, as a page or as a record, with parts out of use."""

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from regard.inspect.altering import Altered, look_without
from regard.inspect.record import Record as Seen
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator
from regard.serve.bodies import LookBody
from regard.serve.limits import Limits
from regard.serve.refusals import too_large
from regard.serve.served import Record

PAGE = '"as": "html", whose page keeps what there is room for'


class Looking(NamedTuple):
    """What is looked at: the answer, what is out of use, and how it goes back."""

    target: str | None
    heads: tuple[tuple[str, int], ...]
    hide: tuple[int, ...]
    evidence: bool
    form: str


def looking(body: LookBody) -> Looking:
    """What a request wants, hashable."""
    heads = dict.fromkeys((each.call, each.head) for each in body.without)
    return Looking(body.target, tuple(heads), tuple(sorted(set(body.hide))), body.evidence, body.form)


def looked(model: Answerer | Translator | Generator, item: Any, asked: Looking, limits: Limits) -> Record:
    """What goes back. Raises OptionError for what cannot be looked at, Refusal for an answer that is too large."""
    found = look_without(
        model, item, asked.target, heads=asked.heads, hide=asked.hide, evidence=asked.evidence, command="POST /look"
    )
    if asked.form == "html":
        return {"page": _page(found.record, limits)}
    seen = {"page": _page(found.record, limits)} if asked.form == "both" else {"record": _record(found.record, limits)}
    return {**_told(found), **seen}


def _told(found: Altered) -> Record:
    """The answers before and after, and what can be put out of use."""
    return {
        "before": found.before,
        "after": found.record.headline,
        "said": [{"of": each.of, "before": _digits(each.before), "after": _digits(each.after)} for each in found.said],
        "heads": found.heads,
        "positions": list(found.positions),
    }


def _page(record: Seen, limits: Limits) -> str:
    writing = import_module("regard.inspect.page.writing")
    text: str = writing.page([record], "en", "look", min(limits.body, writing.room_of([record])))
    if (size := len(text.encode())) > limits.body:
        raise too_large("--body", limits.body, f"{size:,} bytes", "bytes a page", "look at a shorter item")
    return text


def _record(record: Seen, limits: Limits) -> Record:
    """As `regard look` writes it, where it has not too many numbers."""
    if (count := _numbers(record)) > limits.numbers:
        raise too_large("--numbers", limits.numbers, f"{count:,}", "numbers an answer", PAGE)
    told: Record = import_module("regard.inspect.written").as_json(record)
    return told


def _numbers(record: Seen) -> int:
    """How many stand in the arrays of calls and axes."""
    arrays = [value for call in record.calls for value in vars(call).values()]
    arrays += [value for call in record.calls for value in (*call.before.values(), *call.facts.values())]
    arrays += [part for call in record.calls if call.top is not None for part in vars(call.top).values()]
    arrays += [value for axis in record.axes.values() for value in axis.thing.values()]
    return sum(each.size for each in arrays if isinstance(each, np.ndarray))


def _digits(number: float) -> float:
    return float(f"{number:.9g}")
