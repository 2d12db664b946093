"""regard learns from anything that is a set of vectors, with any attention, and shows what it read."""

import typing

from regard.attend import Plan, attend, observed, plan
from regard.binding import Bound, bind
from regard.errors import DataError, FolderError, MissingError, OptionError, RegardError, ShapeError
from regard.kernels.linear_state import LinearState
from regard.mechanisms import masks
from regard.mechanisms.features import EluPlusOne, RandomFeatures, Rectified
from regard.mechanisms.masks import (
    Blocks,
    Causal,
    Dense,
    Documents,
    Edges,
    Global,
    Keys,
    Padding,
    PerHead,
    Strided,
    Window,
)
from regard.mechanisms.normalizers import (
    Entmax,
    Normalized,
    Plain,
    ReLU,
    Sigmoid,
    Softmax,
    SoftmaxWithSink,
    Sparsemax,
    SquaredReLU,
    TopK,
)
from regard.mechanisms.positions import Alibi, Bias, EdgeBias, RelativeBias, RelativeKeys, Rotary
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features
from regard.reading import Read, Summary, summary, weights
from regard.recurring import recur

if typing.TYPE_CHECKING:
    from regard.comparing import Compared, compare
    from regard.estimators import (
        AttentionClassifier,
        AttentionGenerator,
        AttentionLabeler,
        AttentionRegressor,
        AttentionTranslator,
    )
    from regard.inspect.explain import Explained, explain

__version__ = "0.1.0"

_ESTIMATORS = (
    "AttentionClassifier",
    "AttentionGenerator",
    "AttentionLabeler",
    "AttentionRegressor",
    "AttentionTranslator",
)
"""Names that need scikit-learn, which is imported when one of them is first asked for."""

_COMPARING = ("Compared", "compare")
"""Names that need whatever trains."""

_EXPLAINING = ("Explained", "explain")
"""Names that need models, whatever they read."""

__all__ = [
    "Additive",
    "Alibi",
    "AttentionClassifier",
    "AttentionGenerator",
    "AttentionLabeler",
    "AttentionRegressor",
    "AttentionTranslator",
    "Bias",
    "Bilinear",
    "Blocks",
    "Bound",
    "Causal",
    "Compared",
    "Cosine",
    "DataError",
    "Dense",
    "Distance",
    "Documents",
    "Dot",
    "EdgeBias",
    "Edges",
    "EluPlusOne",
    "Entmax",
    "Explained",
    "Features",
    "FolderError",
    "Global",
    "Keys",
    "LinearState",
    "MissingError",
    "Normalized",
    "OptionError",
    "Padding",
    "PerHead",
    "Plain",
    "Plan",
    "RandomFeatures",
    "ReLU",
    "Read",
    "Rectified",
    "RegardError",
    "RelativeBias",
    "RelativeKeys",
    "Rotary",
    "ShapeError",
    "Sigmoid",
    "Softmax",
    "SoftmaxWithSink",
    "Sparsemax",
    "SquaredReLU",
    "Strided",
    "Summary",
    "TopK",
    "Window",
    "attend",
    "bind",
    "compare",
    "explain",
    "masks",
    "observed",
    "plan",
    "recur",
    "summary",
    "weights",
]


def __getattr__(name: str) -> typing.Any:
    if name in _COMPARING:
        from regard import comparing

        return getattr(comparing, name)
    if name in _EXPLAINING:
        from regard.inspect import explain as package

        return getattr(package, name)
    if name not in _ESTIMATORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from regard import estimators

    return getattr(estimators, name)
