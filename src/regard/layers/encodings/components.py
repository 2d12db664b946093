"""The connected components of a graph, those of one size together: a batch of graphs is worked on as its parts."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

TOGETHER = 1 << 22
"""Numbers that the matrices of components worked on together may hold."""


class Components(NamedTuple):
    """Components of s nodes each.

    nodes (c, s): their numbers in the whole graph, rising. Edge i lies in component[i] and leads from source[i] to
    target[i], both counted from 0 within it.
    """

    nodes: Tensor
    component: Tensor
    source: Tensor
    target: Tensor


def components(source: Tensor, target: Tensor, nodes: int) -> Iterator[Components]:
    """All components of a graph, whatever the direction of its edges; an isolated node is one too."""
    labels = least_reached(source, target, nodes)
    order = labels.argsort(stable=True)
    _, own, sizes = labels.unique(return_inverse=True, return_counts=True)  # type: ignore[no-untyped-call]
    first = sizes.cumsum(0) - sizes
    place = torch.empty_like(order).scatter(0, order, torch.arange(nodes) - first[own[order]])
    for size in sizes.unique().tolist():
        for chosen in (sizes == size).nonzero()[:, 0].split(max(1, TOGETHER // size**2)):
            slot = torch.full_like(sizes, -1).scatter(0, chosen, torch.arange(len(chosen)))
            component = slot[own[source]]
            inside = component >= 0
            members = order[first[chosen][:, None] + torch.arange(size)]
            yield Components(members, component[inside], place[source[inside]], place[target[inside]])


def least_reached(source: Tensor, target: Tensor, nodes: int) -> Tensor:
    """(nodes,): the smallest node of the component of each.

    Every round hands the smaller label of an edge's ends to the other's label, then follows labels one step: few
    rounds even for a long chain, each at the cost of the edges. Paper: Liu and Tarjan 2018, arXiv 1812.06177.

    >>> least_reached(torch.tensor([1, 4]), torch.tensor([3, 2]), 5).tolist()
    [0, 1, 2, 1, 2]
    """
    labels = torch.arange(nodes)
    while True:
        ends = labels[source], labels[target]
        least = torch.minimum(*ends)
        new = labels.scatter_reduce(0, ends[0], least, "amin").scatter_reduce(0, ends[1], least, "amin")
        new = new[new]
        if torch.equal(new, labels):
            return labels
        labels = new
