"""Every number between vectors and an answer: recomputed, compared, and said in words."""

from regard.inspect.explain.door import explain
from regard.inspect.explain.examples import classic, learning, learning_of, translator
from regard.inspect.explain.steps import Explained, Step, Table

__all__ = ["Explained", "Step", "Table", "classic", "explain", "learning", "learning_of", "translator"]
