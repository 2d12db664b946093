"""A network that answers as one graph: scores, the states they are read from, and the one vector of the whole."""

from pathlib import Path

import torch
from torch import Tensor, nn

from regard.export.onnx.reading import batch_of, examples_of, made_ready
from regard.export.onnx.tracing import write_graph
from regard.models.answerer import Answerer
from regard.networks.answering import AnswerNetwork


class Answering(nn.Module):
    """Values and lengths in; scores (b, n, y) or (b, y), states (b, n, m) and, pooled, one (b, m) out."""

    def __init__(self, network: AnswerNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, *given: Tensor) -> tuple[Tensor, ...]:
        """The tensors of a batch, in their order."""
        network = self.network
        states, lengths = network.states(batch_of(given))
        if network.shape.per_vector:
            return network.output(states).float(), states
        whole = network.pooled(states, lengths)
        return network.output(whole).float(), states, whole


def write_answering(model: Answerer, folder: Path, longest: int) -> None:
    """`network.onnx`, and what a chain of labels is worth in `chain.npz`."""
    made_ready(model.network, longest)
    outputs = ["scores", "states"] if model.targets.per_vector else ["scores", "states", "whole"]
    write_graph(Answering(model.network), examples_of(model.given), outputs, folder / "network.onnx")


def chain_of(network: AnswerNetwork) -> dict[str, list[object]] | None:
    """What it is worth to begin with a label, to go from one to another, and to end, where labels are a chain."""
    if network.crf is None:
        return None
    with torch.no_grad():
        _, chain = network.crf._ready(torch.zeros(1, 1, network.shape.size), torch.ones(1).long(), legal=True)
    return {name: each.tolist() for name, each in chain._asdict().items()}
