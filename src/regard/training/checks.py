"""What can be refused before any file is read: names that do not exist, numbers that make no sense."""

from pathlib import Path

from regard.checks import unknown
from regard.data.encodings import known_encoding
from regard.data.pairs import one_of
from regard.errors import OptionError
from regard.inputs.text.vocabulary import KINDS, SPECIALS
from regard.layers.recurrence import check_cell
from regard.networks.base import NetworkOptions
from regard.networks.catalogue import check
from regard.networks.recurrent import ORDERS
from regard.training.config import DataChoices, TextChoices, TranslateConfig
from regard.training.defaults import ONLY, network_for, network_options, training_options
from regard.training.items import check_sources, source_kind
from regard.training.metric import NAMES
from regard.training.resume import check_folder
from regard.training.start import start_fingerprint

METRICS = ("auto", *NAMES)


def check_choices(config: TranslateConfig) -> None:
    """Raises OptionError for the first choice that cannot be, whatever the data are."""
    if not config.model:
        raise OptionError("train: needs a folder for the model", got="no --model", hint="--model DIR")
    check_folder(Path(config.model), config.overwrite)
    start_fingerprint(config)
    check_all_but_folder(config)


def check_all_but_folder(config: TranslateConfig) -> None:
    """The same for a training that writes none."""
    _check_data(config)
    check_sources(config)
    _check_own(config)
    check_text(config)
    _check_network(config)
    one_of("metric", config.metric, METRICS)
    training_options(config, 1, 1, config.metric)


def _check_data(choices: DataChoices) -> None:
    known_encoding(choices.encoding)
    one_of("blank", choices.blank, ("error", "skip"))


def check_text(choices: TextChoices) -> None:
    """Raises OptionError for tokens that cannot be."""
    if choices.tokens is not None and choices.tokens not in KINDS:
        raise unknown("tokens", choices.tokens, list(KINDS))
    if choices.tokens == "byte" and choices.vocabulary is not None:
        got, hint = f"--vocabulary {choices.vocabulary}", "drop --vocabulary, or --tokens bpe"
        raise OptionError("vocabulary: there are 256 bytes, never more or fewer", got=got, hint=hint)
    smallest = len(SPECIALS) + len(choices.protected) + 1
    if choices.vocabulary is not None and choices.vocabulary < smallest:
        raise OptionError(
            "vocabulary: must have room for the special tokens, the protected ones and one more",
            got=str(choices.vocabulary),
            hint=f"{smallest} at the very least; leave it out to let the data decide",
        )
    one_of("too_long", choices.too_long, ("error", "skip", "truncate"))
    if choices.longest < 1:
        raise OptionError("longest: must be at least one token", got=str(choices.longest), hint="say, 512")


def _check_own(choices: TextChoices) -> None:
    own = _given(choices, "source_tokenizer", "target_tokenizer")
    idle = _given(choices, "tokens", "vocabulary", "joint", "protected")
    if own and idle:
        rule = "text: a tokenizer of your own leaves nothing to choose"
        raise OptionError(rule, got=f"{' and '.join(own)} with {' and '.join(idle)}", hint="drop one or the other")


def _given(choices: TextChoices, *names: str) -> list[str]:
    """Those of the names that somebody chose, as flags."""
    return [_flag(name) for name in names if getattr(choices, name) not in (None, [], "")]


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _check_network(config: TranslateConfig) -> None:
    network = network_options(config, 1, shared=False)
    for name in ("width", "layers", "heads", "feed_forward", "members"):
        if (number := getattr(network, name)) < 1:
            raise OptionError(f"{name}: must be at least 1", got=str(number), hint="leave it out: it follows the data")
    for name in ("dropout", "attention_dropout"):
        if not 0 <= (rate := getattr(network, name)) < 1:
            raise OptionError(f"{name}: must be at least 0 and below 1", got=str(rate), hint="0.1")
    check(network, sets=source_kind(config, config.data) != "text")
    check_cell(network.cell)
    if network.order not in ORDERS:
        raise unknown("order", network.order, list(ORDERS))
    _check_idle(config)


def _check_idle(config: TranslateConfig) -> None:
    """A choice that the network does not know would change nothing: refused, not ignored."""
    if config.attention == "none" and config.normalizer != NetworkOptions.normalizer:
        got = f"--normalizer {config.normalizer} with --attention none"
        raise OptionError("normalizer: only attention has weights", got=got, hint="drop --normalizer")
    network = network_for(config)
    network = "transformer" if network == "conformer" else network  # whose decoder it has
    for other, names in ONLY.items():
        for name in names:
            if other != network and (value := getattr(config, name)) is not None:
                shown = str(value).lower() if isinstance(value, bool) else value
                raise OptionError(
                    f"{name}: only a {other} network has it",
                    got=f"{_flag(name)} {shown} with --network {network}",
                    hint=f"drop {_flag(name)}, or --network {other}",
                )
