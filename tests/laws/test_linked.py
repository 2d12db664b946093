"""Attention along edges is attention over all pairs under the same mask; graphs of a batch do not see each other."""

import pytest
import torch
from torch import Tensor

import regard
from regard.layers.attention import Attention
from regard.layers.blocks import EncoderBlock
from regard.layers.linked import Linked, LinkedBlock, joined

LENGTHS = torch.tensor([4, 6, 0, 1])
PAIRS: list[list[tuple[int, int]]] = [
    [(0, 1), (1, 0), (2, 1), (3, 3), (0, 3)],
    [(5, 0), (0, 5), (1, 2), (2, 1), (3, 3), (1, 1), (2, 3)],
    [],
    [(0, 0)],
]


def graph(pairs: list[tuple[int, int]], features: int = 0) -> Linked:
    source, target = torch.tensor(pairs, dtype=torch.long).reshape(-1, 2).T
    generator = torch.Generator().manual_seed(len(pairs))
    given = torch.randn(len(pairs), features, generator=generator, dtype=torch.float64)
    return Linked(source, target, given if features else None)


def made(features: int = 0, score: str = "dot", norm: str = "pre") -> LinkedBlock:
    """Its attention and its weights for edges away from where they begin."""
    torch.manual_seed(1)
    block = LinkedBlock(EncoderBlock(Attention(8, 2, score=score, name="nodes"), 16, norm, 0.0), features).double()
    with torch.no_grad():
        for each in block.parameters():
            each.add_(0.3 * torch.randn_like(each))
    return block


def batch(features: int = 0) -> tuple[Tensor, Linked]:
    states = torch.randn(4, 7, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    return states, joined([graph(pairs, features) for pairs in PAIRS], LENGTHS.tolist(), 7)


def over_all_pairs(block: LinkedBlock, states: Tensor, links: Linked) -> Tensor:
    """The block on one graph (1, n, m) by matrices (n, n) of who may read whom and of what is added to scores."""
    n, inner = states.shape[1], block.block
    matrix, bias = torch.zeros(n, n, dtype=torch.bool), torch.zeros(2, n, n, dtype=torch.float64)
    matrix[links.target, links.source] = True
    if block.edge_weight is not None and links.features is not None:
        bias[:, links.target, links.source] = block.edge_weight @ links.features.T

    def read(x: Tensor) -> Tensor:
        return inner.attention(x, mask=regard.Dense(matrix), bias=regard.Bias(bias))

    return inner.around_feed_forward(inner.around_attention(states, read), inner.feed_forward)


@pytest.mark.parametrize("features", [0, 3])
@pytest.mark.parametrize("score", ["dot", "additive"])
@pytest.mark.parametrize("norm", ["pre", "post"])
def test_each_graph_is_attention_over_all_its_pairs_under_its_mask(features: int, score: str, norm: str) -> None:
    block, (states, links) = made(features, score, norm), batch(features)
    out = block(states, LENGTHS, links)
    for row, length in enumerate(LENGTHS.tolist()):
        one = slice(row, row + 1), slice(0, length)
        if length:
            torch.testing.assert_close(out[one], over_all_pairs(block, states[one], graph(PAIRS[row], features)))


@pytest.mark.parametrize("features", [0, 3])
def test_a_graph_of_a_batch_equals_the_graph_alone(features: int) -> None:
    block, (states, links) = made(features), batch(features)
    together = block(states, LENGTHS, links)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = joined([graph(PAIRS[row], features)], [length], length)
        out = block(states[row : row + 1, :length], LENGTHS[row : row + 1], alone)
        torch.testing.assert_close(out[0], together[row, :length])


def test_padding_never_matters_even_if_it_is_not_a_number() -> None:
    block, (states, links) = made(3), batch(3)
    beyond = torch.arange(7) >= LENGTHS[:, None]
    noisy = states.masked_fill(beyond[..., None], torch.nan).requires_grad_()
    out, plain = block(noisy, LENGTHS, links), block(states, LENGTHS, links)
    assert torch.equal(out[~beyond], plain[~beyond])
    for slope in torch.autograd.grad(out[~beyond].square().sum(), [noisy, *block.parameters()]):
        assert slope.isfinite().all()


def test_it_goes_by_the_edge_never_by_the_pair() -> None:
    block, (states, links) = made(3), batch(3)
    seen = []
    with regard.observed(seen.append):
        block(states, LENGTHS, links)
    (call,) = seen
    assert call.name == "nodes" and len(call.request.readable.graph.source) == sum(map(len, PAIRS))
    plan = regard.plan(*[states.flatten(0, 1)[None, None]] * 3, mask=regard.Edges(links.source, links.target))
    assert plan.kernel == "edges"


def test_features_of_edges_are_nothing_at_first_and_learned() -> None:
    torch.manual_seed(1)
    block, (states, links) = LinkedBlock(EncoderBlock(Attention(8, 2), 16, "pre", 0.0), 3).double(), batch(3)
    out = block(states, LENGTHS, links)
    torch.testing.assert_close(out, block(states, LENGTHS, links._replace(features=None)))
    assert block.edge_weight is not None
    slope = torch.autograd.grad(out.square().sum(), block.edge_weight)[0]
    assert slope.shape == (2, 3) and slope.any(-1).all()


def test_graphs_are_numbered_one_after_the_other() -> None:
    _, links = batch(3)
    assert links.source.tolist() == [0, 1, 2, 3, 0, 12, 7, 8, 9, 10, 8, 9, 21]
    assert links.target.tolist() == [1, 0, 1, 3, 3, 7, 12, 9, 8, 10, 8, 10, 21]
    assert links.features is not None and links.features.shape == (13, 3)
    assert links.to("meta").source.device.type == "meta" and graph([]).to("cpu").features is None


@pytest.mark.parametrize(("pairs", "got"), [([(0, 1), (1, 4)], "0 to 4"), ([(-1, 2)], "-1 to 2"), ([(9, 0)], "0 to 9")])
def test_edges_that_lead_out_of_their_graph_are_refused(pairs: list[tuple[int, int]], got: str) -> None:
    with pytest.raises(regard.ShapeError) as caught:
        joined([graph([(0, 0)]), graph(pairs)], [1, 4], 9)
    assert str(caught.value) == (
        "joined: every edge of graph 1 joins two of its 4 nodes, which are counted from 0\n"
        f"  got  numbers of nodes from {got}\n"
        "  try  number the nodes of each graph from 0"
    )


@pytest.mark.parametrize("position", [None, "alibi", "relative-bias"])
def test_a_bias_of_a_call_joins_the_positions_of_the_layer(position: str | None) -> None:
    torch.manual_seed(3)
    layer, x = Attention(8, 2, position=position).double(), torch.randn(2, 5, 8, dtype=torch.float64)
    bias = torch.randn(2, 2, 5, 5, dtype=torch.float64, requires_grad=True)
    out = layer(x, bias=regard.Bias(bias))
    torch.testing.assert_close(layer.read(x, layer.remember(x), bias=regard.Bias(bias)), out)
    own = layer.place()
    both = Attention(8, 2, position=((own, regard.Bias(bias)) if position else regard.Bias(bias))).double()
    both.load_state_dict({name: each for name, each in layer.state_dict().items() if "place" not in name})
    torch.testing.assert_close(both(x), out)
    torch.testing.assert_close(layer(x, bias=regard.Bias(torch.zeros(5, 5).double())), layer(x))
    assert torch.autograd.grad(out.sum(), bias)[0].any()
