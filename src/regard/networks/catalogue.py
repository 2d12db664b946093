"""Names of networks and what each may be combined with."""

from regard.checks import unknown
from regard.errors import OptionError
from regard.mechanisms.catalogue import SCORES
from regard.networks.base import Network, NetworkOptions
from regard.networks.recurrent import Recurrent
from regard.networks.transformer import Transformer

NETWORKS: dict[str, type[Network]] = {"transformer": Transformer, "recurrent": Recurrent}


def build(options: NetworkOptions, source_words: int, target_words: int) -> Network:
    """The network of these choices for vocabularies of these sizes, with fresh weights."""
    check(options)
    if options.shared and source_words != target_words:
        raise OptionError(
            "network: shared embeddings need one joint vocabulary",
            got=f"{source_words} source words, {target_words} target words",
            hint="--shared false, or one tokenizer for both sides",
        )
    return NETWORKS[options.network](options, source_words, target_words)


def check(options: NetworkOptions) -> None:
    """An error unless every name exists and the combination makes sense."""
    if options.network not in NETWORKS:
        raise unknown("network", options.network, list(NETWORKS))
    recurrent = options.network == "recurrent"
    if options.attention not in (*SCORES, "none"):
        raise unknown("attention", options.attention, ["none", *SCORES])
    if options.attention == "none" and not recurrent:
        raise OptionError(
            "network: a transformer without attention cannot see its source",
            got="network transformer, attention none",
            hint="--network recurrent --attention none, the baseline of last states",
        )
    for name, value, allowed in (
        ("norm", options.norm, ["pre", "post"]),
        ("positions", options.positions, ["sinusoidal", "learned"]),
    ):
        if value not in allowed:
            raise unknown(name, value, allowed)
    divisor = 2 if recurrent else options.heads
    if options.width < 1 or options.width % divisor:
        raise OptionError(
            f"network: width must be a multiple of {divisor}",
            got=f"width {options.width}",
            hint=f"{divisor * 32}",
        )
    if options.layers < 1 or options.feed_forward < 1 or options.heads < 1:
        raise OptionError("network: layers, heads and feed_forward must be at least 1", got=str(options), hint="1")
    if not 0 <= options.dropout < 1 or not 0 <= options.attention_dropout < 1:
        raise OptionError("network: dropout must be at least 0 and below 1", got=str(options.dropout), hint="0.3")
