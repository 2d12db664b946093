"""A mechanism becomes a request: every score is brought to one of two kinds, every mask to numbers."""

from regard.lowering.request import Asked, lower

__all__ = ["Asked", "lower"]
