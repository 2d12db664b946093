"""What all estimators share: their choices, `fit`, the representation, and the model folder."""

import copy
import tempfile
from pathlib import Path
from typing import Any, Self

import numpy as np

from regard.data.examples import Examples
from regard.data.share import share
from regard.errors import OptionError, missing
from regard.estimators.choices import answer_config, seed_of, weights_of
from regard.estimators.items import as_examples
from regard.estimators.watching import History
from regard.folder.answerer import load_answerer, save_answerer
from regard.models.answerer import Answerer
from regard.training.answer import Parts, train_answerer

try:
    from sklearn.base import BaseEstimator
    from sklearn.exceptions import NotFittedError
except ImportError as error:
    raise missing("estimators", "scikit-learn", "learn") from error


class AttentionEstimator(BaseEstimator):  # type: ignore[misc]
    """A network over sets of vectors, behind scikit-learn's contract.

    Args:
        input: what items are: `text`, `sound`, `image`, `graph`, `series`, `vectors`, or `auto`, which goes by the
            table of estimators/items.py.
        network: `transformer`, `recurrent`, `convolutional` or `feedforward`.
        attention: `dot`, `bilinear`, `additive`, `cosine`, `distance`, `linear`, or `none`; None follows the network.
        normalizer, positions: of the attention; positions `none` makes items sets, whose order means nothing.
        size: `small`, `medium` or `large`; width, layers, heads, feed_forward and dropout one by one.
        pooling: how vectors become one; crf: whether labels are chosen together; context: neighbours that a
            feed-forward network reads; reach: `edges` or `all`, whom a node of a graph reads.
        rate: samples a second of waves that come as bare arrays.
        layout: `steps-first` or `channels-first`, of series.
        epochs, steps, max_minutes, batch_tokens, learning_rate, weight_decay, patience: of training; None follows the
            data. batch_tokens counts vectors.
        validation: share of the training items set aside to choose weights by; 0 chooses by the training items.
        class_weight: None, `balanced` or a dict.
        warm_start: whether `fit` begins with the weights that are there.
        random_state: a seed, a generator, or None.
        precision, device: `auto` is what suits the machine.
        verbose: 1 prints every validation.
    """

    kind: str

    def __init__(
        self,
        *,
        input: str = "auto",
        network: str = "transformer",
        attention: str | None = None,
        normalizer: str = "auto",
        positions: str | None = None,
        size: str | None = None,
        width: int | None = None,
        layers: int | None = None,
        heads: int | None = None,
        feed_forward: int | None = None,
        dropout: float | None = None,
        pooling: str | None = None,
        crf: bool | None = None,
        context: int | None = None,
        reach: str = "edges",
        rate: int | None = None,
        layout: str | None = None,
        epochs: int | None = None,
        steps: int = 0,
        max_minutes: float = 0.0,
        batch_tokens: int | None = None,
        learning_rate: float | None = None,
        weight_decay: float = 0.01,
        patience: int = 10,
        validation: float | None = None,
        class_weight: Any = None,
        warm_start: bool = False,
        random_state: Any = None,
        precision: str = "auto",
        device: str = "auto",
        verbose: int = 0,
    ) -> None:
        self.input, self.network, self.attention, self.normalizer = input, network, attention, normalizer
        self.positions, self.size, self.width, self.layers, self.heads = positions, size, width, layers, heads
        self.feed_forward, self.dropout, self.pooling, self.crf = feed_forward, dropout, pooling, crf
        self.context, self.reach, self.rate, self.layout = context, reach, rate, layout
        self.epochs, self.steps, self.max_minutes, self.batch_tokens = epochs, steps, max_minutes, batch_tokens
        self.learning_rate, self.weight_decay, self.patience = learning_rate, weight_decay, patience
        self.validation, self.class_weight, self.warm_start = validation, class_weight, warm_start
        self.random_state, self.precision, self.device, self.verbose = random_state, precision, device, verbose

    def transform(self, X: Any) -> "np.ndarray[Any, Any]":
        """One vector an item, (items, m): what the answer is read from. Encodes items for any other estimator."""
        return self._model().pooled(self._examples(X))

    def encode(self, X: Any) -> list["np.ndarray[Any, Any]"]:
        """For each item the new representation (n, m) of its vectors, in their context."""
        return self._model().encode(self._examples(X))

    def save(self, folder: str | Path) -> None:
        """Writes a model folder, which the command line reads, too."""
        save_answerer(self._model(), Path(folder), {**self.record_, "estimator": _in_json(self.get_params())})

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """An estimator with the model of a folder. Raises FolderError for a damaged one, or one of another kind."""
        model, record = load_answerer(Path(folder))
        known = record.get("estimator")
        names = cls._get_param_names()
        made = cls(**{name: each for name, each in (known or {}).items() if name in names})
        made._take(model, {name: each for name, each in record.items() if name != "estimator"}, [])
        return made

    def _fit(self, examples: Examples, weights: "np.ndarray[Any, Any] | None", valid: Examples | None) -> Self:
        seed = seed_of(self.random_state)
        start = copy.deepcopy(self.model_) if self.warm_start and hasattr(self, "model_") else None
        parts, weights = self._parts(examples, weights, valid, seed)
        history = History(self.verbose)
        with tempfile.TemporaryDirectory() as folder:
            config = answer_config(self.get_params(), Path(folder) / "model", seed)
            trained = train_answerer(self.kind, config, history, parts, weights, start)
            record = load_answerer(trained.folder)[1]
        self._take(trained.model, record, history.lines)
        return self

    def _parts(
        self, examples: Examples, weights: "np.ndarray[Any, Any] | None", valid: Examples | None, seed: int
    ) -> tuple[Parts, "np.ndarray[Any, Any] | None"]:
        if valid is not None or self.validation == 0 or len(examples) < 10:
            return Parts(examples, valid or examples), weights
        count = None if self.validation is None else max(1, round(self.validation * len(examples)))
        numbered = Examples(examples.kind, range(len(examples)), examples.answers, examples.groups, examples.origin)
        train, held_out = (list(part.items) for part in share(numbered, seed, count))
        return Parts(examples.take(train), examples.take(held_out)), None if weights is None else weights[train]

    def _take(self, model: Answerer, record: dict[str, Any], history: list[dict[str, Any]]) -> None:
        self.model_, self.record_, self.history_ = model, record, history
        self.n_features_in_ = model.given.features

    def _held_out(self, valid: Any) -> Examples | None:
        return None if valid is None else self._examples(*valid)

    def _weights(self, examples: Examples, by_class: Any, by_item: Any) -> "np.ndarray[Any, Any] | None":
        return weights_of(list(examples.answers or []), by_class, by_item)

    def _refuse_class_weight(self, verb: str) -> None:
        if self.class_weight is not None:
            got, hint = repr(self.class_weight)[:60], "leave it out, or sample_weight in fit"
            raise OptionError(f"class_weight: is for classes of whole items, not to {verb}", got=got, hint=hint)

    def _examples(self, items: Any, answers: Any = None, groups: Any = None) -> Examples:
        kind = self.model_.given.kind if hasattr(self, "model_") and answers is None else self.input
        return as_examples(items, answers, kind, self.rate, groups)

    def _model(self) -> Answerer:
        if not hasattr(self, "model_"):
            rule = f"{type(self).__name__}: must be fitted first"
            raise NotFittedError(f"{rule}\n  got  one without a model\n  try  .fit(X, y), or .load(folder)")
        return self.model_

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")


def _in_json(params: dict[str, Any]) -> dict[str, Any]:
    """Those of the choices that JSON can hold."""
    return {name: each for name, each in params.items() if isinstance(each, str | int | float | bool | None)}
