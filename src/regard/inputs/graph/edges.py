"""Edges as attention reads them: each once, in a fixed order, with a loop at every node if wanted."""

import numpy as np
from numpy.typing import NDArray

from regard.data.items import Floats, Whole
from regard.inputs.base import Links


def without_loops(source: Whole, target: Whole, nodes: int) -> tuple[Whole, Whole]:
    """Source and target of every edge between two different nodes, once."""
    codes = np.unique((target * nodes + source)[source != target])
    return codes % nodes, codes // nodes


def merged(links: Links, nodes: int) -> Links:
    """Every edge once, sorted by target, then by source; features of edges between the same ends are averaged.

    >>> merged(Links(np.array([1, 0, 1]), np.array([0, 1, 0]), np.array([[2.0], [5.0], [4.0]])), 2).features.tolist()
    [[3.0], [5.0]]
    """
    codes, inverse, counts = np.unique(links.target * nodes + links.source, return_inverse=True, return_counts=True)
    features = None if links.features is None else _averaged(links.features, inverse, counts)
    return Links(codes % nodes, codes // nodes, features)


def _averaged(features: Floats, group: Whole, counts: NDArray[np.int64]) -> Floats:
    """(groups, f): the mean of the rows of each group."""
    if not len(counts):
        return features
    order = np.argsort(group, kind="stable")
    starts = np.cumsum(counts) - counts
    return (np.add.reduceat(features[order], starts, axis=0) / counts[:, None]).astype(np.float32)


def with_loops(links: Links, nodes: int) -> Links:
    """With an edge from each node to itself where there is none; a further feature of every edge tells loops."""
    every = np.arange(nodes)
    absent = np.setdiff1d(every, links.source[links.source == links.target])
    source, target = (np.concatenate((ends, absent)) for ends in (links.source, links.target))
    if links.features is None:
        return Links(source, target)
    rows = np.zeros((len(source), links.features.shape[1] + 1), np.float32)
    rows[: len(links.source), :-1] = links.features
    rows[:, -1] = source == target
    return Links(source, target, rows)
