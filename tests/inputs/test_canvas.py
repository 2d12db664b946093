"""A canvas: images as levels and back, and what is refused."""

import re

import numpy as np
import pytest

from regard.errors import DataError, OptionError
from regard.inputs.image import Canvas, grey_images
from regard.inputs.image.grids import grid

GREYS = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)


@pytest.mark.parametrize("levels", [2, 3, 16, 100, 255, 256])
def test_levels_are_evenly_many_greys_and_come_back(levels: int) -> None:
    canvas = Canvas.of(GREYS, levels, 1)
    told = canvas.told(GREYS, "X")
    shown = canvas.shown(told)
    assert told.min() == 0 and told.max() == levels - 1 and (np.diff(told.astype(int)) >= 0).all()
    assert np.ptp(np.bincount(told[0])) <= 1
    assert (canvas.told(shown, "X") == told).all() and (shown[0, 0, 0], shown[0, -1, -1]) == (0, 255)
    assert np.abs(shown.astype(int) - GREYS).max() <= 256 / levels


def test_shrinking_takes_the_mean_of_squares() -> None:
    image = np.array([[[0, 10, 255, 255], [20, 30, 255, 255]]], np.uint8)
    canvas = Canvas.of(image, 256, 2)
    assert (canvas.rows, canvas.columns, canvas.told(image, "X").tolist()) == (1, 2, [[15, 255]])


def test_images_are_gathered_and_refused_by_name() -> None:
    one = np.zeros((2, 3), np.uint8)
    assert grey_images([one, one[:, :, None]], "X").shape == (2, 2, 3)
    with pytest.raises(DataError, match=re.escape("X, item 2: images must have one size")):
        grey_images([one, one.T], "X")
    with pytest.raises(DataError, match=re.escape("X, item 1: images must be grey")):
        grey_images(np.zeros((2, 4, 4, 3), np.uint8), "X")
    with pytest.raises(DataError, match="X: must hold images"):
        grey_images([], "X")
    with pytest.raises(OptionError, match="from 2 to 16,384"):
        Canvas(rows=200, columns=200)


def test_a_grid_has_a_line_around_each_image() -> None:
    whole = grid(np.zeros((3, 2, 2), np.uint8), columns=2, zoom=2)
    assert whole.shape == (14, 14) and (whole[:2] == 255).all() and not whole[2:6, 2:6].any()
    assert (whole[8:12, 8:12] == 255).all()
