"""The architectures that are trained, whoever trains them."""

from typing import NamedTuple

VOCABULARY = 8000
SMOOTHING = 0.1


class Shape(NamedTuple):
    """A transformer's layers on each side, width, heads, feed-forward width and dropout."""

    layers: int
    width: int
    heads: int
    feed_forward: int
    dropout: float

    @property
    def title(self) -> str:
        """`3 + 3 × 256`."""
        return f"{self.layers} + {self.layers} × {self.width}"


SMALL, MEDIUM = Shape(4, 128, 4, 256, 0.3), Shape(3, 256, 4, 1024, 0.1)
RECURRENT_WIDTH = 128
