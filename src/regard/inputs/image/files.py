"""Image files and Pillow's images as arrays of pixels; the size is known before any pixel is unpacked."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.data.files import shown
from regard.data.recorded import SUFFIXES, check_file
from regard.errors import DataError, missing

GREY = ("1", "L", "LA", "La")
DEEP = ("I;16", "I;16B", "I;16L")
WITH_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")


def read_image(path: Path, longest: int) -> NDArray[Any]:
    """The pixels of a PNG or JPEG file, turned as its EXIF data say; see `from_pillow`.

    Raises DataError unless it is a whole file with sides of at most `longest` pixels, which its header tells.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise missing("image files", "pillow", "image") from error
    check_file(path)
    if path.suffix.lower() not in SUFFIXES["image"]:
        hint = f"convert it: magick {shown(path)} {shown(path.stem)}.png"
        rule = f"{shown(path)}: images are {' '.join(SUFFIXES['image'])}"
        raise DataError(rule, got=f"the suffix {path.suffix!r}", hint=hint)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                check_size(image.height, image.width, shown(path), longest)
                return from_pillow(image, shown(path))
        except DataError:
            raise
        except Exception as error:  # broken files lead Pillow's decoders to errors of any kind
            hint = f"copy it again, or see what it is: file {shown(path)}"
            got = " ".join(str(error).split())[:200] or type(error).__name__
            raise DataError(f"{shown(path)}: must be a whole PNG or JPEG file", got=got, hint=hint) from error


def check_size(rows: int, columns: int, where: str, longest: int) -> None:
    """Raises DataError for an image without pixels, or with a side of more than `longest`."""
    if not rows or not columns:
        hint = "remove it, or check what was to write it"
        raise DataError(f"{where}: an image must hold pixels", got=f"{rows} rows, {columns} columns", hint=hint)
    if max(rows, columns) > longest:
        got = f"{rows:,} rows, {columns:,} columns"
        hint = f"make it smaller: image.thumbnail(({longest}, {longest})); or allow more pixels by `longest`"
        raise DataError(f"{where}: a side may have {longest:,} pixels", got=got, hint=hint)


def from_pillow(image: Any, where: str) -> NDArray[Any]:
    """Pixels (rows, columns) or (rows, columns, 3) of uint8, or uint16 of a grey image with 16 bits.

    Palettes become colours; what is transparent is shown on white; colours of more than 8 bits come with 8, for Pillow
    has no more. Raises DataError for moving pictures and for floats, whose scale a file does not tell.
    """
    from PIL import Image, ImageOps

    if image.format == "PNG" and getattr(image, "n_frames", 1) > 1:
        hint = "save the frame that is meant"
        raise DataError(f"{where}: an image must not move", got=f"{image.n_frames:,} frames", hint=hint)
    if image.mode in ("F", "I"):
        hint = "give an array: numpy.asarray(image)"
        raise DataError(f"{where}: pixels must have 8 or 16 bits", got=f"Pillow's mode {image.mode}", hint=hint)
    image = ImageOps.exif_transpose(image)
    if image.mode in DEEP:
        return np.asarray(image).astype(np.uint16)
    form = "L" if image.mode in GREY else "RGB"
    if image.mode in WITH_ALPHA or "transparency" in image.info:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return np.asarray(image.convert(form))
