"""What the estimators of texts share: the model folder, joblib, and what they say before they are fitted."""

import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from regard.errors import DataError
from regard.estimators.choices import seed_of
from regard.estimators.stored import in_json, placed, told
from regard.estimators.watching import History

Trains = Callable[[Any, History, Any], tuple[Any, dict[str, Any]]]
"""From choices, a watcher and parts to a model and what its folder says of the training."""


class TextEstimator(BaseEstimator):  # type: ignore[misc]
    """A model of texts behind scikit-learn's contract; `writes` and `reads` are its folder's."""

    writes: ClassVar[Callable[..., None]]
    reads: ClassVar[Callable[..., tuple[Any, dict[str, Any]]]]

    def save(self, folder: str | Path) -> None:
        """Writes a model folder, which the command line reads, too."""
        type(self).writes(self._model(), Path(folder), {**self.record_, "estimator": in_json(self.get_params())})

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """An estimator with the model of a folder. Raises FolderError for a damaged one, or one of another kind."""
        model, record = cls.reads(Path(folder))
        made = cls(**told(record, "estimator", cls._get_param_names()))
        made._take(model, {name: each for name, each in record.items() if name != "estimator"}, [])
        return made

    def _learn(self, config: type, trains: Trains, parts: Any, **choices: Any) -> Self:
        """Trains in memory, with the choices of the constructor that `config` knows; what is None follows the data."""
        known = {each.name for each in fields(config)}
        given = {name: value for name, value in self.get_params().items() if name in known and value is not None}
        history = History(self.verbose)
        with torch.random.fork_rng(devices=[]):
            model, record = trains(config(**{**given, **choices}), history, parts)
        self._take(model, record, history.lines)
        return self

    def _take(self, model: Any, record: dict[str, Any], history: list[dict[str, Any]]) -> None:
        self.model_, self.record_, self.history_ = placed(model, self.device), record, history

    def _seed(self) -> int:
        return seed_of(self.random_state)

    def _model(self) -> Any:
        if not hasattr(self, "model_"):
            rule = f"{type(self).__name__}: must be fitted first"
            raise NotFittedError(f"{rule}\n  got  one without a model\n  try  .fit(…), or .load(folder)")
        return self.model_

    def __getstate__(self) -> dict[str, Any]:
        """The choices and the bytes of the model folder: no module is ever pickled."""
        state = dict(super().__getstate__())
        if "model_" in state:
            with tempfile.TemporaryDirectory() as folder:
                type(self).writes(state.pop("model_"), Path(folder), self.record_)
                state["folder"] = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """The estimator again. Raises FolderError where its files are damaged."""
        files = state.pop("folder", None)
        super().__setstate__(state)
        if files is not None:
            with tempfile.TemporaryDirectory() as folder:
                for name, content in files.items():
                    (Path(folder) / Path(name).name).write_bytes(content)
                self.model_ = placed(type(self).reads(Path(folder))[0], self.device)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")


def as_lines(texts: Any, name: str = "X") -> list[str]:
    """Texts as a list. Raises DataError for one that is none, or that is not in a list."""
    if isinstance(texts, str | bytes | dict) or not hasattr(texts, "__len__"):
        hint = "a list of texts, even of one: [text]"
        raise DataError(f"{name}: must be a list of texts", got=type(texts).__name__, hint=hint)
    listed = list(texts)
    if not listed:
        raise DataError(f"{name}: must hold texts", got="none", hint="check the file or the selection before it")
    for index, text in enumerate(listed):
        if not isinstance(text, str):
            got, hint = f"{type(text).__name__} as item {index + 1}", "str(item), or leave such items out"
            raise DataError(f"{name}: every item must be a text", got=got, hint=hint)
    return [str(text) for text in listed]
