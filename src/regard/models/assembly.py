"""Input, targets and choices put together to a model."""

from regard.inputs.base import Input
from regard.layers.tagging import legal_transitions
from regard.models.answerer import Answerer
from regard.models.targets import Targets
from regard.networks.answering import AnswerNetwork, HeadOptions, Shape
from regard.networks.base import NetworkOptions


def assembled(given: Input, targets: Targets, options: NetworkOptions, head: HeadOptions) -> Answerer:
    """A model with fresh weights, drawn from torch's generator. Raises OptionError for choices that do not fit."""
    edges = getattr(given, "edge_features", None) if head.reach == "edges" else None
    legal = legal_transitions([str(name) for name in targets.classes], targets.scheme) if head.crf else None
    shape = Shape(targets.per_vector, targets.size, edges, legal)
    return Answerer(given, targets, AnswerNetwork(given, options, head, shape))
