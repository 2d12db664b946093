"""From a text to a generator in a folder: read, learn tokens, train, choose weights, save."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch

from regard.errors import OptionError
from regard.folder.generator import load_generator, save_generator
from regard.inputs.text import Text
from regard.models.generator import Generator, stream_of
from regard.networks.language import build_language
from regard.training.generate_card import described, generator_card
from regard.training.generate_checks import check_generate
from regard.training.generate_config import GenerateConfig
from regard.training.generate_defaults import language_options, language_training
from regard.training.generate_texts import TextParts, fingerprint, read_texts, text_of
from regard.training.language import METRIC, Generating
from regard.training.loop import Job, Loop, Outcome
from regard.training.position import Position
from regard.training.progress import Watcher
from regard.training.record import training_record
from regard.training.resume import check_folder, clear, goes_on, is_finished
from regard.training.start import generator_to_begin_with, start_fingerprint
from regard.training.workers import holding


class TrainedGenerator(NamedTuple):
    """A generator, how its training ended, the folder it is in, and the lines it learned from."""

    model: Generator
    outcome: Outcome
    folder: Path
    parts: TextParts


def train_generator(config: GenerateConfig, watcher: Watcher, parts: TextParts | None = None) -> TrainedGenerator:
    """Trains as `config` says, tells the watcher, and leaves the model in its folder.

    `parts` instead of files, for lines that are already here. Raises DataError, OptionError, FolderError with what is
    wrong; KeyboardInterrupt is let through once a checkpoint is written. The same call again goes on, or finds the
    model finished.
    """
    if not config.model:
        raise OptionError("train: needs a folder for the model", got="no --model", hint="--model DIR")
    folder = Path(config.model)
    check_folder(folder, config.overwrite)
    check_generate(config)
    parts = parts or read_texts(config, watcher)
    request = {**asdict(config), "kind": "generate", "data_fingerprint": fingerprint(config, parts)}
    request |= start_fingerprint(config)
    with holding(folder):
        going_on = goes_on(folder, request, asdict(GenerateConfig()), config.overwrite)
        if going_on and is_finished(folder, request):
            watcher.say("This training is finished already; more --epochs, --steps or --max-minutes go on with it.")
            return finished(config, parts)
        task = task_of(config, parts)
        watcher.say(described(task, parts.train))
        loop = Loop(Job(task, task.options, folder, request), watcher)
        if config.overwrite:
            clear(folder)
        outcome = loop.run(going_on)
        save_generator(
            task.model, folder, training_record(asdict(config), task.options, outcome, request["data_fingerprint"])
        )
        (folder / "card.md").write_text(generator_card(task, outcome, parts.train), encoding="utf-8")
        loop.close()
    return TrainedGenerator(task.model, outcome, folder, parts)


def generator_in_memory(config: GenerateConfig, watcher: Watcher, parts: TextParts) -> tuple[Generator, dict[str, Any]]:
    """As `train_generator`, but nothing is written: the model, and what its folder would say of the training."""
    check_generate(config)
    task = task_of(config, parts)
    watcher.say(described(task, parts.train))
    outcome = Loop(Job(task, task.options, None, {}), watcher).run()
    return task.model, training_record(asdict(config), task.options, outcome, fingerprint(config, parts))


def task_of(config: GenerateConfig, parts: TextParts) -> Generating:
    """A generator, with fresh weights drawn from the seed or those of `--from`, and the task that will train it."""
    started = generator_to_begin_with(config)
    text = text_of(config, parts.train) if started is None else started.text
    train, valid = (stream_of(text, lines, config.each_line) for lines in (parts.train, parts.valid))
    model = started or fresh(config, text, len(train))
    return Generating(model, train, valid, language_training(config, len(train)))


def fresh(config: GenerateConfig, text: Text, tokens: int) -> Generator:
    """A generator with fresh weights, drawn from the seed."""
    torch.manual_seed(config.seed)
    return Generator(text, build_language(language_options(config, tokens), text.size), config.each_line)


def finished(config: GenerateConfig, parts: TextParts) -> TrainedGenerator:
    """The training that the folder holds, as it ended."""
    folder = Path(config.model)
    model, told = load_generator(folder)
    position = Position(step=told.get("steps", 0), seconds=60 * told.get("minutes", 0.0), finished=True)
    outcome = Outcome(told.get("chosen", ""), told.get("scores", {}), METRIC, position, "as before")
    return TrainedGenerator(model, outcome, folder, parts)
