"""What all estimators share: their choices, `fit`, the representation, and the model folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import NotFittedError

from regard.data.examples import Examples
from regard.errors import DataError, FolderError, OptionError
from regard.estimators.choices import seed_of, weights_of
from regard.estimators.learning import Lesson, learned, parted
from regard.estimators.reading import read
from regard.estimators.stored import as_bytes, from_bytes, in_json, placed, told
from regard.folder.answerer import load_answerer, save_answerer
from regard.models.answerer import Answerer
from regard.models.learn_targets import learn_targets
from regard.models.targets import Targets
from regard.training.answer import Begin, Parts
from regard.training.answers import Weights

if TYPE_CHECKING:
    from regard.inspect.looks import Look

FITTED = {"n_features_in_", "feature_names_in_", "table_"}
"""What `fit` learns of the form of X and y, beside the model."""


class AttentionEstimator(TransformerMixin, ClassNamePrefixFeaturesOutMixin, BaseEstimator):  # type: ignore[misc]
    """A network over sets of vectors, behind scikit-learn's contract.

    Args:
        input: what items are: `text`, `sound`, `image`, `graph`, `series`, `vectors`, `story`, or `auto`, which goes
            by the table of estimators/items.py.
        network: `transformer`, `conformer`, `recurrent`, `convolutional` or `feedforward`; of stories `memory`, with
            layers as hops.
        attention: `dot`, `bilinear`, `additive`, `cosine`, `distance`, `linear`, or `none`; None follows the network.
        pattern: whom each layer's attention reads, a word a layer, as in "local:64 local:64 global"
            (docs/choosing-attention.md); None is global, everybody.
        normalizer, positions: of the attention; positions `none` makes items sets, whose order means nothing.
        feature_map, random_features, redraw, decay: of linear attention; see docs/painting.md.
        size: `small`, `medium` or `large`; width, layers, heads, feed_forward and dropout one by one.
        pooling: how vectors become one; crf: whether labels are chosen together; context: neighbours that a
            feed-forward network reads; reach: `edges` or `all`, whom a node of a graph reads; tying: `adjacent` or
            `layer-wise`, of a memory network's hops.
        word_vectors: a .vec file with vectors of words, learned elsewhere.
        rate: samples a second of waves that come as bare arrays.
        layout: `steps-first` or `channels-first`, of series in arrays.
        id, time: columns of a data frame with one row a step: which item a row belongs to, and what orders the rows.
            All other columns are its channels; `y` and `groups` may then be names of columns, or one entry an id.
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
        pattern: str | None = None,
        normalizer: str = "auto",
        positions: str | None = None,
        feature_map: str = "elu",
        random_features: int = 64,
        redraw: int = 0,
        decay: bool = False,
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
        tying: str | None = None,
        word_vectors: str | None = None,
        rate: int | None = None,
        layout: str | None = None,
        id: str | None = None,
        time: str | None = None,
        epochs: int | None = None,
        steps: int = 0,
        max_minutes: float = 0.0,
        batch_tokens: int | None = None,
        learning_rate: float | None = None,
        weight_decay: float | None = None,
        patience: int | None = None,
        validation: float | None = None,
        class_weight: Any = None,
        warm_start: bool = False,
        random_state: Any = None,
        precision: str = "auto",
        device: str = "auto",
        verbose: int = 0,
    ) -> None:
        self.input, self.network, self.attention, self.pattern = input, network, attention, pattern
        self.normalizer = normalizer
        self.feature_map, self.random_features, self.redraw, self.decay = feature_map, random_features, redraw, decay
        self.positions, self.size, self.width, self.layers, self.heads = positions, size, width, layers, heads
        self.feed_forward, self.dropout, self.pooling, self.crf = feed_forward, dropout, pooling, crf
        self.context, self.reach, self.rate, self.layout, self.tying = context, reach, rate, layout, tying
        self.id, self.time, self.word_vectors = id, time, word_vectors
        self.epochs, self.steps, self.max_minutes, self.batch_tokens = epochs, steps, max_minutes, batch_tokens
        self.learning_rate, self.weight_decay, self.patience = learning_rate, weight_decay, patience
        self.validation, self.class_weight, self.warm_start = validation, class_weight, warm_start
        self.random_state, self.precision, self.device, self.verbose = random_state, precision, device, verbose

    def transform(self, X: Any) -> "np.ndarray[Any, Any]":
        """One vector an item, (items, m): what the answer is read from. Encodes items for any other estimator."""
        return self._model().pooled(self._asked(X))

    def encode(self, X: Any) -> list["np.ndarray[Any, Any]"]:
        """For each item the new representation (n, m) of its vectors, in their context."""
        return self._model().encode(self._asked(X))

    def readings(self, X: Any) -> list["np.ndarray[Any, Any]"]:
        """For each story the weight (hops, n) of its sentences in each hop of a memory network; the question is last.

        Raises OptionError for other networks.
        """
        return self._model().readings(self._asked(X))

    def look(self, item: Any, target: Any = None, *, evidence: bool = True, seed: int = 1) -> "Look":
        """What the model has read of one item, and what each position and each head was worth to its answer.

        Args:
            item: one, of the form that `predict` takes in a list.
            target: what is explained: a class, or the number of a label or of an answer from 1; unless given the
                likeliest class, every label (at most 32), the first number.
            evidence: whether it is measured beside the weights: a pass for each position and for each head.
            seed: of its shuffles, random orders and untrained twin.

        Raises OptionError for a target that is not there, and for a model that reads nothing by attention.
        """
        from regard.inspect.opening import look_at

        model, asked = self._model(), self._asked([item])
        return look_at(model, asked.items[0], target, seed=seed, evidence=evidence)

    def save(self, folder: str | Path) -> None:
        """Writes a model folder, which the command line reads, too."""
        model = self._model()
        fitted = {name: np.asarray(each).tolist() for name, each in vars(self).items() if name in FITTED}
        told = {"estimator": in_json(self.get_params()), "fitted": fitted}
        save_answerer(model, Path(folder), {**self.record_, **told})

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """An estimator with the model of a folder. Raises FolderError for a damaged one, or one of another kind."""
        model, record = load_answerer(Path(folder))
        if model.targets.kind != cls.kind:
            got, hint = f"one that answers {model.targets.kind}", "regard info MODEL tells what it is"
            raise FolderError(f"{folder}: {cls.__name__} needs a model of kind {cls.kind}", got=got, hint=hint)
        made = cls(**{"input": model.given.kind, **told(record, "estimator", cls._get_param_names())})
        for name, each in told(record, "fitted", FITTED).items():
            setattr(made, name, np.array(each, object) if isinstance(each, list) else each)
        made._take(model, {name: each for name, each in record.items() if name not in ("estimator", "fitted")}, [])
        return made

    def _fit(self, X: Any, y: Any, sample_weight: Any, groups: Any, valid: Any) -> Self:
        """Learns from the beginning, or, with `warm_start`, from the weights that are there."""
        start = self.model_ if self.warm_start and hasattr(self, "model_") else None
        examples = self._learning(X, y, groups, start)
        weights, seed = self._weights(examples, sample_weight), seed_of(self.random_state)
        if valid is None:
            parts, both = parted(examples, weights, self.validation, seed)
        else:
            held_out = read(self, *valid, kind=examples.kind, reset=False)
            parts, both = Parts(examples, held_out), Weights(weights, self._weights(held_out, None))
        self._take(*learned(Lesson(self.kind, self.get_params(), seed, Begin(start)), parts, both))
        return self

    def _partial_fit(self, X: Any, y: Any, classes: Any, sample_weight: Any) -> Self:
        """One pass from the weights that are there, or from fresh ones for these classes."""
        start = getattr(self, "model_", None)
        examples = self._learning(X, y, None, start)
        targets = self._targets(examples, classes) if start is None and classes is not None else None
        weights = self._weights(examples, sample_weight)
        lesson = Lesson(self.kind, self.get_params(), seed_of(self.random_state), Begin(start, targets), once=True)
        before = getattr(self, "history_", [])
        model, record, history = learned(lesson, Parts(examples, examples), Weights(weights, weights))
        self._take(model, record, [*before, *history])
        return self

    def _learning(self, X: Any, y: Any, groups: Any, start: Answerer | None) -> Examples:
        """Examples to learn from; what is learned of their form is forgotten first, unless a training goes on."""
        if y is None:
            hint = ".fit(X, y), with one answer an item"
            raise DataError("y: the estimator requires y to be passed, but the target y is None", got="None", hint=hint)
        for name in FITTED & vars(self).keys() if start is None else ():
            delattr(self, name)
        return read(self, X, y, groups, kind=self.input, reset=start is None)

    def _targets(self, examples: Examples, classes: Any) -> Targets:
        """The targets of classes that are named before all of them have been seen."""
        lists = self.kind == "label" or isinstance((examples.answers or [None])[0], list)
        return learn_targets(self.kind, [list(classes)] if lists else list(classes), "classes")

    def _take(self, model: Answerer, record: dict[str, Any], history: list[dict[str, Any]]) -> None:
        self.model_, self.record_, self.history_ = placed(model, self.device), record, history
        if model.given.kind in ("vectors", "series"):
            self.n_features_in_ = model.given.features

    def _weights(self, examples: Examples, by_item: Any) -> "np.ndarray[Any, Any] | None":
        if self.class_weight is not None and self.kind != "classify":
            got, hint = repr(self.class_weight)[:60], "leave it out, or sample_weight in fit"
            raise OptionError(f"class_weight: is for classes of whole items, not to {self.kind}", got=got, hint=hint)
        return weights_of(examples.answers or [], self.class_weight, by_item)

    def _asked(self, X: Any, y: Any = None) -> Examples:
        """Examples to answer, or to score, read as those that were learned from."""
        return read(self, X, y, kind=self._model().given.kind, reset=False)

    def _model(self) -> Answerer:
        if not hasattr(self, "model_"):
            rule = f"{type(self).__name__}: must be fitted first"
            raise NotFittedError(f"{rule}\n  got  one without a model\n  try  .fit(X, y), or .load(folder)")
        return self.model_

    @property
    def _n_features_out(self) -> int:
        """How long the vectors of `transform` are."""
        return self._model().network.options.width

    def __getstate__(self) -> dict[str, Any]:
        """The choices and the bytes of the model folder: no module is ever pickled."""
        state = dict(super().__getstate__())
        if "model_" in state:
            state["folder"] = as_bytes(state.pop("model_"), self.record_)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """The estimator again. Raises FolderError where its files are damaged."""
        files = state.pop("folder", None)
        super().__setstate__(state)
        if files is not None:
            self.model_ = placed(from_bytes(files), self.device)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.three_d_array = True
        tags.input_tags.two_d_array = self.input == "vectors"
        tags.transformer_tags.preserves_dtype = []
        return tags
