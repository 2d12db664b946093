"""Networks of one size: the width at which a network has the number of parameters that is asked for."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from regard.comparing.job import Config
from regard.errors import OptionError
from regard.inputs.catalogue import input_class
from regard.layers.unfilled import Unfilled
from regard.models.assembly import assembled
from regard.models.generator import stream_of
from regard.models.learn_targets import learn_targets
from regard.networks.base import NetworkOptions
from regard.networks.language import build_language
from regard.training.answer import Parts
from regard.training.answer_config import AnswerConfig
from regard.training.answer_defaults import answer_head, answer_network
from regard.training.config import TranslateConfig
from regard.training.data import Corpus
from regard.training.generate_config import GenerateConfig
from regard.training.generate_defaults import language_options
from regard.training.generate_texts import TextParts, text_of
from regard.training.input_options import input_options
from regard.training.translate import assemble, sides
from regard.training.translations import Split

WIDEST = 8192
EVEN = 8
"""Widths are multiples of this and of twice the heads, which positions in pairs of numbers need."""

Build = Callable[[Any], tuple[nn.Module, NetworkOptions]]
"""Choices into their network, and what they came to."""


def sized(kind: str, config: Config, parts: Any, parameters: int) -> Config:
    """The choices with the width, and the feed-forward width in its proportion to it, that come nearest.

    Networks are built without memory. Raises OptionError where the width is chosen already, or where even the least
    or the greatest width is more than a quarter away.
    """
    if config.width is not None:
        hint = "leave one of the two out"
        raise OptionError("parameters: decide the width", got=f"width {config.width}, too", hint=hint)
    build = builder(kind, config, parts)
    options = _empty(build, config)[1]
    step = math.lcm(EVEN, 2 * options.heads)
    ratio = options.feed_forward / options.width if config.network != "recurrent" and options.feed_forward > 1 else 0.0

    def at(steps: int) -> Config:
        width = steps * step
        inner = max(1, round(ratio * width)) if ratio and config.feed_forward is None else config.feed_forward
        return replace(config, width=width, feed_forward=inner)

    def count(steps: int) -> int:
        return sum(each.numel() for each in _empty(build, at(steps))[0].parameters())

    found = _nearest(count, parameters, WIDEST // step)
    if abs(there := count(found) - parameters) > parameters / 4:
        rule, got = f"parameters: no width gives {parameters:,}", f"{there + parameters:,} with width {found * step}"
        raise OptionError(rule, got=got, hint="another number, or --layers and other sizes by hand")
    return at(found)


def builder(kind: str, config: Config, parts: Any) -> Build:
    """What learns the input once, and then builds a network of any sizes."""
    if isinstance(config, TranslateConfig):
        return _translating(config, parts)
    return _generating(config, parts) if isinstance(config, GenerateConfig) else _answering(kind, config, parts)


def _answering(kind: str, config: AnswerConfig, parts: Parts) -> Build:
    train = parts.train
    given = input_class(train.kind).learn(train.items, input_options(config, train.kind))
    targets = learn_targets(kind, train.answers or [], train.origin)
    alone = len(train) == 1 and given.kind == "graph"

    def build(choices: AnswerConfig) -> tuple[nn.Module, NetworkOptions]:
        network = answer_network(choices, len(train), given.kind)
        return assembled(given, targets, network, answer_head(choices, targets, network, alone)).network, network

    return build


def _translating(config: TranslateConfig, pairs: Split) -> Build:
    both = sides(config, pairs.train)
    encoded = Corpus.of(*both, pairs.train)

    def build(choices: TranslateConfig) -> tuple[nn.Module, NetworkOptions]:
        network = assemble(choices, pairs, both, encoded)[0].network
        return network, network.options

    return build


def _generating(config: GenerateConfig, parts: TextParts) -> Build:
    text = text_of(config, parts.train)
    tokens = len(stream_of(text, parts.train, config.each_line))

    def build(choices: GenerateConfig) -> tuple[nn.Module, NetworkOptions]:
        network = language_options(choices, tokens)
        return build_language(network, text.size), network

    return build


def _empty(build: Build, config: Config) -> tuple[nn.Module, NetworkOptions]:
    with torch.device("meta"), Unfilled():
        return build(config)


def _nearest(count: Callable[[int], int], wanted: int, most: int) -> int:
    """Where a count that grows comes nearest to what is wanted, from 1 to `most`."""
    low, high = 1, 1
    while high < most and count(high) < wanted:
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if count(middle) < wanted else (low, middle)
    return min((low, high), key=lambda steps: abs(count(steps) - wanted))
