"""From examples to a model of labels, classes or numbers in a folder: learn the input, train, choose weights, save."""

from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch

from regard.data.examples import Examples
from regard.data.fingerprint import fingerprint
from regard.data.share import share
from regard.folder.answerer import load_answerer, save_answerer
from regard.inputs.catalogue import input_class
from regard.metrics.answers import metric_name
from regard.models.answerer import Answerer
from regard.models.assembly import assembled
from regard.models.learn_targets import learn_targets
from regard.models.targets import Targets
from regard.training.answer_card import answer_card, described
from regard.training.answer_checks import check_kind
from regard.training.answer_config import AnswerConfig
from regard.training.answer_defaults import Amount, answer_head, answer_network, answer_training
from regard.training.answers import ALIKE, Answering, Weights, unlearnable
from regard.training.input_options import input_options
from regard.training.loop import Job, Loop, Outcome
from regard.training.options import TrainingOptions
from regard.training.position import Position
from regard.training.progress import Watcher
from regard.training.record import training_record
from regard.training.resume import clear, goes_on, is_finished
from regard.training.start import answerer_to_begin_with, start_fingerprint
from regard.training.word_vectors import place, vectors_fingerprint, with_word_vectors
from regard.training.workers import holding


class Parts(NamedTuple):
    """The examples to train on, to validate on, and, if any, to test on."""

    train: Examples
    valid: Examples
    test: Examples | None = None


class Begin(NamedTuple):
    """What a training begins with: a model, whose weights, input and targets it takes; or targets alone, or nothing."""

    model: Answerer | None = None
    targets: Targets | None = None


NOTHING = Begin()


class TrainedAnswerer(NamedTuple):
    """A model, how its training ended, the folder it is in, and the parts it learned from."""

    model: Answerer
    outcome: Outcome
    folder: Path
    parts: Parts


def train_answerer(kind: str, config: AnswerConfig, watcher: Watcher, parts: Parts) -> TrainedAnswerer:
    """Trains as `config` says, tells the watcher, and leaves the model in its folder.

    Args:
        kind: `label`, `classify` or `regress`.
        config: every choice; what is None follows the data.
        watcher: who is told.
        parts: the examples, with answers.

    Raises DataError, OptionError, FolderError with what is wrong; KeyboardInterrupt is let through once a checkpoint is
    written. The same call again goes on, or finds the model finished.
    """
    folder = Path(config.model)
    request = {**asdict(config), "kind": kind, "data_fingerprint": fingerprint(*parts)}
    request |= {**vectors_fingerprint(config), **start_fingerprint(config)}
    with holding(folder):
        going_on = goes_on(folder, request, asdict(AnswerConfig()), config.overwrite)
        if going_on and is_finished(folder, request):
            watcher.say("This training is finished already; more --epochs, --steps or --max-minutes go on with it.")
            return finished(kind, folder, parts)
        task, options = prepared(kind, config, parts)
        _announce(task.model, options, parts, watcher)
        loop = Loop(Job(task, options, folder, request), watcher)
        if config.overwrite:
            clear(folder)
        outcome = loop.run(going_on)
        record = training_record(asdict(config), options, outcome, request["data_fingerprint"])
        save_answerer(task.model, folder, record)
        text = answer_card(task.model, options, outcome, (len(parts.train), len(parts.valid)))
        (folder / "card.md").write_text(text, encoding="utf-8")
        loop.close()
    return TrainedAnswerer(task.model, outcome, folder, parts)


def train_in_memory(
    kind: str, config: AnswerConfig, watcher: Watcher, parts: Parts, weights: Weights = ALIKE, begin: Begin = NOTHING
) -> tuple[Answerer, dict[str, Any]]:
    """As `train_answerer`, but nothing is written: the model, and what its folder would say of the training.

    `weights` say how much each item counts; `begin` with a model, which stays as it is, or with targets.
    """
    task, options = prepared(kind, config, parts, weights, begin)
    _announce(task.model, options, parts, watcher)
    outcome = Loop(Job(task, options, None, {}), watcher).run()
    return task.model, training_record(asdict(config), options, outcome, fingerprint(*parts))


def _announce(model: Answerer, options: TrainingOptions, parts: Parts, watcher: Watcher) -> None:
    """Says what will be trained, and what of the validation items cannot be learned."""
    watcher.say(described(model, options, len(parts.train), len(parts.valid)))
    if lacking := unlearnable(model.targets, parts.valid):
        watcher.say(lacking)


def prepared(
    kind: str, config: AnswerConfig, parts: Parts, weights: Weights = ALIKE, begin: Begin = NOTHING
) -> tuple[Answering, TrainingOptions]:
    """The model and its data as a task, and the training it will get."""
    model = deepcopy(begin.model) or started(kind, config, parts.train)
    model = model or fresh(kind, config, parts.train, begin.targets)
    task = Answering(model, parts.train, parts.valid, weights)
    amount = Amount(len(task.train), int(task.train.lengths.sum()), model.given.kind)
    return task, answer_training(config, amount, metric_name(kind, parts.valid.answers or []))


def with_validation(
    train: Examples, valid: Examples | None, test: Examples | None, seed: int, watcher: Watcher
) -> Parts:
    """The parts; without validation data, a share of the training data is set aside and announced."""
    if valid is not None:
        return Parts(train, valid, test)
    train, valid = share(train, seed)
    how = "by whole groups" if train.groups is not None else "in proportion to the classes"
    watcher.say(
        f"No validation data was given: {len(valid):,} of the items are set aside for it, {how}, chosen by "
        f"seed {seed}, and never trained on."
    )
    return Parts(train, valid, test)


def started(kind: str, config: AnswerConfig, train: Examples) -> Answerer | None:
    """The model that `--from` names, with room for new classes; None without it."""
    return answerer_to_begin_with(kind, config, train.answers, train.origin, train.kind)


def fresh(kind: str, config: AnswerConfig, train: Examples, targets: Targets | None = None) -> Answerer:
    """A model with fresh weights, drawn from the seed; its input and targets are those of the training items alone."""
    assert train.answers is not None, "what is trained on has answers"
    check_kind(kind, config)
    given = input_class(train.kind).learn(train.items, input_options(config, train.kind))
    given, rows = with_word_vectors(given, config)
    targets = learn_targets(kind, train.answers, train.origin) if targets is None else targets
    network, one_graph = answer_network(config, len(train), given.kind), len(train) == 1 and given.kind == "graph"
    torch.manual_seed(config.seed)
    model = assembled(given, targets, network, answer_head(config, targets, network, one_graph))
    return place(model, rows)


def finished(kind: str, folder: Path, parts: Parts) -> TrainedAnswerer:
    """The training that the folder holds, as it ended."""
    model, told = load_answerer(folder)
    position = Position(step=told.get("steps", 0), seconds=60 * told.get("minutes", 0.0), finished=True)
    metric = metric_name(kind, parts.valid.answers or [])
    outcome = Outcome(told.get("chosen", ""), told.get("scores", {}), metric, position, "as before")
    return TrainedAnswerer(model, outcome, folder, parts)
