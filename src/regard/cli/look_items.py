"""`regard look MODEL ITEM` for every model but translators of texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regard.cli.flags import parse
from regard.cli.look_flags import SeenChoices, command_of
from regard.cli.look_many import Model, Opened, finished, load
from regard.cli.look_told import told
from regard.data.asked import read_asked
from regard.data.choices import ReadingChoices
from regard.errors import DataError, OptionError
from regard.inputs.text import Text
from regard.inspect.looks import Look
from regard.inspect.opening import look_at
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator
from regard.training.devices import device


@dataclass(kw_only=True)
class LookItemConfig(SeenChoices, ReadingChoices):
    """The flags of `regard look` for such a model."""

    model: str
    """folder of the model"""
    item: str
    """a text, or a file that holds the item"""
    number: int = 1
    """of a file with several items, which, counted from 1"""
    device: str = "auto"
    """auto, cpu, cuda or mps"""


def run(words: Sequence[str], kind: str) -> int:
    """Reads the item, answers, looks."""
    about = "Shows what a model read of one item, and what each position was worth to its answer."
    config = parse("look", LookItemConfig, words, ["model", "item"], about)
    files = config.files()
    model, where = load(Path(config.model), kind), device(config.device)
    item, measured = _item(model, config), not config.no_evidence

    def see(model: Model, target: Any) -> Look:
        model.network.to(where)
        return look_at(model, item, target, seed=config.seed, evidence=measured, command=command_of(words))

    look = see(model, config.target)
    for line in [
        *told(look.record, config.top),
        *finished(config, Opened(Path(config.model), model, kind), look, see, files),
    ]:
        print(line)
    return 0


def _item(model: Model, config: LookItemConfig) -> Any:
    """The item that is meant: the text itself, or one of a file's."""
    source = model.source if isinstance(model, Translator) else getattr(model, "given", None)
    if source is None or isinstance(source, Text) or source.kind == "text":
        labels = isinstance(model, Answerer) and model.targets.per_vector
        if not config.item.strip() and not isinstance(model, Generator):
            raise DataError("regard look: needs a text", got="a blank one", hint="regard look MODEL 'a text'")
        return config.item.split() if labels else config.item
    found = read_asked(source.kind, [config.item], config, words=False, command=f"regard look {config.model}")
    count = len(found.examples)
    if not 1 <= config.number <= count:
        rule = f"regard look: {config.item} holds items from 1 to {count:,}"
        raise OptionError(rule, got=f"--number {config.number}", hint="--number 1")
    return found.examples.items[config.number - 1]
