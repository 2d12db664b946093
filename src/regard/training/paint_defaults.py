"""What follows the images where nobody chose, for generators of images."""

from regard.checks import unknown
from regard.inputs.image import Canvas
from regard.networks.base import NetworkOptions
from regard.training.choosing import chosen
from regard.training.devices import device, precision
from regard.training.generate_config import GenerateConfig
from regard.training.generate_defaults import RATES, RECURRENT_RATES, RECURRENTS, TRANSFORMERS, epochs_for
from regard.training.options import TrainingOptions
from regard.training.painting import METRIC

LEVELS = 256
"""Shades of grey that are told apart: all of 8 bits."""
BATCH = 4096
"""Pixels of a batch: five images of 28 × 28."""


def size_for(pixels: int) -> str:
    """Small below 100,000,000 pixels of training images, else medium."""
    return "small" if pixels < 100_000_000 else "medium"


def paint_options(config: GenerateConfig, canvas: Canvas, pixels: int) -> NetworkOptions:
    """The network asked for, with the rest as the number of pixels suggests."""
    recurrent = config.network == "recurrent"
    table = RECURRENTS if recurrent else TRANSFORMERS
    name = config.size or size_for(pixels)
    if name not in table:
        raise unknown("size", name, list(table))
    follow = {
        **table[name],
        "attention": "none" if recurrent else NetworkOptions.attention,
        "positions": "sinusoidal" if recurrent else "learned",
        "dropout": 0.0,
        **chosen(config, NetworkOptions),
    }
    return NetworkOptions(**{**follow, "longest": canvas.pixels, "columns": canvas.columns})


def paint_training(config: GenerateConfig, pixels: int) -> TrainingOptions:
    """The training asked for, with the rest as the number of pixels suggests."""
    epochs = epochs_for(pixels) if config.epochs is None else config.epochs
    batch = BATCH if config.batch_tokens is None else config.batch_tokens
    updates = epochs * max(1, pixels // max(batch, 1)) // max(config.accumulate, 1)
    where = device(config.device)
    recurrent = config.network == "recurrent"
    follow = {
        "epochs": epochs,
        "batch_tokens": batch,
        "learning_rate": (RECURRENT_RATES if recurrent else RATES)[config.size or size_for(pixels)],
        "warmup": min(200, updates // 20),
        "validate_epochs": 1,
    }
    exact = "fp32" if recurrent and config.precision == "auto" else precision(config.precision, where)
    known = {"metric": METRIC, "device": where, "precision": exact}
    return TrainingOptions(**{**follow, **chosen(config, TrainingOptions), **known})
