"""From two files to a translator in a folder: read, learn tokens, train, choose weights, save, score."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch

from regard.data.item_pairs import AnyPairs, ItemPairs
from regard.data.pairs import Pairs
from regard.folder.model import load_translator, save_translator
from regard.inputs.base import Input
from regard.inputs.catalogue import input_class
from regard.inputs.text import Text
from regard.models.assembly import translating
from regard.models.translator import Translator
from regard.networks.catalogue import check
from regard.training.answer_defaults import Amount
from regard.training.card import card, described
from regard.training.checks import check_all_but_folder, check_choices
from regard.training.config import TranslateConfig
from regard.training.data import Corpus
from regard.training.defaults import network_options, training_options
from regard.training.input_options import input_options
from regard.training.item_defaults import item_network, item_target, item_training, source_options
from regard.training.loop import Job, Loop, Outcome
from regard.training.metric import metric_name, metric_of
from regard.training.options import TrainingOptions
from regard.training.pairs import Translating
from regard.training.position import Position
from regard.training.progress import Watcher
from regard.training.record import training_record
from regard.training.resume import clear, goes_on, is_finished
from regard.training.start import start_fingerprint, translator_to_begin_with
from regard.training.texts import fingerprints, from_spelling, texts
from regard.training.translations import Split, fingerprint, limited, read
from regard.training.workers import holding


class Trained(NamedTuple):
    """A translator, how its training ended, the folder it is in, and the pairs to test it on, if any."""

    model: Translator
    outcome: Outcome
    folder: Path
    test: AnyPairs | None


def train_translator(config: TranslateConfig, watcher: Watcher, pairs: Split | None = None) -> Trained:
    """Trains as `config` says, tells the watcher, and leaves the model in its folder.

    `pairs` instead of files, for data that is already here. Raises DataError, OptionError, FolderError with what is
    wrong; KeyboardInterrupt is let through once a checkpoint is written.
    """
    check_choices(config)
    folder = Path(config.model)
    pairs = pairs or read(config, watcher)
    request = {**asdict(config), **fingerprints(config), "data_fingerprint": fingerprint(pairs)}
    request |= start_fingerprint(config)
    check_network(config, pairs.train)
    with holding(folder):
        going_on = goes_on(folder, request, asdict(TranslateConfig()), config.overwrite)
        if going_on and is_finished(folder, request):
            watcher.say("This training is finished already; more --epochs, --steps or --max-minutes go on with it.")
            return finished(config, pairs)
        task, options, pairs = prepared(config, pairs, watcher)
        model, counts = task.model, (len(pairs.train), len(pairs.valid))
        watcher.say(described(model, options, *counts))
        loop = Loop(Job(task, options, folder, request), watcher)
        if config.overwrite:
            clear(folder)
        outcome = loop.run(going_on)
        save_translator(model, folder, training_record(asdict(config), options, outcome, request["data_fingerprint"]))
        (folder / "card.md").write_text(card(model, options, outcome, counts), encoding="utf-8")
        loop.close()
    return Trained(model, outcome, folder, pairs.test)


def translator_in_memory(config: TranslateConfig, watcher: Watcher, pairs: Split) -> tuple[Translator, dict[str, Any]]:
    """As `train_translator`, but nothing is written: the model, and what its folder would say of the training."""
    check_all_but_folder(config)
    data = fingerprint(pairs)
    task, options, pairs = prepared(config, pairs, watcher)
    watcher.say(described(task.model, options, len(pairs.train), len(pairs.valid)))
    outcome = Loop(Job(task, options, None, {}), watcher).run()
    return task.model, training_record(asdict(config), options, outcome, data)


def prepared(config: TranslateConfig, pairs: Split, watcher: Watcher) -> tuple[Translating, TrainingOptions, Split]:
    """A translator as a task, the training it will get, and the pairs that are within its limits."""
    started = translator_to_begin_with(config, pairs.train)
    both = sides(config, pairs.train) if started is None else (started.source, started.target)
    train, encoded = limited(config, pairs.train, both, watcher)
    valid, held_out = limited(config, pairs.valid, both, watcher)
    pairs = pairs._replace(train=train, valid=valid)
    model, options = assemble(config, pairs, both, encoded, started)
    if pairs.test is not None:
        model.check_room(model.stored(pairs.test.sources).lengths, pairs.test.where)
    metric = metric_of(options.metric, isinstance(train, ItemPairs))
    task = Translating(model, (encoded, held_out), pairs.valid, metric, options.packing)
    return task, options, pairs


def finished(config: TranslateConfig, pairs: Split) -> Trained:
    """The training that the folder holds, as it ended."""
    folder = Path(config.model)
    model, told = load_translator(folder)
    position = Position(step=told.get("steps", 0), seconds=60 * told.get("minutes", 0.0), finished=True)
    metric = metric_name(config.metric, model.target, pairs.valid)
    outcome = Outcome(told.get("chosen", ""), told.get("scores", {}), metric, position, "as before")
    return Trained(model, outcome, folder, pairs.test)


def assemble(
    config: TranslateConfig,
    pairs: Split,
    both: tuple[Text | Input, Text],
    encoded: Corpus,
    started: Translator | None = None,
) -> tuple[Translator, TrainingOptions]:
    """A translator, `started` or with weights drawn from the seed, and the training it will get."""
    (source, target), count, how = both, len(pairs.train), None
    metric = metric_name(config.metric, target, pairs.valid)
    if isinstance(source, Text):
        spelled = from_spelling(source, target)
        network = network_options(config, count, shared=source is target, spelled=spelled)
        options = training_options(config, count, int(encoded.target.lengths.sum()), metric, spelled)
    else:
        network = item_network(config, count, source.kind)
        how = source_options(config, source.kind, int(encoded.target.lengths.max()) - 1)
        options = item_training(config, Amount(count, int(encoded.source.lengths.sum())), metric)
    torch.manual_seed(config.seed)
    return started or Translator(source, target, translating(source, target, network, how)), options


def sides(config: TranslateConfig, pairs: AnyPairs) -> tuple[Text | Input, Text]:
    """What reads the sources, and the targets' tokenizer, learned from these pairs."""
    if isinstance(pairs, Pairs):
        return texts(config, pairs)
    kind, items = pairs.sources.kind, pairs.sources.items
    return input_class(kind).learn(items, input_options(config, kind)), item_target(config, pairs.targets)


def check_network(config: TranslateConfig, pairs: AnyPairs) -> None:
    """Raises OptionError for a network that cannot be."""
    if isinstance(pairs, Pairs):
        check(network_options(config, len(pairs), shared=False))
    else:
        check(item_network(config, len(pairs), pairs.sources.kind), sets=True)
