"""From grey images to a generator of images in a folder: read, train, choose weights, save."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch

from regard.errors import OptionError
from regard.folder.painter import KIND, load_painter, save_painter
from regard.inputs.image import Canvas
from regard.models.painter import FIRST, Painter
from regard.networks.language import build_language
from regard.training.generate_checks import check_paint
from regard.training.generate_config import GenerateConfig
from regard.training.loop import Job, Loop, Outcome
from regard.training.paint_card import described, painter_card
from regard.training.paint_defaults import LEVELS, paint_options, paint_training
from regard.training.paint_images import ImageParts, fingerprint, read_parts
from regard.training.painting import METRIC, Painting
from regard.training.position import Position
from regard.training.progress import Watcher
from regard.training.record import training_record
from regard.training.resume import check_folder, clear, goes_on, is_finished
from regard.training.workers import holding


class TrainedPainter(NamedTuple):
    """A generator of images, how its training ended, the folder it is in, and the images it learned from."""

    model: Painter
    outcome: Outcome
    folder: Path
    parts: ImageParts


def train_painter(config: GenerateConfig, watcher: Watcher) -> TrainedPainter:
    """As `train_generator`, of images. Raises DataError, too, unless all images are grey and of one size."""
    if not config.model:
        raise OptionError("train: needs a folder for the model", got="no --model", hint="--model DIR")
    folder = Path(config.model)
    check_folder(folder, config.overwrite)
    check_paint(config)
    parts = read_parts(config, watcher)
    request = {**asdict(config), "kind": KIND, "data_fingerprint": fingerprint(parts)}
    with holding(folder):
        going_on = goes_on(folder, request, asdict(GenerateConfig()), config.overwrite)
        if going_on and is_finished(folder, request):
            watcher.say("This training is finished already; more --epochs, --steps or --max-minutes go on with it.")
            return finished(folder, parts)
        task = task_of(config, parts)
        watcher.say(described(task))
        loop = Loop(Job(task, task.options, folder, request), watcher)
        if config.overwrite:
            clear(folder)
        outcome = loop.run(going_on)
        record = training_record(asdict(config), task.options, outcome, request["data_fingerprint"])
        save_painter(task.model, folder, record)
        (folder / "card.md").write_text(painter_card(task, outcome), encoding="utf-8")
        loop.close()
    return TrainedPainter(task.model, outcome, folder, parts)


def painter_in_memory(config: GenerateConfig, watcher: Watcher, parts: ImageParts) -> tuple[Painter, dict[str, Any]]:
    """As `train_painter`, but nothing is written: the model, and what its folder would say of the training."""
    check_paint(config)
    task = task_of(config, parts)
    watcher.say(described(task))
    outcome = Loop(Job(task, task.options, None, {}), watcher).run()
    return task.model, training_record(asdict(config), task.options, outcome, fingerprint(parts))


def task_of(config: GenerateConfig, parts: ImageParts) -> Painting:
    """A generator of images with fresh weights, drawn from the seed, and the task that will train it."""
    canvas = Canvas.of(parts.train, config.levels or LEVELS, config.shrink or 1)
    train, valid = (canvas.told(images, where) for images, where in ((parts.train, "data"), (parts.valid, "--valid")))
    torch.manual_seed(config.seed)
    network = build_language(paint_options(config, canvas, train.size), FIRST + canvas.levels)
    return Painting(Painter(canvas, network), train, valid, paint_training(config, train.size))


def finished(folder: Path, parts: ImageParts) -> TrainedPainter:
    """The training that the folder holds, as it ended."""
    model, told = load_painter(folder)
    position = Position(step=told.get("steps", 0), seconds=60 * told.get("minutes", 0.0), finished=True)
    outcome = Outcome(told.get("chosen", ""), told.get("scores", {}), METRIC, position, "as before")
    return TrainedPainter(model, outcome, folder, parts)
