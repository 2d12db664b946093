"""Every refusal of what a mechanism holds: how to provoke it, and what it says."""

import torch
from refusals import Refused, attend, zeros

from regard import (
    Additive,
    Alibi,
    Bias,
    Bilinear,
    Blocks,
    Causal,
    Cosine,
    Dense,
    Distance,
    Documents,
    EdgeBias,
    Edges,
    EluPlusOne,
    Entmax,
    Features,
    Keys,
    Normalized,
    OptionError,
    Padding,
    PerHead,
    RandomFeatures,
    RelativeBias,
    RelativeKeys,
    ShapeError,
    Sigmoid,
    Strided,
    TopK,
    Window,
)

MARKED = zeros(3, dtype=torch.bool)
NODES = torch.tensor([0, 1])


def misfit(what: str, got: str, hint: str, **changes: object) -> Refused:
    """A tensor of another shape, for query, key and value (2, 4, 3, 8)."""
    return Refused(attend(**changes), ShapeError, f"{what} must fit the query and key", got, hint)


def option(rule: str, got: str, hint: str, **changes: object) -> Refused:
    return Refused(attend(**changes), OptionError, rule, got, hint)


SHAPES = {
    "an additive weight": misfit("Additive: weight", "(5,)", "(8,) or (4, 8)", score=Additive(zeros(5))),
    "a bilinear matrix": misfit("Bilinear: matrix", "(8, 5)", "(8, 8) or (4, 8, 8)", score=Bilinear(zeros(8, 5))),
    "temperatures": misfit("Cosine: temperature", "(3,)", "() or (1,) or (4,)", score=Cosine(zeros(3))),
    "widths": misfit("Distance: width", "(2, 2)", "() or (1,) or (4,)", score=Distance(zeros(2, 2))),
    "biases of sigmoid": misfit(
        "the normalizer's number", "(3,)", "() or (1,) or (4,)", normalizer=Sigmoid(bias=zeros(3))
    ),
    "directions": misfit(
        "RandomFeatures: directions",
        "(6, 7)",
        "(6, 8) or (4, 6, 8)",
        score=Features(RandomFeatures(zeros(6, 7))),
        normalizer=Normalized(),
    ),
    "decays": misfit(
        "Features: decay", "(3,)", "() or (4,)", score=Features(EluPlusOne(), zeros(3)), normalizer=Normalized()
    ),
    "slopes": misfit("Alibi: slopes", "(8,)", "(4,)", position=Alibi(zeros(8))),
    "a table of buckets": misfit(
        "RelativeBias: table", "(2, 32)", "(4, 32) or (1, 32)", position=RelativeBias(zeros(2, 32))
    ),
    "a table of even sides": misfit(
        "RelativeBias: a table on a grid, of odd sizes,",
        "(4, 2, 3)",
        "(4, 13, 13)",
        position=RelativeBias(zeros(4, 2, 3), grid=2),
    ),
    "keys of another size": misfit(
        "RelativeKeys: table", "(5, 7)", "(5, 8) or (4, 5, 8)", position=RelativeKeys(zeros(5, 7))
    ),
    "as many keys after as before": misfit(
        "RelativeKeys: table", "(4, 8)", "(5, 8) or (4, 5, 8)", position=RelativeKeys(zeros(4, 8))
    ),
    "a bias of other pairs": misfit(
        "Bias",
        "(3, 4)",
        "(3, 3) or (4, 3, 3) or (1, 3, 3) or (2, 4, 3, 3) or (2, 1, 3, 3) or (1, 4, 3, 3) or (1, 1, 3, 3)",
        position=Bias(zeros(3, 4)),
    ),
    "biases of other edges": misfit(
        "EdgeBias", "(3,)", "(2,) or (4, 2) or (1, 2)", mask=Edges(NODES, NODES), position=EdgeBias(zeros(3))
    ),
    "marks of other keys": misfit("Keys: marked", "(5,)", "(3,) or (2, 3)", mask=Keys(zeros(5, dtype=torch.bool))),
    "documents of other keys": misfit(
        "Documents: ids", "(2, 2)", "(3,) or (2, 3)", mask=Documents(zeros(2, 2, dtype=torch.int64))
    ),
    "documents of other queries": misfit(
        "Documents: queries",
        "(4,)",
        "(3,) or (2, 3)",
        mask=Documents(*(zeros(n, dtype=torch.int64) for n in (3, 4))),
    ),
    "a matrix of other pairs": misfit(
        "Dense: matrix",
        "(4, 3)",
        "(3, 3) or (4, 3, 3) or (1, 3, 3) or (2, 4, 3, 3) or (2, 1, 3, 3) or (1, 4, 3, 3) or (1, 1, 3, 3)",
        mask=Dense(zeros(4, 3, dtype=torch.bool)),
    ),
    "a layout of other blocks": misfit(
        "Blocks: layout",
        "(3, 3)",
        "(2, 2) or (4, 2, 2) or (1, 2, 2)",
        mask=Blocks(zeros(3, 3, dtype=torch.bool), size=2),
    ),
    "masks for other heads": Refused(
        attend(mask=PerHead((Causal(), Causal()))),
        ShapeError,
        "PerHead takes one mask for every query head",
        "2 masks, 4 heads",
        "4 masks",
    ),
    "sources without targets": Refused(
        attend(mask=Edges(NODES, zeros(1, dtype=torch.int64))),
        ShapeError,
        "Edges: source and target are two lists of the same length",
        "source (2,), target (1,)",
        "edge_index[0], edge_index[1]",
    ),
    "edges beyond the nodes": Refused(
        attend(mask=Edges(NODES, NODES + 2)),
        ShapeError,
        "Edges: every target is the number of a query, from 0 below 3",
        "2 to 3",
        "number the nodes from 0, and check that source and target are not swapped",
    ),
}
OPTIONS = {
    "a temperature of zero": option("Cosine: temperature must be above 0", "0.0", "0.5", score=Cosine(0.0)),
    "a decay that grows": option(
        "Features: decay is above 0 and at most 1",
        "1.5",
        "0.99 forgets about one part in a hundred at each position",
        score=Features(EluPlusOne(), 1.5),
        normalizer=Normalized(),
    ),
    "a width below zero": option("Distance: width must be above 0", "-1", "0.5", score=Distance(-1)),
    "alpha of softmax": option("Entmax: alpha must be above 1", "1.0", "1.5", normalizer=Entmax(1.0)),
    "a window that ends before it begins": option(
        "Window: before and after count positions", "Window(before=-1, after=2)", "Window(2, 0)", mask=Window(-1, 2)
    ),
    "the greatest none": option("TopK: count is at least 1", "TopK(count=0)", "TopK(16)", normalizer=TopK(0)),
    "a stride of nothing": option("Strided: every is at least 1", "Strided(every=0)", "Strided(4)", mask=Strided(0)),
    "blocks of nothing": option(
        "Blocks: size is at least 1", "0", "64", mask=Blocks(zeros(1, 1, dtype=torch.bool), size=0)
    ),
    "a promise about a part": option(
        "Padding: finite is a promise about the whole call",
        "Padding(finite=True) within | or ~",
        "join it with &",
        mask=~Padding(queries=[1, 2], finite=True),
    ),
    "marks that are numbers": option(
        "Keys: marked is boolean, True may read", "torch.float32", "tensor != 0, or ~blocked", mask=Keys(zeros(3))
    ),
    "documents that are numbers": option(
        "Documents: ids are whole numbers", "torch.float32", "tensor.long()", mask=Documents(zeros(3))
    ),
    "documents of queries that are numbers": option(
        "Documents: queries are whole numbers",
        "torch.float32",
        "tensor.long()",
        mask=Documents(zeros(3, dtype=torch.int64), zeros(4)),
    ),
    "nodes that are marks": option(
        "Edges: source are whole numbers", "torch.bool", "tensor.long()", mask=Edges(MARKED, MARKED)
    ),
}
