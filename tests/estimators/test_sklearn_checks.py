"""scikit-learn's own checks of an estimator: those that hold, and those that cannot, by name and reason."""

from functools import partial
from typing import Any

import pytest
from expected_failed_checks import EXPECTED, SOMETIMES, TRAINED
from sklearn.utils.estimator_checks import estimator_checks_generator

from regard import AttentionClassifier, AttentionRegressor

SMALL = {"input": "vectors", "width": 8, "layers": 1, "heads": 2, "feed_forward": 8, "learning_rate": 0.03}


def checks() -> list[Any]:
    """Every check with an estimator; one that is expected to fail must fail, or its entry is out of date."""
    found = []
    for kind in (AttentionClassifier, AttentionRegressor):
        for estimator, check in estimator_checks_generator(kind(**SMALL, epochs=1), expected_failed_checks=None):
            assert isinstance(check, partial)
            name = check.func.__name__
            reason = EXPECTED[kind.__name__].get(name)
            marks = [pytest.mark.xfail(reason=reason, strict=name not in SOMETIMES)] if reason else []
            marks += [pytest.mark.slow] if name in TRAINED else []
            found.append(pytest.param(estimator, check, name, marks=marks, id=f"{kind.__name__}-{name}"))
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("estimator", "check", "name"), checks())
def test_check_of_scikit_learn(estimator: Any, check: Any, name: str) -> None:
    check(estimator.set_params(epochs=15) if name in TRAINED else estimator)
