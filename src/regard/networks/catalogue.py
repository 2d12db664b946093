"""Names of networks and what each may be combined with."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from regard.checks import as_positions, unknown
from regard.errors import OptionError
from regard.layers.match import FEATURES
from regard.layers.placing import NAMES, Placing
from regard.layers.unfilled import Unfilled
from regard.layers.weighing import Weighing
from regard.mechanisms.catalogue import FEATURE_MAPS, NORMALIZERS
from regard.mechanisms.legality import Choice, refused
from regard.networks.base import ADDED, Network, NetworkOptions
from regard.networks.ensemble import Ensemble
from regard.networks.pattern import all_global, reads_of
from regard.networks.reads import Mixtures
from regard.networks.recurrent import Recurrent
from regard.networks.transformer import Transformer

Maker = Callable[[NetworkOptions, int | nn.Module, int], Network]
NETWORKS: dict[str, Maker] = {"transformer": Transformer, "recurrent": Recurrent, "conformer": Transformer}
ATTENTIONS = ("dot", "bilinear", "additive", "cosine", "distance", "linear")


def build(options: NetworkOptions, source: int | nn.Module, target_words: int) -> Network:
    """The network of these choices, with fresh weights, for so many words of the source, or for what reads it."""
    check(options, sets=not isinstance(source, int))
    if options.shared and source != target_words:
        raise OptionError(
            "network: shared embeddings need one joint vocabulary",
            got=f"{source if isinstance(source, int) else 'no'} source words, {target_words} target words",
            hint="--shared false, or one tokenizer for both sides",
        )
    kind = NETWORKS[options.network]
    if options.members == 1:
        return kind(options, source, target_words)
    if not isinstance(source, int):
        got, hint = f"{options.members} members that read items", "drop --members"
        raise OptionError("network: the members of an ensemble read texts", got=got, hint=hint)
    return Ensemble(options, [kind(options, source, target_words) for _ in range(options.members)])


def check(
    options: NetworkOptions,
    networks: Sequence[str] = (*NETWORKS,),
    *,
    sets: bool = False,
    encoder: bool = False,
) -> None:
    """An error unless every name exists, every number can be, and the combination makes sense.

    `sets` allows positions `none`: the order of the vectors means nothing; and a transformer without blocks. In an
    `encoder` alone nothing is causal, and the states of a recurrence read each other, too.
    """
    for name, value, allowed in (
        ("network", options.network, [*networks]),
        ("attention", options.attention, ["none", *ATTENTIONS]),
        ("norm", options.norm, ["pre", "post"]),
        ("positions", options.positions, [*ADDED, *NAMES, *["none"] * sets]),
        ("normalizer", options.normalizer, ["auto", *NORMALIZERS]),
        ("feature_map", options.feature_map, [*FEATURE_MAPS]),
    ):
        if value not in allowed:
            raise unknown(name, value, allowed)
    if options.network == "conformer" and not sets:
        raise OptionError(
            "network: a conformer reads items; texts have no frames that a convolution would join",
            got="network conformer for texts",
            hint="--network transformer or recurrent",
        )
    if options.attention == "none" and options.network in ("transformer", "conformer"):
        raise OptionError(
            f"network: a {options.network} without attention cannot see its source",
            got=f"network {options.network}, attention none",
            hint="--network recurrent --attention none, the baseline of last states",
        )
    _check_numbers(options, fewest=0 if sets and options.network == "transformer" else 1)
    _check_pattern(options, encoder)
    check_linear(options)
    if options.attention != "none":
        _check_meaning(options)


def _check_pattern(options: NetworkOptions, encoder: bool) -> None:
    """A pattern that can be, of a network whose vectors read each other."""
    reads = reads_of(options.pattern, 1 if options.network == "recurrent" else options.layers)
    if options.weighing != "softmax" and any(each.normalizer for each in reads):
        got = f"pattern {options.pattern!r}, attention {options.attention}, normalizer {options.weighing}"
        hint = "--normalizer softmax, and any attention but linear"
        raise OptionError("pattern: top-k is softmax over the greatest scores", got=got, hint=hint)
    itself = options.attention != "none" and (options.network != "recurrent" or encoder)
    if any(isinstance(each, Mixtures) for each in reads):
        _check_mixtures(options, encoder)
    if not (itself or all_global(options.pattern)):
        got = f"pattern {options.pattern!r}, network {options.network}, attention {options.attention}"
        rule = "pattern: only layers in which vectors read each other have one"
        raise OptionError(rule, got=got, hint="--network transformer, or leave --pattern out")


def _check_mixtures(options: NetworkOptions, encoder: bool) -> None:
    """Mixtures of all positions, where there may be some."""
    reason = ""
    if not encoder:
        reason = "a mixture of all positions knows those to come, which a network that writes must not"
        got, hint = f"pattern {options.pattern!r}", "local, longformer or strided"
    elif options.position is not None:
        reason, got = "a mixture of positions stands nowhere that a score could feel", f"positions {options.positions}"
        hint = "--positions sinusoidal, learned or none"
    elif options.network == "recurrent":
        reason, got = "only a transformer reads mixtures of positions", f"network {options.network}"
        hint = "--network transformer"
    elif (rank := max(each.rank for each in options.reads if isinstance(each, Mixtures))) > options.longest:
        reason, got = "there are at most as many mixtures as positions", f"rank {rank}, longest {options.longest}"
        hint = f"linformer:{options.longest}"
    if reason:
        raise OptionError(f"pattern: {reason}", got=got, hint=hint)


def check_linear(options: NetworkOptions) -> None:
    """An error for a choice of linear attention that would change nothing, or mean nothing, beside the others."""
    o, plain = options, NetworkOptions
    random = o.attention == "linear" and o.feature_map == "random"
    for name, value, fits, needs in (
        (
            "feature-map",
            o.feature_map,
            o.attention == "linear" or o.feature_map == plain.feature_map,
            "attention linear",
        ),
        ("random-features", o.random_features, random or o.random_features == FEATURES, "feature-map random"),
        ("redraw", o.redraw, random or not o.redraw, "feature-map random"),
        ("decay", "true", not o.decay or o.attention == "linear", "attention linear"),
    ):
        if not fits:
            got = f"--{name} {value} without --{needs}"
            raise OptionError(f"network: {name} is of {needs}", got=got, hint=f"--{needs}, or drop --{name}")
    if o.random_features < 1 or o.redraw < 0:
        got = f"random-features {o.random_features}, redraw {o.redraw}"
        raise OptionError(
            "network: random-features is at least 1, redraw at least 0", got=got, hint="64, and 0 or 1000"
        )
    if o.decay and (o.network != "transformer" or o.positions == "none"):
        got = f"network {o.network}, positions {o.positions}"
        rule = "network: a decay is of a transformer whose vectors have an order"
        raise OptionError(rule, got=got, hint="drop --decay, or --positions sinusoidal")
    if o.decay and not all_global(o.pattern):
        rule, got = "network: a decay is of layers that read everybody", f"pattern {o.pattern!r}"
        raise OptionError(rule, got=got, hint="drop --decay, or --pattern")


def _check_numbers(options: NetworkOptions, fewest: int) -> None:
    if options.layers < fewest or min(options.feed_forward, options.heads, options.members) < 1:
        rule = "network: layers, heads, feed_forward and members must be at least 1"
        raise OptionError(rule, got=str(options), hint="1")
    divisor = 2 if options.network == "recurrent" else options.heads
    if options.width < 1 or options.width % divisor:
        raise OptionError(
            f"network: width must be a multiple of {divisor}",
            got=f"width {options.width}",
            hint=f"{divisor * 32}",
        )
    if options.key_heads < 0 or options.heads % (options.key_heads or options.heads):
        raise OptionError(
            "network: heads must be a multiple of key_heads",
            got=f"heads {options.heads}, key_heads {options.key_heads}",
            hint="key_heads 1, or 0 for as many as heads",
        )
    if not 0 <= options.dropout < 1 or not 0 <= options.attention_dropout < 1:
        raise OptionError("network: dropout must be at least 0 and below 1", got=str(options.dropout), hint="0.3")


def _check_meaning(options: NetworkOptions) -> None:
    """Asks the table that `attend` asks, about mechanisms of no memory; a recurrent network has no positions."""
    place = None if options.network == "recurrent" else options.position
    with torch.device("meta"), Unfilled():
        match = options.match(2)
        score, normalizer = match(), Weighing(options.weighing, 1)()
        positions = as_positions(Placing(place, 2, 1)())
    if (rule := refused(Choice(score, normalizer, None, positions))) is not None:
        got = f"attention {options.attention}, normalizer {options.weighing}" + f", positions {place}" * bool(place)
        raise OptionError(f"network: {rule.reason}", got=got, hint=rule.hint)
