"""What a node's place among the others says: how many edges it has, and where it stands in the whole."""

import numpy as np
import torch

from regard.data.items import Floats, Whole
from regard.layers.encodings import laplacian_eigenvectors, return_probabilities
from regard.mechanisms.masks import Edges

SMALL = 10
DEGREES = 2 + SMALL + 1
"""Columns of `degrees`."""
COUNTS = DEGREES + 1
"""Columns of `counts`."""


def degrees(source: Whole, target: Whole, nodes: int) -> Floats:
    """(nodes, 13): log(1 + edges in), log(1 + edges out), and 1 at the number of edges in, if it is 0 to 10.

    >>> degrees(np.array([0, 0]), np.array([1, 2]), 3)[:, 2:5].tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]
    """
    inward, outward = (np.bincount(ends, minlength=nodes) for ends in (target, source))
    small = inward[:, None] == np.arange(SMALL + 1)
    return np.column_stack((np.log1p(inward), np.log1p(outward), small)).astype(np.float32)


def counts(source: Whole, target: Whole, nodes: int) -> Floats:
    """(nodes, 14): `degrees`, and log(nodes/20), which a mean over the nodes would not tell.

    >>> counts(np.array([0]), np.array([1]), 20)[0, 13].item()
    0.0
    """
    size = np.full((nodes, 1), np.log(nodes / 20), np.float32)
    return np.hstack((degrees(source, target, nodes), size))


def encodings(kind: str, source: Whole, target: Whole, nodes: int, count: int) -> Floats:
    """(nodes, count): `laplacian` eigenvectors, `random-walk` chances to return; (nodes, 0) for `none`."""
    if kind == "none":
        return np.empty((nodes, 0), np.float32)
    encode = laplacian_eigenvectors if kind == "laplacian" else return_probabilities
    found: Floats = encode(Edges(torch.from_numpy(source), torch.from_numpy(target)), nodes, count).numpy()
    return found.astype(np.float32)
