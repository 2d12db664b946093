"""`regard look MODEL ITEM`: what was read, and what it was worth; of a translation its alignment first."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regard.cli.answers import record_of_model
from regard.cli.flags import check_cli, parse
from regard.cli.look_flags import SeenChoices, command_of
from regard.cli.look_told import held_against, table
from regard.cli.model import ModelChoices, load
from regard.errors import DataError

if TYPE_CHECKING:
    from regard.inspect.alignment import Alignment

KEPT = ("png", "svg")
"""Forms in which a translation is drawn as the mean of its heads and layers, unless a call or a head is named."""


@dataclass(kw_only=True)
class LookConfig(SeenChoices, ModelChoices):
    """The flags of `regard look` for a translator of texts."""

    item: str
    """the source text; of other models a text, or a file that holds the item"""
    numbers: bool = False
    """write the weights into the cells"""


def run(words: Sequence[str]) -> int:
    """Reads, answers, draws."""
    check_cli("look")
    alone = sum(not word.startswith("-") for word in words) < 2
    record = {} if alone else record_of_model("look", words)
    if (kind := record.get("kind", "translate")) != "translate" or "source" in record:
        from regard.cli import look_items

        return look_items.run(words, kind)
    about = "Shows which source pieces each target piece was read from, and what each was worth."
    config = parse("look", LookConfig, words, ["model", "item"], about)
    from rich.console import Console

    from regard.cli.look_many import Model, Opened, finished
    from regard.decoding.beam import Search
    from regard.inspect.alignment import Alignment, terminal
    from regard.inspect.looks import Look
    from regard.inspect.opening import look_at

    if not config.item.strip():
        raise DataError("regard look: needs a sentence", got="a blank one", hint="regard look MODEL 'ein Haus'")
    how, files = Search(config.beam), config.files()
    model = load(config)
    where = model.device
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

    def see(model: Model, target: Any) -> Look:
        model.network.to(where)
        measured, command = not config.no_evidence, command_of(words)
        return look_at(model, config.item, target, how=how, seed=config.seed, evidence=measured, command=command)

    look = see(model, [*best.tokens] if config.target is None else config.target)
    lines = table(look.record, look.record.evidence[0], config.top) if look.record.evidence else []
    drawn = _drawn(config, files, alignment)
    left = {form: path for form, path in files.items() if form not in drawn}
    more = finished(config, Opened(Path(config.model), model, kind), look, see, left)
    for line in [next(held_against(look.record)), *lines, *drawn.values(), *more]:
        console.print(line, markup=False)
    return 0


def _drawn(config: LookConfig, files: dict[str, str], alignment: "Alignment") -> dict[str, str]:
    """Draws the mean of heads and layers, where no call or head is named; a line for each form."""
    from regard.inspect.alignment import save

    forms = () if config.call or config.head else KEPT
    return {form: f"saved {save(alignment, files[form], numbers=config.numbers)}" for form in forms if form in files}
