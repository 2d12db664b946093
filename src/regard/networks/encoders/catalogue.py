"""Names of encoders, and what each may be combined with."""

from regard.errors import OptionError
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import check
from regard.networks.encoders.base import Encoder
from regard.networks.encoders.conformer import ConformerEncoder
from regard.networks.encoders.convolutional import ConvolutionalEncoder
from regard.networks.encoders.feedforward import FeedForwardEncoder
from regard.networks.encoders.memory import TYINGS, MemoryHops
from regard.networks.encoders.recurrent import RecurrentStates
from regard.networks.encoders.transformer import TransformerEncoder
from regard.networks.pattern import all_global

ENCODERS: dict[str, type[Encoder]] = {
    "transformer": TransformerEncoder,
    "conformer": ConformerEncoder,
    "recurrent": RecurrentStates,
    "convolutional": ConvolutionalEncoder,
    "feedforward": FeedForwardEncoder,
    "memory": MemoryHops,
}


def build_encoder(options: NetworkOptions, edge_features: int | None = None, grid: bool = False) -> Encoder:
    """The encoder of these choices, with fresh weights.

    `edge_features` (0 if edges have none) to read along edges; `grid` where vectors have a row and a column.
    """
    check_encoder(options)
    if edge_features is not None and options.network != "transformer":
        raise OptionError(
            "network: only a transformer reads along the edges of a graph",
            got=f"network {options.network}",
            hint="--network transformer, or --reach all",
        )
    if edge_features is not None and not all_global(options.pattern):
        raise OptionError(
            "pattern: what reads along the edges of a graph reads nothing else",
            got=f"pattern {options.pattern!r} with edges",
            hint="leave --pattern out",
        )
    match options.network:
        case "transformer":
            return TransformerEncoder(options, edge_features, grid)
        case "conformer":
            return ConformerEncoder(options, grid)
        case "convolutional":
            return ConvolutionalEncoder(options, grid)
    return ENCODERS[options.network](options)


def check_encoder(options: NetworkOptions) -> None:
    """An error unless every name exists, every number can be, and the combination makes sense."""
    if options.network in ("transformer", "conformer") and options.attention == "none":
        raise OptionError(
            f"network: a {options.network} without attention sees each vector alone",
            got=f"network {options.network}, attention none",
            hint="--network feedforward, which is that, or --network recurrent",
        )
    if options.network == "memory" and options.attention == "none":
        got, hint = "network memory, attention none", "leave --attention out"
        raise OptionError("network: a memory network reads by attention", got=got, hint=hint)
    if options.tying not in TYINGS:
        raise OptionError("tying: no such choice", got=repr(options.tying), hint=f"one of {', '.join(TYINGS)}")
    check(options, [*ENCODERS], sets=True, encoder=True)
    if options.network in ("convolutional", "feedforward") and options.attention != "none":
        raise OptionError(
            f"network: a {options.network} network has no attention",
            got=f"attention {options.attention}",
            hint="leave --attention out, or --network transformer",
        )
    if options.kernel < 1 or options.kernel % 2 == 0:
        hint = f"{max(options.kernel - 1, 1)} or {options.kernel + 1}"
        raise OptionError("network: kernel must be an odd number of vectors", got=str(options.kernel), hint=hint)
    for name in ("context", "convolutions"):
        if getattr(options, name) < 0:
            raise OptionError(f"network: {name} must be at least 0", got=str(getattr(options, name)), hint="0 or more")
