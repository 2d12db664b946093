"""scikit-learn's contract over sets of vectors: the constructor stores, `fit` learns, learned names end in `_`."""

from regard import errors

try:
    from regard.estimators.classifier import AttentionClassifier
    from regard.estimators.generator import AttentionGenerator
    from regard.estimators.labeler import AttentionLabeler
    from regard.estimators.regressor import AttentionRegressor
    from regard.estimators.translator import AttentionTranslator
except ModuleNotFoundError as error:
    if not (error.name or "").startswith("sklearn"):
        raise
    raise errors.missing("estimators", "scikit-learn", "learn") from error

__all__ = [
    "AttentionClassifier",
    "AttentionGenerator",
    "AttentionLabeler",
    "AttentionRegressor",
    "AttentionTranslator",
]
