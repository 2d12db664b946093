"""Estimators beside scikit-learn's own tools: pipelines, searches, clones, files, and names of classes of any type."""

import importlib
import pickle
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
import torch
from error_form import three_lines
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from regard import AttentionClassifier, AttentionLabeler, AttentionRegressor
from regard.errors import DataError, FolderError, OptionError, RegardError

RANDOM = np.random.default_rng(3)
SMALL: dict[str, Any] = {"width": 8, "layers": 1, "heads": 2, "feed_forward": 8, "epochs": 3, "random_state": 1}
TRAINED: dict[str, Any] = {**SMALL, "epochs": 15, "learning_rate": 0.03}


def sets(count: int, level: float = 3.0) -> tuple[list[Any], list[str]]:
    """Sets (n, 2) of unequal sizes, whose mean tells their class."""
    names = ["low", "high"] * (count // 2)
    items = [RANDOM.normal(level * (name == "high"), 1, (2 + i % 4, 2)) for i, name in enumerate(names)]
    return items, names


X, Y = sets(40)


def test_what_is_learned_has_names_with_an_underscore_and_fit_gives_itself_back() -> None:
    model = AttentionClassifier(**SMALL)
    before = set(vars(model))
    assert model.fit(X, Y) is model
    assert {name for name in vars(model).keys() - before if not name.endswith("_")} == set()
    assert model.classes_.tolist() == ["high", "low"] and model.n_features_in_ == 2
    assert [line["epoch"] for line in model.history_] == [1, 2, 3]


@pytest.mark.parametrize("kind", [AttentionClassifier, AttentionRegressor, AttentionLabeler])
@pytest.mark.parametrize("ask", ["predict", "transform", "encode", "save"])
def test_what_is_not_fitted_says_so(kind: Any, ask: str) -> None:
    with pytest.raises(NotFittedError, match="must be fitted first\n  got  "):
        getattr(kind(), ask)("x" if ask == "save" else X)


def test_the_same_seed_gives_the_same_answers_whatever_was_drawn_before() -> None:
    torch.manual_seed(5)
    drawn = torch.get_rng_state()
    first = AttentionClassifier(**SMALL).fit(X, Y).predict_proba(X)
    assert torch.equal(torch.get_rng_state(), drawn)
    torch.rand(3)
    assert np.array_equal(AttentionClassifier(**SMALL).fit(X, Y).predict_proba(X), first)
    other = AttentionClassifier(**{**SMALL, "random_state": np.random.RandomState(7)}).fit(X, Y).predict_proba(X)
    assert not np.array_equal(other, first)


def test_it_is_silent_unless_it_is_asked_to_speak(capfd: pytest.CaptureFixture[str]) -> None:
    model = AttentionClassifier(**SMALL).fit(X, Y)
    model.predict(X)
    assert capfd.readouterr() == ("", "")
    model.set_params(verbose=1).fit(X, Y)
    out, err = capfd.readouterr()
    assert "epoch 3  loss" in out and "Network: transformer" in out and err == ""


def test_clone_copies_choices_alone() -> None:
    model = AttentionClassifier(**SMALL, attention="additive").fit(X, Y)
    copied = clone(model)
    assert copied.get_params() == model.get_params() and not hasattr(copied, "model_")


def test_a_fresh_fit_forgets_and_a_warm_start_goes_on() -> None:
    model = AttentionClassifier(**TRAINED).fit(X, Y)
    first = model.history_[-1]["valid_loss"]
    assert model.fit(X, Y).history_[-1]["valid_loss"] == first
    model.set_params(warm_start=True, epochs=1, learning_rate=1e-6, validation=0).fit(X, Y)
    assert (
        model.history_[0]["train_loss"]
        < AttentionClassifier(**{**SMALL, "epochs": 1}).fit(X, Y).history_[0]["train_loss"]
    )


def test_a_warm_start_leaves_the_old_model_as_it_is_if_it_fails() -> None:
    model = AttentionClassifier(**SMALL, warm_start=True).fit(X, Y)
    before = model.predict_proba(X)
    with pytest.raises(DataError) as caught:
        model.fit(X, ["low", "new"] * 20)
    three_lines(caught.value, ("a class that was there in training", "'new'", "one of high, low"))
    assert np.array_equal(model.predict_proba(X), before)


@pytest.mark.parametrize(
    ("change", "words"), [({"width": 16}, "width 8 → 16"), ({"pooling": "mean"}, "pooling 'attention' → 'mean'")]
)
def test_a_warm_start_with_another_network_is_refused(change: dict[str, Any], words: str) -> None:
    model = AttentionClassifier(**SMALL, warm_start=True).fit(X, Y)
    with pytest.raises(OptionError) as caught:
        model.set_params(**change).fit(X, Y)
    three_lines(caught.value, ("warm_start", words))


def test_partial_fit_goes_on_by_one_pass() -> None:
    model = AttentionClassifier(**{**SMALL, "learning_rate": 0.03})
    model.partial_fit(X[:10], Y[:10], classes=["high", "low", "middle"])
    assert model.classes_.tolist() == ["high", "low", "middle"] and len(model.history_) == 1
    for _ in range(12):
        model.partial_fit(X, Y)
    assert len(model.history_) == 13 and model.score(X, Y) > 0.8
    with pytest.raises(DataError) as caught:
        model.partial_fit(X, ["low", "other"] * 20)
    three_lines(caught.value, ("'other'", "one of high, low, middle"))


def test_partial_fit_of_numbers_and_of_labels() -> None:
    numbers = AttentionRegressor(**SMALL)
    assert numbers.partial_fit(X, range(40)).partial_fit(X, range(40)).predict(X).shape == (40,)
    labels = AttentionLabeler(**SMALL).partial_fit([["a", "b"]] * 4, [["X", "Y"]] * 4, classes=["X", "Y", "Z"])
    assert labels.classes_.tolist() == ["X", "Y", "Z"]


def test_weights_decide_between_what_contradicts() -> None:
    same = [np.ones((3, 1))] * 40
    answers, weights = ["a", "b"] * 20, [1.0, 0.2] * 20
    model = AttentionClassifier(**TRAINED)
    assert set(model.fit(same, answers, sample_weight=weights).predict(same)) == {"a"}
    assert set(clone(model).set_params(class_weight={"b": 9.0}).fit(same, answers).predict(same)) == {"b"}
    rare = ["a"] * 30 + ["b"] * 10
    model.set_params(class_weight="balanced", epochs=120, patience=0).fit(same, rare)  # to the optimum, not near it
    assert model.predict_proba(same)[0] == pytest.approx([0.5, 0.5], abs=0.1)
    assert model.score(same, rare, sample_weight=[0] * 30 + [1] * 10) in (0, 1)


@pytest.mark.parametrize(
    ("params", "weights", "words"),
    [
        ({}, [1.0], "shape (1,)"),
        ({}, [0.0] * 40, "only zeros"),
        ({}, [-1.0] * 40, "negative or infinite"),
        ({"class_weight": "equal"}, None, "'equal'"),
        ({"class_weight": {"none": 3.0}}, None, "classes that are there"),
        ({"class_weight": {"low": -1.0}}, None, "from 0 on"),
        ({"random_state": "seven"}, None, "'seven'"),
        ({"random_state": -1}, None, "-1"),
    ],
)
def test_weights_and_seeds_that_cannot_be(params: dict[str, Any], weights: Any, words: str) -> None:
    with pytest.raises(OptionError) as caught:
        AttentionClassifier(**{**SMALL, **params}).fit(X, Y, sample_weight=weights)
    three_lines(caught.value, (words,))


def test_class_weights_belong_to_single_classes() -> None:
    for kind, items, answers in (
        (AttentionRegressor, X, range(40)),
        (AttentionLabeler, [["a"]] * 9, [["X"]] * 9),
        (AttentionClassifier, X, [["low"]] * 40),
    ):
        with pytest.raises(OptionError, match="class_weight: is for"):
            kind(**SMALL, class_weight="balanced").fit(items, answers)


def test_encoder_and_linear_model_in_one_pipeline() -> None:
    encoder = AttentionClassifier(**TRAINED)
    assert make_pipeline(encoder, LogisticRegression()).fit(X, Y).score(X, Y) > 0.85
    vectors = encoder.transform(X)
    assert vectors.shape == (40, 8) and encoder.get_feature_names_out()[-1] == "attentionclassifier7"
    assert [each.shape for each in encoder.encode(X[:2])] == [(2, 8), (3, 8)]
    halved = Pipeline([("half", FunctionTransformer(lambda items: [item[:2] for item in items])), ("model", encoder)])
    assert halved.set_params(model__epochs=1).fit(X, Y).predict(X).shape == (40,)


def test_fit_transform_is_transform_after_fit() -> None:
    first, second = AttentionClassifier(**SMALL), AttentionClassifier(**SMALL)
    assert np.array_equal(first.fit_transform(X, Y), second.fit(X, Y).transform(X))


def test_a_search_over_attention_and_width_for_sounds() -> None:
    waves = [np.sin(np.arange(800 + 80 * (i % 3)) * (0.2 + 0.6 * (i % 2))).astype(np.float32) for i in range(12)]
    model = AttentionClassifier(rate=8000, **{**SMALL, "epochs": 1})
    search = GridSearchCV(model, {"attention": ["dot", "additive"], "width": [8, 16]}, cv=2).fit(waves, ["a", "b"] * 6)
    assert len(search.cv_results_["params"]) == 4 and search.best_params_["width"] in (8, 16)
    assert search.predict(waves[:3]).shape == (3,) and search.best_estimator_.model_.given.kind == "sound"


def test_cross_validation_by_groups() -> None:
    groups = [i // 4 for i in range(40)]
    scores = cross_val_score(AttentionClassifier(**TRAINED), X, Y, groups=groups, cv=GroupKFold(2))
    assert scores.shape == (2,) and scores.min() > 0.5


def threads_of_a_worker(model: Any) -> int:
    model.fit(X[:10], Y[:10])
    return torch.get_num_threads()


@pytest.mark.slow
def test_workers_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    model = AttentionClassifier(**{**SMALL, "epochs": 1})
    with joblib.parallel_config("loky", n_jobs=2):
        found = joblib.Parallel()(joblib.delayed(threads_of_a_worker)(model) for _ in range(2))
    assert found == [max(1, joblib.cpu_count() // 2)] * 2


class Packages(pickle.Unpickler):
    """Notes the packages whose names a pickle asks for."""

    def __init__(self, stored: bytes) -> None:
        super().__init__(BytesIO(stored))
        self.asked: set[str] = set()

    def find_class(self, module: str, name: str) -> Any:
        self.asked.add(module.partition(".")[0])
        return super().find_class(module, name)

    def names(self) -> set[str]:
        self.load()
        return self.asked


@pytest.mark.parametrize("kind", [AttentionClassifier, AttentionRegressor, AttentionLabeler])
def test_an_estimator_comes_back_from_joblib_pickle_and_its_folder(kind: Any, tmp_path: Path) -> None:
    answers = {"classify": Y, "regress": range(40), "label": [[i % 2 for i in range(len(item))] for item in X]}
    model = kind(**SMALL, pooling=None).fit(X, answers[kind.kind])
    joblib.dump(model, tmp_path / "model.joblib")
    model.save(tmp_path / "folder")
    stored = pickle.dumps(model)
    assert Packages(stored).names() <= {"regard", "numpy"}
    for back in (joblib.load(tmp_path / "model.joblib"), pickle.loads(stored), kind.load(tmp_path / "folder")):
        assert back.get_params() == {**model.get_params(), "input": back.input}
        assert np.array_equal(back.transform(X), model.transform(X))
        assert str(back.predict(X)) == str(model.predict(X)) and back.n_features_in_ == 2


def test_what_is_damaged_is_refused(tmp_path: Path) -> None:
    model = AttentionClassifier(**SMALL).fit(X, Y)
    state = model.__getstate__()
    state["folder"]["weights.safetensors"] = b"nothing"
    with pytest.raises(FolderError, match="safetensors: the file must be the one that was saved"):
        AttentionClassifier().__setstate__(state)
    model.save(tmp_path)
    with pytest.raises(FolderError) as caught:
        AttentionRegressor.load(tmp_path)
    three_lines(caught.value, ("AttentionRegressor needs a model of kind regress", "classify"))


def test_scores_are_what_they_are_said_to_be() -> None:
    numbers = np.array([float(item.mean()) for item in X])
    model = AttentionRegressor(**TRAINED).fit(X, numbers)
    assert model.score(X, numbers) == pytest.approx(r2_score(numbers, model.predict(X)))
    tagged = [["B-x", "I-x", "O"]] * 6
    labels = AttentionLabeler(**{**TRAINED, "epochs": 30}, validation=0).fit([["New", "York", "is"]] * 6, tagged)
    assert labels.score([["New", "York", "is"]], [["B-x", "I-x", "O"]]) == 1.0
    assert labels.score([["New", "York", "is"]], [["B-x", "O", "O"]]) == 0.0
    each = AttentionLabeler(**TRAINED, validation=0).fit(X, [item.sum(1).tolist() for item in X])
    assert -1 < each.score(X, [item.sum(1).tolist() for item in X]) <= 1


def test_importing_without_scikit_learn_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("regard.estimators")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    with pytest.raises(RegardError) as caught:
        importlib.import_module("regard.estimators")
    three_lines(caught.value, ("scikit-learn", "[learn]"))


def test_a_name_that_is_not_there() -> None:
    import regard

    with pytest.raises(AttributeError, match="no attribute 'AttentionGuesser'"):
        regard.AttentionGuesser  # noqa: B018
