"""What reads a source, what is answered, and choices put together to a model."""

from regard.inputs.base import Input
from regard.inputs.story import StoryInput
from regard.inputs.text import Text
from regard.layers.tagging import legal_transitions
from regard.models.answerer import Answerer
from regard.models.targets import Targets
from regard.networks.answering import AnswerNetwork, HeadOptions, Shape
from regard.networks.base import Network, NetworkOptions
from regard.networks.catalogue import build
from regard.networks.items import Source, SourceOptions


def assembled(given: Input, targets: Targets, options: NetworkOptions, head: HeadOptions) -> Answerer:
    """A model with fresh weights, drawn from torch's generator. Raises OptionError for choices that do not fit."""
    edges = getattr(given, "edge_features", None) if head.reach == "edges" else None
    legal = legal_transitions([str(name) for name in targets.classes], targets.scheme) if head.crf else None
    words = given.numbers_of(targets.classes) if isinstance(given, StoryInput) and targets.classes else None
    shape = Shape(targets.per_vector, targets.size, edges, legal, words)
    return Answerer(given, targets, AnswerNetwork(given, options, head, shape))


def translating(source: Text | Input, target: Text, options: NetworkOptions, how: SourceOptions | None) -> Network:
    """A translator's network with fresh weights, drawn from torch's generator; `how` says how items are read."""
    if isinstance(source, Text):
        return build(options, source.size, target.size)
    assert how is not None, "items are read in some way"
    return build(options, Source(source, options, how, target.size), target.size)
