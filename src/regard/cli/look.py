"""`regard look MODEL 'SENTENCE'`: what each target word was read from, on the terminal, as PNG or SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regard.cli.flags import check_cli, parse
from regard.cli.model import ModelChoices, load
from regard.errors import DataError, OptionError
from regard.inputs.text import Text


@dataclass(kw_only=True)
class LookConfig(ModelChoices):
    """The flags of `regard look`."""

    item: str
    """the source sentence"""
    target: str | None = None
    """a target to look at; else the model's own"""
    png: str | None = None
    """file to save the picture to"""
    svg: str | None = None
    """file to save the drawing to"""
    numbers: bool = False
    """write the weights into the cells"""


def run(words: Sequence[str]) -> int:
    """Translates, reads, draws."""
    check_cli("look")
    config = parse(
        "look",
        LookConfig,
        words,
        ["model", "item"],
        "Shows which source pieces each target piece was read from.",
    )
    from rich.console import Console

    from regard.decoding.beam import Search
    from regard.inspect.alignment import Alignment, save, terminal

    if not config.item.strip():
        raise DataError("regard look: needs a sentence", got="a blank one", hint="regard look MODEL 'ein Haus'")
    how = Search(config.beam)
    _check_suffix(config.png, ".png")
    _check_suffix(config.svg, ".svg")
    model = load(config)
    if not isinstance(model.source, Text):
        got, hint = f"one of {model.source.kind}", "model.read(item) of regard.AttentionTranslator gives the weights"
        raise OptionError("regard look: draws what a translator of texts has read", got=got, hint=hint)
    best = model.translate([config.item], how, where=lambda _: "regard look")[0][0]
    reading = model.read(config.item, best.tokens if config.target is None else config.target)
    alignment = Alignment(reading.source, reading.target, reading.weights)
    console = Console(highlight=False, soft_wrap=True)
    console.print(best.text if config.target is None else config.target, markup=False)
    console.print(terminal(alignment, numbers=config.numbers))
    console.print(
        "Each row sums to one: which source pieces that row's average was taken from (mean of heads and layers).\n"
        "In the labels, ▁ stands for a space and </s> for the end.\n"
        "Weights do not by themselves show why the model answered as it did.",
        markup=False,
    )
    for path in (config.png, config.svg):
        if path is not None:
            console.print(f"saved {save(alignment, path, numbers=config.numbers)}", markup=False)
    return 0


def _check_suffix(path: str | None, suffix: str) -> None:
    """The flag decides the form, so the name must agree with it."""
    if path is not None and Path(path).suffix.lower() != suffix:
        hint = f"--{suffix[1:]} {Path(path).with_suffix(suffix) if Path(path).name else 'picture' + suffix}"
        raise OptionError(f"regard look: --{suffix[1:]} names a {suffix} file", got=repr(path), hint=hint)
