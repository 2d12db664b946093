"""A record as JSON and as a table of weights."""

import csv
import io
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from regard.folder.atomic import write_bytes
from regard.inspect.record import CAVEAT, Call, Record

FORMAT = 1
HEAD = ("call", "role", "layer", "head", "query", "query label", "key", "key label", "weight")


def as_json(record: Record) -> dict[str, Any]:
    """All of it: arrays as lists, eight digits of a float32, None for what is no number."""
    return {"format": FORMAT, "caveat": CAVEAT, **_plain(record)}


def write_json(records: Record | Sequence[Record], path: Path) -> None:
    """One line of JSON: one look, or a list of several."""
    told = as_json(records) if isinstance(records, Record) else [as_json(each) for each in records]
    write_bytes(path, (json.dumps(told, ensure_ascii=False, allow_nan=False) + "\n").encode())


def write_csv(record: Record, path: Path) -> None:
    """A line for each weight, heads and positions counted from 1; of a call that is too large the greatest of a row."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEAD)
    for call in record.calls:
        across, down = record.axes[call.keys].labels, record.axes[call.queries].labels
        for head, query, key, weight in _weights(call):
            told = query + 1, down[query], key + 1, across[key]
            table.writerow([call.name, call.role, call.layer, head + 1, *told, f"{weight:.8g}"])
    write_bytes(path, text.getvalue().encode())


def _weights(call: Call) -> Iterator[tuple[int, int, int, float]]:
    """Head, query, key and weight of every weight that is kept."""
    if call.weights is not None:
        for (head, query, key), weight in np.ndenumerate(call.weights):
            yield head, query, key, float(weight)
    elif call.top is not None:
        for (head, query, place), weight in np.ndenumerate(call.top.weights):
            key = int(call.top.keys[head, query, place])
            if key >= 0:
                yield head, query, key, float(weight)


def _plain(thing: Any) -> Any:
    if is_dataclass(thing):
        return {each.name: _plain(getattr(thing, each.name)) for each in fields(thing)}
    if isinstance(thing, dict):
        return {name: _plain(each) for name, each in thing.items()}
    if isinstance(thing, np.ndarray):
        return _listed(thing.tolist()) if thing.dtype.kind == "f" else thing.tolist()
    if isinstance(thing, tuple | list):
        return [_plain(each) for each in thing]
    return _number(thing) if isinstance(thing, float) else thing


def _listed(numbers: Any) -> Any:
    return [_listed(each) for each in numbers] if isinstance(numbers, list) else _number(numbers)


def _number(number: float) -> float | None:
    return float(f"{number:.8g}") if math.isfinite(number) else None
