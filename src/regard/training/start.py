"""`--from MODEL`: a new training that begins with the weights of another, whose network and vocabulary it keeps."""

from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import torch

from regard.data.item_pairs import AnyPairs, ItemPairs
from regard.errors import FolderError, OptionError
from regard.folder.answerer import load_answerer
from regard.folder.generator import load_generator
from regard.folder.model import load_translator
from regard.folder.record import checksum
from regard.inputs.text import Text
from regard.models.answerer import Answerer
from regard.models.assembly import assembled
from regard.models.generator import Generator
from regard.models.learn_targets import learn_targets, ordered
from regard.models.targets import Targets
from regard.models.translator import Translator
from regard.training.answer_config import AnswerConfig
from regard.training.config import TranslateConfig
from regard.training.defaults import check_packing
from regard.training.folder_choices import FolderChoices
from regard.training.generate_config import GenerateConfig

TOKENS = ("tokens", "vocabulary", "joint", "protected", "source_tokenizer", "target_tokenizer")
"""Choices of a vocabulary, which is there already."""


def start_fingerprint(config: FolderChoices) -> dict[str, str]:
    """A hash of the model to begin with, by name; empty where there is none. Raises FolderError if it is no model."""
    if config.start is None:
        return {}
    record = Path(config.start) / "model.json"
    if not record.is_file():
        got = "a folder without one" if record.parent.is_dir() else "no such folder"
        raise FolderError(f"--from {config.start}: a model folder holds model.json", got=got, hint="a trained model")
    if record.parent.resolve() == Path(config.model).resolve():
        rule, hint = "--from: must be another folder than --model", "a new --model folder"
        raise OptionError(rule, got=f"{config.start} twice", hint=hint)
    return {"start_fingerprint": checksum(record)}


def answerer_to_begin_with(kind: str, config: AnswerConfig, answers: Any, origin: str, items: str) -> Answerer | None:
    """The model of `--from`, with room for classes that it does not know if `new_labels` allows them; None without it.

    Raises OptionError where choices, the kind of answer or the kind of items are not those of the model.
    """
    if config.start is None:
        return None
    model, _ = load_answerer(Path(config.start))
    there = (model.targets.kind, model.given.kind)
    if there != (kind, items):
        got = f"a model that does {there[0]} of {there[1]}, for {kind} of {items}"
        raise OptionError("--from: must be a model of the same answers and items", got=got, hint="train anew")
    refuse_others(config, {**vars(model.network.options), **vars(model.network.head)})
    if not model.targets.classes:
        return model
    found = ordered(set(learn_targets(kind, answers, origin).classes) - set(model.targets.classes))
    if found and not config.new_labels:
        got = f"{len(found)} that it does not: {', '.join(repr(each) for each in found[:5])}"
        raise OptionError(
            "--from: every class must be one that the model knows", got=got, hint="--new-labels adds them"
        )
    return grown(model, found, config.seed) if found else model


def generator_to_begin_with(config: GenerateConfig) -> Generator | None:
    """The model of `--from`; None without it. Raises OptionError where choices are not those of the model."""
    if config.start is None:
        return None
    model, _ = load_generator(Path(config.start))
    refuse_others(config, {**vars(model.network.options), "each_line": model.each_line, "tokens": model.text.kind})
    return model


def translator_to_begin_with(config: TranslateConfig, pairs: AnyPairs) -> Translator | None:
    """The model of `--from`; None without it. Raises OptionError where choices or kinds of sources are not its own."""
    if config.start is None:
        return None
    model, _ = load_translator(Path(config.start))
    there = "text" if isinstance(model.source, Text) else model.source.kind
    kind = pairs.sources.kind if isinstance(pairs, ItemPairs) else "text"
    if there != kind:
        rule = "--from: must be a translator of the same kind of sources"
        raise OptionError(rule, got=f"one of {there}, for {kind}", hint="train anew")
    for name in TOKENS:
        if getattr(config, name):
            flag = "--" + name.replace("_", "-")
            rule = f"{flag}: the model to begin with has its vocabulary"
            raise OptionError(rule, got=f"{flag} with --from", hint=f"leave {flag} out, or train anew")
    refuse_others(config, {**vars(model.network.options), "longest": config.longest})
    check_packing(config, model.network.options.network)
    return model


def refuse_others(config: Any, there: dict[str, Any]) -> None:
    """Raises OptionError for a choice of the network that was made and is not that of the model to begin with."""
    for field in fields(config):
        value = getattr(config, field.name)
        default = None if field.default is MISSING else field.default
        if value in (None, default) or field.name not in there or value == there[field.name]:
            continue
        flag = "--" + field.name.replace("_", "-")
        rule = f"{flag}: is that of the model to begin with"
        raise OptionError(rule, got=f"{value}, there {there[field.name]}", hint=f"leave {flag} out, or train anew")


def grown(model: Answerer, classes: tuple[Any, ...], seed: int) -> Answerer:
    """A model that knows these classes, too: its old numbers stay, new rows are drawn from the seed."""
    old = model.targets
    targets = Targets(old.kind, (*old.classes, *classes), old.several, old.scheme)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        new = assembled(model.given, targets, model.network.options, model.network.head)
    before = dict(model.network.named_parameters())
    with torch.no_grad():
        for name, parameter in new.network.named_parameters():
            parameter[tuple(slice(length) for length in before[name].shape)] = before[name]
    return new
