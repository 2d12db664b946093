"""scikit-learn's contract over sets of vectors: the constructor stores, `fit` learns, learned names end in `_`."""

from regard.estimators.classifier import AttentionClassifier
from regard.estimators.labeler import AttentionLabeler
from regard.estimators.regressor import AttentionRegressor

__all__ = ["AttentionClassifier", "AttentionLabeler", "AttentionRegressor"]
