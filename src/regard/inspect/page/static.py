"""What a page says without its scripts: the answer, the caveat, one matrix, and the greatest weights."""

from html import escape

import numpy as np

from regard.inspect.labels import shortened, visible
from regard.inspect.page.content import opening
from regard.inspect.page.keeping import selected, top_of
from regard.inspect.record import Call, Record
from regard.inspect.shades import ON_PAPER, colour

CELL = 18
MARGIN = 84
NOTHING = "#ffffff"
MOST_CELLS = 32
LONGEST = 40
TOP = 10

Words = dict[str, str]


def static(record: Record, words: Words) -> str:
    """Markup of an article: every text in it is escaped, and nothing in it needs a script or a style."""
    lines = [(words[name], record.headline[name]) for name in ("input", "output") if record.headline.get(name)]
    parts = [f"<p>{escape(name)}: <b>{_text(text, 2_000)}</b></p>" for name, text in lines]
    caveat = words["caveat" if record.evidence else "caveatAlone"]
    parts.append(f'<p class="caveat">{escape(caveat)}</p>')
    if record.calls:
        call = record.calls[opening(record)]
        head = selected(record, call)
        told = words["staticHead"].format(_text(call.name), head + 1)
        parts += [f"<h2>{told}</h2>", _matrix(record, call, head, words), _greatest(record, call, head, words)]
    return f"<article>{''.join(parts)}</article>"


def _plain(text: str, most: int) -> str:
    return escape(shortened(" ".join(visible(part) for part in text.split(" ")), most))


def _text(text: str, most: int = LONGEST) -> str:
    return f'<bdi dir="auto">{_plain(text, most)}</bdi>'


def _matrix(record: Record, call: Call, head: int, words: Words) -> str:
    """The head's map as inline SVG, with labels where each has a row or column of its own."""
    table = _coarse(call.map[head])
    height, width = table.shape
    darkest = float(np.nanmax(table, initial=0.0)) or 1.0
    painted = ((down, across, _fill(weight / darkest)) for (down, across), weight in np.ndenumerate(table))
    cells = "".join(
        f'<rect x="{CELL * across}" y="{CELL * down}" width="{CELL}" height="{CELL}" fill="{fill}"/>'
        for down, across, fill in painted
        if fill != NOTHING
    )
    paper = f'<rect width="{CELL * width}" height="{CELL * height}" fill="{NOTHING}"/>'
    names = _names(record, call) if (height, width) == (call.sums.shape[1], len(record.axes[call.keys].labels)) else ""
    told = escape(words["staticMap"].format(f"{darkest:.3g}"))
    sizes = CELL * width + MARGIN, CELL * height + MARGIN
    box = f'width="{sizes[0]}" height="{sizes[1]}" viewBox="-{MARGIN} -{MARGIN} {sizes[0]} {sizes[1]}"'
    picture = f'<svg role="img" aria-label="{told}" {box}>{paper}{cells}{names}</svg>'
    return f"<figure>{picture}<figcaption>{told}</figcaption></figure>"


def _names(record: Record, call: Call) -> str:
    """Rows' labels to the left, columns' above."""
    rows = (
        f'<text x="-5" y="{CELL * (place + 0.7):g}" text-anchor="end">{_plain(text, 11)}</text>'
        for place, text in enumerate(record.axes[call.queries].labels)
    )
    columns = (
        f'<text transform="translate({CELL * (place + 0.7):g} -5) rotate(-90)">{_plain(text, 11)}</text>'
        for place, text in enumerate(record.axes[call.keys].labels)
    )
    return "".join((*rows, *columns))


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
