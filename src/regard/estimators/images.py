"""What `AttentionGenerator` does with images: which X they are, new ones, and the rest of those that are given."""

from pathlib import Path
from typing import Any

import numpy as np

from regard.decoding.sampling import Sampling
from regard.errors import OptionError
from regard.folder.generator import load_generator, save_generator
from regard.folder.painter import KIND, load_painter, save_painter
from regard.folder.record import read_record
from regard.inputs.image import grey_images
from regard.inputs.image.canvas import Levels
from regard.models.generator import Generator
from regard.models.painter import Painter
from regard.training.paint_images import ImageParts, set_aside


def are_images(X: Any) -> bool:
    """Whether this is an array with axes, or a list of what is no text: images, if anything."""
    if isinstance(X, np.ndarray):
        return X.ndim > 1
    return isinstance(X, list | tuple) and len(X) > 0 and not isinstance(X[0], str)


def image_parts(X: Any, valid: Any, share: float | None, seed: int) -> ImageParts:
    """The images to train on and to validate on; DataError for what is no grey image, or of another size."""
    images = grey_images(X, "X")
    if valid is not None:
        return ImageParts(images, grey_images(valid, "valid"))
    if share == 0 or len(images) < 10:
        return ImageParts(images, images)
    return ImageParts(*set_aside(images, seed, None if share is None else max(1, round(share * len(images)))))


def painted(model: Painter, count: int, how: Sampling) -> Levels:
    """So many new images (count, rows, columns)."""
    return model.canvas.shown(model.paint(np.empty((count, 0), np.uint8), how))


def completed(model: Painter, X: Any, given: float, how: Sampling) -> Levels:
    """Images whose upper rows, this share of them, are those of X, with the others painted anew."""
    rows = round(given * model.canvas.rows)
    if not 0 < rows < model.canvas.rows:
        rule = "complete: given is a share of the rows that leaves some to paint"
        raise OptionError(rule, got=f"{given}, {rows} of {model.canvas.rows} rows", hint="0.5")
    levels = model.canvas.told(grey_images(X, "X"), "X")
    return model.canvas.shown(model.paint(levels[:, : rows * model.canvas.columns], how))


def nats_a_pixel(model: Painter, X: Any) -> "np.ndarray[Any, Any]":
    """The nats of each image, for each of its pixels (images,)."""
    nats: np.ndarray[Any, Any] = model.nats(model.canvas.told(grey_images(X, "X"), "X"))
    return nats / model.canvas.pixels


def save_either(model: Generator | Painter, folder: Path, record: dict[str, Any]) -> None:
    """The model folder of a generator of texts or of images."""
    if isinstance(model, Painter):
        save_painter(model, folder, record)
    else:
        save_generator(model, folder, record)


def load_either(folder: Path) -> tuple[Generator | Painter, dict[str, Any]]:
    """The model of such a folder, and its record; FolderError for one of another kind."""
    return load_painter(folder) if read_record(folder)["kind"] == KIND else load_generator(folder)
