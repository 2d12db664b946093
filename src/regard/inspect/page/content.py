"""A look as the page reads it: words and small numbers as JSON, arrays as blocks."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.inspect.page.keeping import BASE64, Kept, heads_of, kept, selected, too_many, top_of
from regard.inspect.page.packing import Blocks
from regard.inspect.record import Axis, Call, Evidence, Record, Top

Content = dict[str, Any]
VECTORS = ("query", "key", "value", "output", "match")
TABLES = ("weights", "scores", "terms")
FLOAT_BYTES = 4 * 0.97
"""Deflated, by planes."""


def content_of(records: list[Record], room: int, blocks: Blocks) -> list[Content]:
    """Each look as JSON; its arrays go into `blocks`, those that the calculator needs while there is room."""
    made = [_frame(record, blocks) for record in records]
    blocks.bytes += len(json.dumps(made))
    rung = kept(records, room, blocks)
    for record, content in zip(records, made, strict=True):
        for call, each in zip(record.calls, content["calls"], strict=True):
            each.update(_weights(call, rung, heads_of(record, call, rung.heads), blocks))
    for record, content in zip(records, made, strict=True):
        _add_exact(record, content, room, blocks)
    return made


def opening(record: Record) -> int:
    """The call that a page shows first: the last that reads across, else the last that pools, else the last."""
    roles = [call.role for call in record.calls]
    for role in ("cross", "pool"):
        if role in roles:
            return len(roles) - 1 - roles[::-1].index(role)
    return len(roles) - 1


def numbers(values: Iterable[Any]) -> list[float | None]:
    """Numbers for JSON, with the nine digits that tell a float32; None for NaN and infinity."""
    return [float(f"{float(value):.9g}") if np.isfinite(value) else None for value in values]


def _frame(record: Record, blocks: Blocks) -> Content:
    """All but the weights and vectors."""
    return {
        "headline": record.headline,
        "axes": {name: _axis(axis, blocks) for name, axis in record.axes.items()},
        "calls": [_call(record, call, blocks) for call in record.calls],
        "opening": opening(record),
        "evidence": [_evidence(evidence) for evidence in record.evidence],
        "steps": [
            {"piece": step.piece, "log": numbers([step.log_probability])[0], "candidates": _candidates(step.candidates)}
            for step in record.steps
        ],
        "provenance": record.provenance,
        "difference": numbers([record.difference])[0],
    }


def _axis(axis: Axis, blocks: Blocks) -> Content:
    thing = {}
    for name, values in axis.thing.items():
        if values.dtype.kind == "f":
            thing[name] = blocks.rounded(values, "u1" if name == "spectrogram" else "u2").block
        else:
            thing[name] = blocks.exact(values).block
    return {"kind": axis.kind, "labels": list(axis.labels), "thing": thing}


def _call(record: Record, call: Call, blocks: Blocks) -> Content:
    words = ("name", "role", "layer", "queries", "keys", "score", "normalizer", "mask", "position", "scale")
    heads, queries = call.sums.shape
    return {
        **{name: getattr(call, name) for name in words},
        "shape": [heads, queries, len(record.axes[call.keys].labels)],
        "readable": None if call.readable is None else blocks.bits(call.readable).block,
        "sums": blocks.exact(call.sums).block,
        "map": blocks.rounded(call.map, "u1").block,
        "facts": {name: numbers(values) for name, values in call.facts.items()},
        "selected": selected(record, call),
        "difference": numbers([call.difference])[0],
        "before": sorted(call.before),
        "parameter": None if call.parameter is None else numbers(call.parameter),
    }


def _evidence(evidence: Evidence) -> Content:
    return {
        "of": evidence.of,
        "step": evidence.step,
        "axis": evidence.axis,
        "columns": {name: numbers(values) for name, values in evidence.columns.items()},
        "notes": evidence.notes,
        "agreement": {name: numbers([value])[0] for name, value in evidence.agreement.items()},
        "chance": numbers(evidence.chance),
        "heads": {name: numbers(values) for name, values in evidence.heads.items()},
        "controls": {
            name: dict(zip(told, numbers(told.values()), strict=True)) for name, told in evidence.controls.items()
        },
    }


def _candidates(found: tuple[tuple[str, float], ...]) -> list[list[Any]]:
    return [[piece, numbers([log])[0]] for piece, log in found]


def _weights(call: Call, rung: Kept, chosen: set[int], blocks: Blocks) -> Content:
    """One description for each head: `dense` with its error, `top` with what the rest holds, or none of both."""
    heads = range(call.sums.shape[0])
    if call.weights is not None and rung.kind != "top" and not too_many(call):
        return {"weights": [_dense(call.weights[head], rung.kind, blocks) for head in heads]}
    return {"weights": [_greatest(call, head, rung.top or 16, blocks) if head in chosen else None for head in heads]}


def _greatest(call: Call, head: int, most: int, blocks: Blocks) -> Content | None:
    if call.weights is not None:
        return _top(top_of(call.weights[head][None], most), 0, most, blocks)
    return None if call.top is None else _top(call.top, head, most, blocks)


def _dense(weights: NDArray[Any], kind: str, blocks: Blocks) -> Content:
    opened = blocks.exact(weights) if kind == "f4" else blocks.rounded(weights, kind)
    return {"dense": opened.block, "error": opened.error}


def _top(top: Top, head: int, most: int, blocks: Blocks) -> Content:
    """The greatest of each row; what is cut here from those that were captured goes to the rest."""
    keys, weights = top.keys[head][:, :most], top.weights[head][:, :most]
    rest = top.rest[head] + top.weights[head][:, most:].sum(-1)
    opened = blocks.rounded(weights, "u2")
    return {
        "top": opened.block,
        "keys": blocks.exact(keys).block,
        "rest": blocks.exact(rest).block,
        "error": opened.error,
    }


def _add_exact(record: Record, content: Content, room: int, blocks: Blocks) -> None:
    """What the calculator reads, exactly: of the selected heads, the opening call's before all, then of the others."""
    keys: dict[tuple[int, str, int], int] = {}
    for each in content["calls"]:
        each["exact"] = [{} for _ in range(each["shape"][0])]
    for place, head in _by_importance(record, content):
        call, into = record.calls[place], content["calls"][place]["exact"][head]
        wanted = {name: _of_head(call, name, head) for name in (*VECTORS, *TABLES)}
        for name, found in wanted.items():
            if found is None:
                continue
            values, group = found
            if (place, name, group) in keys:
                into[name] = keys[place, name, group]
            elif blocks.bytes + values.size * FLOAT_BYTES * BASE64 < room:
                into[name] = keys[place, name, group] = blocks.exact(values).block


def _by_importance(record: Record, content: Content) -> Iterator[tuple[int, int]]:
    chosen = [each["selected"] for each in content["calls"]]
    places = sorted(range(len(chosen)), key=lambda place: place != content["opening"])
    yield from ((place, chosen[place]) for place in places)
    for place in places:
        yield from ((place, head) for head in range(record.calls[place].sums.shape[0]) if head != chosen[place])


def _of_head(call: Call, name: str, head: int) -> tuple[NDArray[Any], int] | None:
    """One head's table, and which of the arrays it is: groups of heads share keys and values, all may share terms."""
    every = getattr(call, name)
    if every is None:
        return None
    group = head * every.shape[0] // call.sums.shape[0]
    return every[group], group
