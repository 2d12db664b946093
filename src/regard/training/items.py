"""The pairs of a translation whose sources are no texts: which input they are, how they are read and split."""

from dataclasses import fields
from pathlib import Path

from regard.data.choices import ReadingChoices
from regard.data.door import read_examples, told
from regard.data.item_pairs import ItemPairs
from regard.data.items import KINDS
from regard.data.pairs import one_of
from regard.errors import DataError, OptionError
from regard.networks.catalogue import check
from regard.training.config import DataChoices, TranslateConfig
from regard.training.item_choices import ItemVectorChoices, SourceChoices
from regard.training.item_defaults import item_network, source_options

OF_ITEMS = ("groups", "id", "time", "name_pattern")
"""Choices of reading that pairs of texts do not know."""
OF_TEXTS = (
    *("source", "target", "valid_source", "valid_target", "test_source", "test_target"),
    *("joint", "source_tokenizer", "packing"),
)
"""Choices that sources other than texts do not know."""


def source_kind(choices: DataChoices, data: list[str]) -> str:
    """The input that sources are: as chosen, or as the files are called. Raises OptionError for one that is none."""
    one_of("input", choices.input, ("auto", *KINDS))
    if choices.input != "auto":
        return choices.input
    try:
        return told([Path(each) for each in data], reading(choices, "auto")) if data else "text"
    except (DataError, OSError):  # the reader of pairs says what is wrong with it
        return "text"


def reading(choices: DataChoices, kind: str) -> ReadingChoices:
    """How the files of this input are read."""
    known = {each.name for each in fields(ReadingChoices)} & {each.name for each in fields(DataChoices)}
    return ReadingChoices(**{**{name: getattr(choices, name) for name in known}, "input": kind})


def item_pairs_of(choices: DataChoices, data: list[str], kind: str) -> ItemPairs:
    """The items of a file or a folder and their targets. Raises DataError where these are no texts."""
    return ItemPairs.of(read_examples(data, answer="translate", choices=reading(choices, kind)).train)


def check_sources(config: TranslateConfig) -> None:
    """Raises OptionError for a choice that this input of a translation does not know, or that cannot be."""
    kind = source_kind(config, config.data)
    items = [each.name for choices in (SourceChoices, ItemVectorChoices) for each in fields(choices)]
    idle = [*items, *OF_ITEMS] if kind == "text" else OF_TEXTS
    for name in idle:
        if (value := getattr(config, name)) not in (None, []):
            what = "texts" if kind != "text" else "sounds, images, graphs, series and vectors"
            flag = "--" + name.replace("_", "-")
            rule = f"{flag}: belongs to sources that are {what}"
            raise OptionError(rule, got=f"{flag} {str(value).lower()} with {kind}", hint=f"leave {flag} out")
    if kind != "text":
        if config.positions == "learned":
            hint = "--positions sinusoidal"
            raise OptionError("positions: items have no longest, up to which to learn", got="learned", hint=hint)
        check(item_network(config, 1, kind), sets=True)
        source_options(config, kind, 1)
