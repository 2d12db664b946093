"""Images into patches: files and arrays of any size, grey or coloured."""

from regard.inputs.image.canvas import Canvas, grey_images
from regard.inputs.image.input import ImageInput
from regard.inputs.image.options import ImageOptions
from regard.inputs.image.pixels import Pixels, read_pixels

__all__ = ["Canvas", "ImageInput", "ImageOptions", "Pixels", "grey_images", "read_pixels"]
