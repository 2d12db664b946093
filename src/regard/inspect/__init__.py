"""Looking inside: what a model has read, what that was worth, and how it is drawn."""

from regard.inspect.looks import Look
from regard.inspect.opening import look

__all__ = ["Look", "look"]
