"""Encodings of nodes by their place in a graph, to be projected and added to the nodes' vectors.

A batch of graphs is one graph whose parts are not joined: every connected component is worked on alone, so that a batch
gives what its graphs give one by one. Duplicate edges merge; loops count as edges: leave them out first where they
are there for attention only. All is computed on the CPU in double precision, once for each graph, without gradients.
"""

import torch
from torch import Tensor

from regard.errors import OptionError, ShapeError
from regard.layers.encodings.components import TOGETHER, Components, components
from regard.layers.encodings.spectrum import slowest
from regard.mechanisms.masks import Edges

DENSE = 1024
"""Nodes of a component up to which its matrix is held whole."""


def laplacian_eigenvectors(edges: Edges, nodes: int, count: int) -> Tensor:
    """(nodes, count): in each component the `count` eigenvectors of its normalised Laplacian that vary most slowly.

    Δ = I − D^(−1/2) · A · D^(−1/2), where A joins the two ends of every edge whatever its direction. The vector of
    eigenvalue 0 is left out; the others come by rising eigenvalue, each of length 1 within its component. A component
    of s nodes has s − 1 of them and zeros beyond; an isolated node has zeros. The sign of an eigenvector means nothing:
    the first of its largest entries is positive here, and `random_signs` draws others. Where eigenvalues coincide
    (a ring's, say), so does the choice of vectors.

    Cost for a component of s nodes: up to 1,024 (or 8 · count), s² numbers and s³ operations; beyond, count + 8 numbers
    a node and an edge, and products with all edges, about as many as the component is steps wide.
    Paper: Dwivedi and Bresson 2020, arXiv 2012.09699.

    >>> laplacian_eigenvectors(Edges(torch.tensor([0, 2]), torch.tensor([1, 3])), nodes=5, count=1).T
    tensor([[ 0.7071, -0.7071,  0.7071, -0.7071,  0.0000]])
    """
    source, target = _checked(edges, nodes, count, "laplacian_eigenvectors: count")
    source, target = _merged(torch.cat((source, target)), torch.cat((target, source)), nodes)
    found = torch.zeros(nodes, count, dtype=torch.float64)
    for part in components(source, target, nodes):
        size = part.nodes.shape[1]
        if size > max(DENSE, 8 * count):
            vectors = slowest(part.source, part.target, size, count)[None]
        else:
            adjacency = _matrices(part)
            root = _inverse(adjacency.sum(-1)).sqrt()
            laplacian = torch.eye(size, dtype=torch.float64) - root[:, :, None] * adjacency * root[:, None]
            vectors = torch.linalg.eigh(laplacian).eigenvectors[..., 1 : count + 1]
        found[part.nodes, : vectors.shape[-1]] = _signed(vectors)
    return found.to(edges.source.device, torch.get_default_dtype())


def random_signs(vectors: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Eigenvectors (nodes, count), each with a sign drawn anew: for training, so that a network learns not to mind."""
    signs = torch.randint(2, vectors.shape[-1:], generator=generator, dtype=vectors.dtype) * 2 - 1
    return vectors * signs.to(vectors.device)


def return_probabilities(edges: Edges, nodes: int, steps: int) -> Tensor:
    """(nodes, steps): the chance that a random walk from each node is back there after 1, 2, …, `steps` steps.

    A walk goes along edges from source to target, each way out equally likely; a graph without directions has every
    edge in both. Where no edge leads on, the walk ends; an isolated node has zeros.

    Cost for a component of s nodes and m edges: up to 1,024 nodes, s² numbers and steps · s³ operations; beyond,
    2²² numbers and steps · s · m operations: hours for 100,000 nodes.
    Paper: Dwivedi et al. 2021, arXiv 2110.07875, "random walk positional encoding".

    >>> return_probabilities(Edges(torch.tensor([0, 1, 1, 2]), torch.tensor([1, 0, 2, 1])), nodes=4, steps=2).tolist()
    [[0.0, 0.5], [0.0, 1.0], [0.0, 0.5], [0.0, 0.0]]
    """
    source, target = _merged(*_checked(edges, nodes, steps, "return_probabilities: steps"), nodes)
    found = torch.zeros(nodes, steps, dtype=torch.float64)
    for part in components(source, target, nodes):
        found[part.nodes] = _walked(part, steps) if part.nodes.shape[1] <= DENSE else _walked_far(part, steps)[None]
    return found.to(edges.source.device, torch.get_default_dtype())


def _walked(part: Components, steps: int) -> Tensor:
    """(c, s, steps) by the powers of the matrix of one step."""
    adjacency = _matrices(part)
    step = adjacency * _inverse(adjacency.sum(-1))[..., None]
    power, back = step, []
    for _ in range(steps):
        back.append(power.diagonal(dim1=1, dim2=2))
        power = power @ step
    return torch.stack(back, -1)


def _walked_far(part: Components, steps: int) -> Tensor:
    """(s, steps) by walking from some nodes at a time."""
    size = part.nodes.shape[1]
    chance = _inverse(torch.bincount(part.source, minlength=size).double())[part.source, None]
    back = torch.zeros(size, steps, dtype=torch.float64)
    together = max(1, TOGETHER // max(len(part.source), size))
    for first in range(0, size, together):
        begins = torch.arange(first, min(first + together, size))
        columns = torch.arange(len(begins))
        there = torch.zeros(size, len(begins), dtype=torch.float64)
        there[begins, columns] = 1
        for step in range(steps):
            there = torch.zeros_like(there).index_add_(0, part.target, there[part.source] * chance)
            back[begins, step] = there[begins, columns]
    return back


def _matrices(part: Components) -> Tensor:
    """(c, s, s): 1 where an edge leads from the row's node to the column's."""
    count, size = part.nodes.shape
    matrices = torch.zeros(count, size, size, dtype=torch.float64)
    matrices[part.component, part.source, part.target] = 1
    return matrices


def _inverse(degree: Tensor) -> Tensor:
    """1/degree, and 0 for nodes without edges."""
    return torch.where(degree > 0, 1 / degree.clamp(min=1), 0)


def _signed(vectors: Tensor) -> Tensor:
    """Eigenvectors (c, s, count) whose first entry among the largest, and those as good as largest, is positive."""
    sizes = vectors.abs()
    first = (sizes >= 0.999 * sizes.amax(1, keepdim=True)).int().argmax(1, keepdim=True)
    return vectors * torch.where(vectors.gather(1, first) < 0, -1, 1)


def _merged(source: Tensor, target: Tensor, nodes: int) -> tuple[Tensor, Tensor]:
    """Every edge once."""
    code: Tensor = (source * nodes + target).unique()  # type: ignore[no-untyped-call]
    return code // max(nodes, 1), code % max(nodes, 1)


def _checked(edges: Edges, nodes: int, count: int, what: str) -> tuple[Tensor, Tensor]:
    """Source and target on the CPU."""
    source, target = edges.source.cpu(), edges.target.cpu()
    if count < 1:
        raise OptionError(f"{what} must be at least 1", got=str(count), hint="8")
    if source.dim() != 1 or source.shape != target.shape or source.is_floating_point() or target.is_floating_point():
        raise ShapeError(
            "Edges: source and target are two lists of whole numbers, of the same length",
            got=f"source {tuple(source.shape)} of {source.dtype}, target {tuple(target.shape)} of {target.dtype}",
            hint="edge_index[0], edge_index[1]",
        )
    numbers = torch.cat((source, target)).long()
    if numbers.numel() and not (int(numbers.min()) >= 0 and int(numbers.max()) < nodes):
        raise ShapeError(
            f"Edges: every node is a number from 0 below {nodes}, the number of nodes",
            got=f"{int(numbers.min())} to {int(numbers.max())}",
            hint=f"nodes={int(numbers.max()) + 1}" if int(numbers.min()) >= 0 else "number the nodes from 0",
        )
    return source.long(), target.long()
