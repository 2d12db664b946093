"""Which choices belong to which kind of input; one that the kind does not have is refused, not ignored."""

from dataclasses import fields
from typing import Any

from regard.errors import OptionError
from regard.inputs.catalogue import options_class
from regard.training.answer_config import VectorChoices
from regard.training.item_choices import ItemVectorChoices

OPTIONS: dict[str, dict[str, str]] = {
    "text": {"vocabulary": "vocabulary"},
    "sound": {"rate": "rate", "mels": "mels", "augment": "augment"},
    "image": {"patch": "patch", "stem": "stem", "augment": "augment", "flip": "flip"},
    "graph": {"node_encoding": "encoding", "normalize_rows": "normalize_rows"},
    "series": {"layout": "layout", "augment": "augment"},
    "vectors": {},
    "story": {"vocabulary": "vocabulary", "sentences": "sentences", "gaps": "gaps"},
}
"""For each kind of input, the choice and the option of the input that it becomes."""


def input_options(config: ItemVectorChoices, kind: str) -> Any:
    """The options of this kind of input. Raises OptionError for a choice that it does not know."""
    if isinstance(config, VectorChoices) and config.word_vectors is not None and kind != "text":
        got, hint = f"word vectors {config.word_vectors} with {kind}", "leave --word-vectors out"
        raise OptionError("--word-vectors: belong to text", got=got, hint=hint)
    there = fields(VectorChoices if isinstance(config, VectorChoices) else ItemVectorChoices)
    given = {
        each.name: value
        for each in there
        if any(each.name in names for names in OPTIONS.values()) and (value := getattr(config, each.name)) is not None
    }
    if idle := sorted(given.keys() - OPTIONS[kind].keys()):
        flag = "--" + idle[0].replace("_", "-")
        kinds = " and ".join(each for each, names in OPTIONS.items() if idle[0] in names)
        rule = f"{flag}: belongs to {kinds}"
        raise OptionError(rule, got=f"{idle[0]} {given[idle[0]]} with {kind}", hint=f"leave {flag} out")
    return options_class(kind)(**{OPTIONS[kind][name]: value for name, value in given.items()})
