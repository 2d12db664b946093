"""What an item is, for each kind of input: the objects that readers give, inputs encode and estimators take.

text      a str, or a list of str: its words
sound     a Sound, or the path of a file
image     an array (rows, columns) or (rows, columns, channels), or the path of a file
graph     a Graph
series    an array (steps, channels); NaN is a missing value
vectors   an array (n, d)
story     a Story
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

KINDS = ("text", "sound", "image", "graph", "series", "vectors", "story")

Floats = NDArray[np.float32]
Whole = NDArray[np.int64]


class Sound(NamedTuple):
    """Samples (t,) or (t, channels) between -1 and 1, and how many there are a second; or a part of a file.

    Attributes:
        samples: the numbers, or the path of the file that holds them, read when they are needed.
        rate: samples a second; None for a file, which knows its own.
        start: seconds into a file where the part begins.
        stop: seconds where it ends; None is the end of the file.
    """

    samples: NDArray[np.floating] | Path
    rate: int | None = None
    start: float = 0.0
    stop: float | None = None


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes (n, d) and e directed edges: node target[i] reads node source[i].

    An undirected edge is two directed ones. Readers add no self-loops.

    Attributes:
        nodes: features (n, d) of each node; (n, 0) where it has none.
        source, target: node numbers (e,).
        edges: features (e, f) of each edge, if any.
    """

    nodes: Floats
    source: Whole
    target: Whole
    edges: Floats | None = None

    def __len__(self) -> int:
        return len(self.nodes)


@dataclass(frozen=True)
class Story:
    """Sentences in the order in which they were told, and a question that is asked after them.

    >>> len(Story(("Mary went home", "John slept"), "Where is Mary?"))
    3

    Attributes:
        sentences: texts, perhaps none.
        question: a text.
    """

    sentences: tuple[str, ...]
    question: str

    def __len__(self) -> int:
        return len(self.sentences) + 1
