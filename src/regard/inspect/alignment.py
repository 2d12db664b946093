"""One alignment, drawn and written: who read whom, target words down, source words across."""

from collections.abc import Sequence
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from regard.errors import DataError, OptionError, missing
from regard.inspect.labels import shortened, visible
from regard.inspect.shades import Floats

if TYPE_CHECKING:
    from regard.inspect.terminal_map import TerminalMap

LONGEST_LABEL = 30


class Alignment(NamedTuple):
    """What each target token read: a row of `weights` (q, k) for each, a column for each source token.

    Any string is safe to draw as a token.
    """

    source: Sequence[str]
    target: Sequence[str]
    weights: Tensor | ArrayLike


def terminal(alignment: Alignment, *, width: int | None = None, numbers: bool = False) -> "TerminalMap":
    """A heat map that prints itself: `str()` and `print` in shades, a rich console as well as it can.

    That is 24-bit or 256 colours where the console has them, shades where not (a pipe, NO_COLOR), ASCII where
    the encoding is not Unicode. `width` in columns (default: the console's, 80 for `str`); a wider map goes
    on in panels below. Source labels are written downward, at most 12 letters of each; what is cut short on
    either side stands below, numbered, with up to 200. `numbers` adds each weight to two digits and the sum
    of each row. Control characters, escape sequences and changes of direction show as escapes; NaN shows as
    NaN.

    DataError for weights that do not fit the tokens; MissingError without rich.

    >>> read = Alignment(["das", "Haus"], ["the", "house"], [[0.9, 0.1], [0.25, 0.75]])
    >>> print(terminal(read, numbers=True))
           das Haus     sum
      the █.90  .10    1.00
    house ░.25 ▓.75    1.00
    <BLANKLINE>
    weight  0 [  ░░▒▒▓▓██] 1
    """
    if find_spec("rich") is None:
        raise missing("an alignment in the terminal", "rich", "cli")
    from regard.inspect.terminal_map import TerminalMap

    weights = _weights(alignment)
    return TerminalMap(list(alignment.source), list(alignment.target), weights, numbers, width)


def save(alignment: Alignment, path: str | Path, *, numbers: bool = False, title: str = "") -> Path:
    """Draw the alignment as a picture, PNG or SVG by the suffix of the path, which is returned.

    Target words down, source words across on top, colours from 0 to 1 as the bar on the right shows (weights
    beyond take the colour of its ends), `numbers` in the cells and the sums of the rows on request, a `title`
    on top. Labels over 30 letters end in "…". The size grows with the tokens: 0.22 inches each (0.3 with
    numbers), less from 109 on, 300 at most. SVG keeps labels as text.

    OptionError for another suffix, a folder that is not there, more than 300 tokens on a side, or, for PNG, a
    character of which no installed font has a glyph: then the SVG is written beside, and the error names both
    it and the font to install. DataError for weights that do not fit the tokens; MissingError without
    matplotlib. Takes about a second for 80 × 80 tokens.
    """
    from regard.inspect.figure import Drawing
    from regard.inspect.picture import write

    weights = _weights(alignment)
    source, target = ([shortened(visible(token), LONGEST_LABEL) for token in side] for side in alignment[:2])
    words = " ".join(visible(word) for word in title.split())
    return write(Drawing(source, target, weights, numbers, words if title else ""), Path(path))


def pharaoh(weights: Tensor | ArrayLike, *, threshold: float | None = None) -> str:
    """Links as "source-target" positions from 0, in the order of the target: the form of word aligners.

    Each target token links to the source token it reads most (the first of equals; none where it reads
    nothing), or, given a `threshold`, to all whose weight is above it. DataError for NaN or weights that are
    not (q, k); OptionError for a threshold outside 0 to 1.

    >>> pharaoh([[0.9, 0.1, 0.0], [0.0, 0.4, 0.6]])
    '0-0 2-1'
    >>> pharaoh([[0.9, 0.1, 0.0], [0.0, 0.4, 0.6]], threshold=0.3)
    '0-0 1-1 2-1'
    """
    table = _table(weights, "pharaoh")
    if threshold is not None and not 0 <= threshold < 1:
        raise OptionError(
            "pharaoh: a threshold is a weight, at least 0 and less than 1",
            got=f"threshold={threshold}",
            hint="threshold=0.2, or none for the largest weight of each target token",
        )
    if np.isnan(table).any():
        raise DataError(
            "pharaoh: weights must be numbers",
            got=f"NaN for target token {int(np.isnan(table).any(1).argmax())}",
            hint="the model has diverged: train it again with a smaller learning rate",
        )
    if threshold is None:
        linked = (np.arange(table.shape[1]) == table.argmax(1)[:, None]) & (table > 0)
    else:
        linked = table > threshold
    return " ".join(f"{source}-{target}" for target, source in np.argwhere(linked))


def as_json(alignment: Alignment) -> dict[str, Any]:
    """The alignment as lists for `json.dumps`; weights to six decimals, None for NaN and infinity.

    >>> as_json(Alignment(["das"], ["the"], [[1.0]]))
    {'source': ['das'], 'target': ['the'], 'weights': [[1.0]]}
    """
    rows = [[round(one, 6) if isfinite(one) else None for one in row] for row in _weights(alignment).tolist()]
    return {"source": list(alignment.source), "target": list(alignment.target), "weights": rows}


def _weights(alignment: Alignment) -> Floats:
    table = _table(alignment.weights, "alignment")
    if table.shape != (len(alignment.target), len(alignment.source)) or not table.size:
        raise DataError(
            "alignment: weights are (target tokens, source tokens), with at least one of each",
            got=f"weights {table.shape}, target {len(alignment.target)}, source {len(alignment.source)}",
            hint="give one head's weights of one sentence, without padding",
        )
    return table


def _table(weights: Tensor | ArrayLike, what: str) -> Floats:
    table: Floats = torch.as_tensor(weights).detach().to("cpu", torch.float64).numpy()
    if table.ndim != 2:
        raise DataError(
            f"{what}: weights are a table (q, k), a row for each target token",
            got=f"an array of shape {table.shape}",
            hint="choose one sentence, layer and head: weights[sentence, head]",
        )
    return table
