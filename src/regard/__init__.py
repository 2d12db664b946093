"""regard learns from anything that is a set of vectors, with any attention, and shows what it read."""

from regard.attend import Plan, Read, attend, observed, plan, weights
from regard.errors import DataError, FolderError, MissingError, OptionError, RegardError, ShapeError
from regard.mechanisms.masks import Causal, Padding
from regard.mechanisms.normalizers import Softmax
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Dot

__version__ = "0.1.0"

__all__ = [
    "Additive",
    "Bilinear",
    "Causal",
    "Cosine",
    "DataError",
    "Dot",
    "FolderError",
    "MissingError",
    "OptionError",
    "Padding",
    "Plan",
    "Read",
    "RegardError",
    "ShapeError",
    "Softmax",
    "attend",
    "observed",
    "plan",
    "weights",
]
