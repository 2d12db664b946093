"""Where the nodes of a graph may be drawn: edges draw them together, all push each other away.

Paper: Fruchterman and Reingold 1991, "Graph drawing by force-directed placement".
"""

import numpy as np
from numpy.typing import NDArray

from regard.data.items import Floats, Whole

MOST = 500
"""Nodes beyond which they stand in a circle: each step looks at every pair."""
STEPS = 150


def drawn_at(edges: Whole, nodes: int) -> Floats:
    """Places (n, 2) between 0 and 1, the same every time.

    >>> drawn_at(np.array([[0], [1]]), 2).round(2).tolist()
    [[1.0, 0.5], [0.0, 0.5]]
    """
    angles = 2 * np.pi * np.arange(nodes) / max(nodes, 1)
    places = np.stack((np.cos(angles), np.sin(angles)), 1)
    if 2 < nodes <= MOST:
        places = _pushed(places, edges)
    if not nodes:
        return np.empty((0, 2), np.float32)
    low, high = places.min(0), places.max(0)
    room = (high - low).max() or 1.0
    found: Floats = ((places - (low + high) / 2) / room + 0.5).astype(np.float32)
    return found


def _pushed(places: NDArray[np.float64], edges: Whole) -> NDArray[np.float64]:
    nodes = len(places)
    near = 2 / np.sqrt(nodes)
    linked = np.zeros((nodes, nodes), bool)
    linked[edges[0], edges[1]] = linked[edges[1], edges[0]] = True
    np.fill_diagonal(linked, val=False)
    for step in range(STEPS):
        apart = places[:, None] - places
        distance = np.maximum(np.linalg.norm(apart, axis=-1), 1e-6)
        push = near**2 / distance**2 - np.where(linked, distance / near, 0) - 0.02 * distance
        moved = (apart * push[..., None]).sum(1)
        length = np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
        places = places + moved / length * np.minimum(length, 0.2 * (1 - step / STEPS))
    return places
