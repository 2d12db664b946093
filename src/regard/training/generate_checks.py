"""What a training of a generator can refuse before any file is read."""

from regard.data.encodings import known_encoding
from regard.data.pairs import one_of
from regard.errors import OptionError
from regard.inputs.image import Canvas
from regard.layers.recurrence import check_cell
from regard.networks.base import NetworkOptions
from regard.networks.language import check_language
from regard.training.checks import check_text
from regard.training.config import TextChoices
from regard.training.defaults import ONLY
from regard.training.generate_config import GenerateConfig
from regard.training.generate_defaults import language_options, language_training
from regard.training.paint_defaults import paint_options, paint_training
from regard.training.start import start_fingerprint

TEXTS = ("each_line", "encoding", "blank", "tokens", "vocabulary", "protected", "tokenizer", "window")
IMAGES = ("levels", "shrink")
"""Choices that texts, or images, alone know."""


def check_generate(config: GenerateConfig) -> None:
    """Raises OptionError for the first choice that cannot be, whatever the text is."""
    start_fingerprint(config)
    known_encoding(config.encoding)
    one_of("blank", config.blank, ("error", "skip"))
    check_text(TextChoices(tokens=config.tokens, vocabulary=config.vocabulary, protected=config.protected))
    if config.tokenizer and (config.tokens or config.vocabulary or config.protected):
        rule = "text: a tokenizer of your own leaves nothing to choose"
        raise OptionError(rule, got="--tokenizer with --tokens, --vocabulary or --protected", hint="drop one of them")
    options = language_options(config, 1)
    check_language(options)
    check_cell(options.cell)
    _check_idle(config)
    _refuse(config, IMAGES, "text")
    language_training(config, 1)


def check_paint(config: GenerateConfig) -> None:
    """The same of a training on images."""
    if config.start is not None:
        rule, hint = "--from: a training on images begins with fresh weights", "drop --from"
        raise OptionError(rule, got=f"--from {config.start}", hint=hint)
    _refuse(config, TEXTS, "image")
    canvas = Canvas(
        rows=2, columns=2, levels=config.levels or 256, shrink=1 if config.shrink is None else config.shrink
    )
    options = paint_options(config, canvas, 1)
    check_language(options)
    check_cell(options.cell)
    _check_idle(config)
    paint_training(config, 1)


def _refuse(config: GenerateConfig, names: tuple[str, ...], kind: str) -> None:
    """A choice that these data do not know would change nothing: refused, not ignored."""
    for name in names:
        value, default = getattr(config, name), getattr(GenerateConfig(), name)
        if value != default:
            flag = "--" + name.replace("_", "-")
            rule = f"{flag}: says nothing of {kind}s"
            raise OptionError(rule, got=f"{flag} {value} for {kind}s", hint=f"drop {flag}")


def _check_idle(config: GenerateConfig) -> None:
    """A choice that the network does not know would change nothing: refused, not ignored."""
    of_attention = ["normalizer"] if config.normalizer != NetworkOptions.normalizer else []
    idle = {"transformer": ["cell"], "recurrent": [*ONLY["transformer"], *of_attention]}[config.network]
    for name in idle:
        if (value := getattr(config, name)) is not None:
            flag = "--" + name.replace("_", "-")
            got = f"{flag} {value} with --network {config.network}"
            raise OptionError(f"{name}: a {config.network} network does not have it", got=got, hint=f"drop {flag}")
