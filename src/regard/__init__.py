"""regard learns from anything that is a set of vectors, with any attention, and shows what it read."""

__version__ = "0.1.0"
