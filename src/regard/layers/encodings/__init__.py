"""Where a vector stands, added to the vector itself: in a sequence, in an image, in a graph. Sets need none."""

from regard.layers.encodings.graphs import laplacian_eigenvectors, random_signs, return_probabilities
from regard.layers.encodings.images import GridPositions, LearnedGrid
from regard.layers.encodings.raster import LearnedRaster
from regard.layers.encodings.sequences import LearnedPositions, Sinusoidal, positions_in, sinusoids

__all__ = [
    "GridPositions",
    "LearnedGrid",
    "LearnedPositions",
    "LearnedRaster",
    "Sinusoidal",
    "laplacian_eigenvectors",
    "positions_in",
    "random_signs",
    "return_probabilities",
    "sinusoids",
]
