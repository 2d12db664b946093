"""A small translator for every kind of input, with fresh weights: for laws that need no training."""

from typing import NamedTuple

import torch
from answer_cases import ITEMS, NETWORKS

from regard.data.examples import Examples
from regard.inputs.catalogue import input_class, options_class
from regard.inputs.text import Text
from regard.models.assembly import translating
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.items import SourceOptions

KINDS = ("sound", "image", "graph", "series", "vectors")
CHOSEN = ("transformer", "rotary", "set", "recurrent", "recurrent attention")


class Case(NamedTuple):
    """A model, and the items it reads."""

    model: Translator
    examples: Examples


def case(kind: str, network: str, **how: float) -> Case:
    """The model has fresh weights, the same at every call."""
    options = {"patch": 4} if kind == "image" else {}
    given = input_class(kind).learn(ITEMS[kind], options_class(kind)(**options))
    target = Text.learn(["one two three four five six"], kind="spaced")
    chosen = {"width": 8, "layers": 2, "heads": 2, "feed_forward": 8, "dropout": 0.3, "shared": False}
    network_options = NetworkOptions(**{**chosen, **NETWORKS[network]})
    reach = "all" if network_options.network == "recurrent" else "edges"
    source = SourceOptions(**{"ctc": 0.3, "most_tokens": 6, "reach": reach, **how})
    torch.manual_seed(4)
    model = Translator(given, target, translating(given, target, network_options, source))
    with torch.no_grad():
        for each in model.network.parameters():
            each.add_(0.1 * torch.randn_like(each))
    return Case(model, Examples(kind, ITEMS[kind]))
