"""What a page says without its scripts: the answer, the caveat, one matrix, and the greatest weights."""

from html import escape

import numpy as np

from regard.inspect.labels import shortened, visible
from regard.inspect.page.content import opening
from regard.inspect.page.keeping import selected, top_of
from regard.inspect.record import Call, Record
from regard.inspect.shades import ON_PAPER, colour

CELL = 10
NOTHING = "#ffffff"
MOST_CELLS = 32
LONGEST = 40
TOP = 10

Words = dict[str, str]


def static(record: Record, words: Words) -> str:
    """Markup of an article: every text in it is escaped, and nothing in it needs a script or a style."""
    parts = [f"<p>{_text(record.headline.get('output', ''), 2_000)}</p>", f"<p>{escape(words['caveat'])}</p>"]
    if record.calls:
        call = record.calls[opening(record)]
        head = selected(record, call)
        told = words["staticHead"].format(escape(visible(call.name)), head + 1)
        parts += [f"<h2>{told}</h2>", _matrix(call, head, words), _greatest(record, call, head, words)]
    return f"<article>{''.join(parts)}</article>"


def _text(text: str, most: int = LONGEST) -> str:
    return f'<bdi dir="auto">{escape(shortened(" ".join(visible(part) for part in text.split(" ")), most))}</bdi>'


def _matrix(call: Call, head: int, words: Words) -> str:
    """The head's map as inline SVG; blocks of blocks where it is large."""
    table = _coarse(call.map[head])
    darkest = float(np.nanmax(table, initial=0.0)) or 1.0
    painted = ((down, across, _fill(weight / darkest)) for (down, across), weight in np.ndenumerate(table))
    cells = "".join(
        f'<rect x="{across}" y="{down}" width="1" height="1" fill="{fill}"/>'
        for down, across, fill in painted
        if fill != NOTHING
    )
    height, width = table.shape
    size = f'{CELL * width}" height="{CELL * height}" viewBox="0 0 {width} {height}'
    told = escape(words["staticMap"].format(f"{darkest:.3g}"))
    picture = f'<svg role="img" aria-label="{told}" width="{size}">{cells}</svg>'
    return f"<figure>{picture}<figcaption>{told}</figcaption></figure>"


def _coarse(table: np.ndarray) -> np.ndarray:
    """At most 32 × 32: means of blocks."""
    for axis in (0, 1):
        if table.shape[axis] > MOST_CELLS:
            starts = np.arange(MOST_CELLS) * table.shape[axis] // MOST_CELLS
            counts = np.diff([*starts, table.shape[axis]])
            table = np.add.reduceat(table, starts, axis) / np.expand_dims(counts, 1 - axis)
    return table


def _fill(weight: float) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour(weight, ON_PAPER))


def _greatest(record: Record, call: Call, head: int, words: Words) -> str:
    top = call.top if call.weights is None else top_of(call.weights[head][None], TOP)
    if top is None:
        return ""
    place = head if call.weights is None else 0
    weights = np.nan_to_num(top.weights[place], nan=-np.inf)
    readers, readings = record.axes[call.queries].labels, record.axes[call.keys].labels
    rows = []
    for flat in np.argsort(-weights, axis=None, kind="stable")[:TOP]:
        query, rank = np.unravel_index(flat, weights.shape)
        names = _text(readers[query]), _text(readings[top.keys[place, query, rank]])
        rows.append(f"<tr><td>{names[0]}</td><td>{names[1]}</td><td>{top.weights[place, query, rank]:.4f}</td></tr>")
    head_row = "".join(f'<th scope="col">{escape(words[name])}</th>' for name in ("reads", "isRead", "weight"))
    return (
        f"<table><caption>{escape(words['staticTop'])}</caption><thead><tr>{head_row}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
