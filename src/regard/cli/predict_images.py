"""`regard predict MODEL [IMAGES]` for a generator of images: new ones, or the rest of those that are given."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regard.cli.evaluate_images import load
from regard.cli.flags import parse
from regard.cli.model import FolderChoices
from regard.data.files import shown
from regard.decoding.sampling import Sampling
from regard.errors import OptionError
from regard.inputs.image.canvas import Levels
from regard.inputs.image.grids import grid, write_png
from regard.models.painter import Painter
from regard.training.paint_images import images_of


@dataclass(kw_only=True)
class PredictImagesConfig(FolderChoices):
    """The flags of `regard predict` for a generator of images."""

    input: str = ""
    """images whose upper rows are given: an IDX file, a folder, an .npy file; without any, images are all new"""
    given: str = "none"
    """of the images, which rows are kept: half, a number of rows from the top, or none where there are no images"""
    count: int = 16
    """how many images are painted: new ones, or of those that are given the first"""
    png: str = ""
    """file to write as a grid; with given rows, each line is an image, what is given of it, and what was painted"""
    npy: str = ""
    """file to write as an array (images, rows, columns) of 8 bits"""
    each: int = 1
    """how often each of the given images is gone on with"""
    columns: int = 8
    """new images in a line of the grid"""
    zoom: int = 3
    """pixels of the grid's side for one of the image's"""
    temperature: float = Sampling.temperature
    """above 1 draws unlikelier levels more often, below 1 less often; 0 always takes the likeliest"""
    top_k: int = Sampling.top_k
    """draw from so many of the likeliest levels alone; 0 is all"""
    top_p: float = Sampling.top_p
    """draw from the fewest levels alone that have this probability together"""
    seed: int = Sampling.seed
    """the same seed draws the same again"""
    window: int = 64
    """images drawn together; they do not depend on it"""


def run(words: Sequence[str]) -> int:
    """Paints and writes; says how long it took."""
    about = "Paints images pixel by pixel: new ones, or the lower part of those that are given."
    config = parse("predict", PredictImagesConfig, words, ["model", "input"], about)
    _check(config)
    how = Sampling(config.temperature, config.top_k, config.top_p, config.seed)
    model = load(config)
    rows = rows_given(config.given, model.canvas.rows, bool(config.input))
    whole = _images(model, config)
    given = whole[:, : rows * model.canvas.columns].repeat(config.each, 0)
    started = time.perf_counter()
    painted = model.canvas.shown(model.paint(given, how, rows=config.window))
    seconds = time.perf_counter() - started
    if config.npy:
        Path(config.npy).parent.mkdir(parents=True, exist_ok=True)
        with Path(config.npy).open("wb") as file:
            np.save(file, painted, allow_pickle=False)
    if config.png and config.input:
        write_png(Path(config.png), grid(_beside(model, whole, painted, rows), 2 + config.each, config.zoom))
    elif config.png:
        write_png(Path(config.png), grid(painted, min(config.columns, len(painted)), config.zoom))
    files = " and ".join(each for each in (config.png, config.npy) if each)
    told = f"{len(painted):,} images of {model.canvas.rows} × {model.canvas.columns} pixels in {seconds:.1f} s: {files}"
    print(told, file=sys.stderr)
    return 0


def rows_given(given: str, rows: int, images: bool) -> int:
    """How many rows of each image are kept. Raises OptionError unless there are images to keep them of, and fewer."""
    if not images:
        if given != "none":
            hint = f"regard predict MODEL IMAGES --given {given}"
            raise OptionError("--given: needs images to keep rows of", got=f"--given {given}, no images", hint=hint)
        return 0
    if given == "half":
        return rows // 2
    if not given.isascii() or not given.isdecimal() or not 1 <= int(given) < rows:
        rule = f"--given: must be half, or from 1 to {rows - 1} rows of an image"
        raise OptionError(rule, got=given, hint="--given half, or no images to have new ones")
    return int(given)


def _check(config: PredictImagesConfig) -> None:
    if not config.png and not config.npy:
        hint = "--png new.png"
        raise OptionError("regard predict: images go to a file", got="neither --png nor --npy", hint=hint)
    for name in ("count", "each", "columns", "zoom", "window"):
        if getattr(config, name) < 1:
            got = str(getattr(config, name))
            raise OptionError(f"regard predict: --{name} is at least 1", got=got, hint="leave it out")
    if config.each > 1 and not config.input:
        rule = "--each: is of images that are given"
        raise OptionError(rule, got=f"--each {config.each}, no images", hint=f"--count {config.count * config.each}")


def _images(model: Painter, config: PredictImagesConfig) -> Levels:
    """The levels of the images to go on with; nothing of so many without any."""
    if not config.input:
        return np.empty((config.count, 0), np.uint8)
    return model.canvas.told(images_of([config.input])[: config.count], shown(config.input))


def _beside(model: Painter, whole: Levels, painted: Levels, rows: int) -> Levels:
    """Of each image a line: itself, its given rows on mid grey, what was painted."""
    own = model.canvas.shown(whole)
    begun = own.copy()
    begun[:, rows:] = 160
    each = painted.reshape(len(own), -1, *own.shape[1:])
    return np.concatenate((own[:, None], begun[:, None], each), 1).reshape(-1, *own.shape[1:])
