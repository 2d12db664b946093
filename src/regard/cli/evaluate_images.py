"""`regard evaluate MODEL IMAGES…` for a generator of images: bits for each pixel."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from regard.cli.flags import parse
from regard.cli.model import FolderChoices
from regard.data.files import shown
from regard.errors import OptionError
from regard.folder.painter import load_painter
from regard.metrics.likelihood import bits_per, nats_per
from regard.models.painter import PIXELS, Painter
from regard.training.devices import device
from regard.training.paint_images import images_of


@dataclass(kw_only=True)
class EvaluateImagesConfig(FolderChoices):
    """The flags of `regard evaluate` for a generator of images."""

    data: list[str] = field(default_factory=list)
    """grey images of the training's size: an IDX file, a folder, an .npy file"""
    batch_tokens: int = PIXELS
    """pixels read together; the scores do not depend on it"""


def run(words: Sequence[str]) -> int:
    """Reads, prints scores to standard output."""
    about = "Tells how likely images are to a model."
    config = parse("evaluate", EvaluateImagesConfig, words, ["model", "data"], about)
    if not config.data:
        hint = f"regard evaluate {config.model} IMAGES"
        raise OptionError("regard evaluate: needs images", got="none", hint=hint)
    if config.batch_tokens < 1:
        raise OptionError("--batch-tokens: is at least 1", got=str(config.batch_tokens), hint="leave it out")
    model = load(config)
    canvas = model.canvas
    levels = canvas.told(images_of(config.data), shown(config.data[0]))
    print(f"{len(levels):,} images, {canvas.rows} rows of {canvas.columns} pixels in {canvas.levels} levels of grey")
    nats = model.nats(levels, config.batch_tokens).tolist()
    for metric in (bits_per("dimension"), nats_per("dimension")):
        print(metric.score([canvas.pixels] * len(nats), nats))
    return 0


def load(choices: FolderChoices) -> Painter:
    """The model, where it is to run. Raises OptionError for a device that is not there, FolderError for the folder."""
    where = device(choices.device)
    model, _ = load_painter(Path(choices.model))
    model.network.to(where)
    return model
