"""`AttentionTranslator`: a new text for a text, a sound, an image, whatever is a set of vectors."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from regard.data.examples import Examples
from regard.data.item_pairs import AnyPairs, ItemPairs, item_split
from regard.data.pairs import Pairs
from regard.data.split import split
from regard.decoding.beam import Search
from regard.decoding.drawing import Draws
from regard.decoding.sampling import Sampling
from regard.estimators.items import Given, as_items
from regard.estimators.texts import TextEstimator, as_lines
from regard.folder.model import load_translator, save_translator
from regard.inputs.text import Text
from regard.metrics.bleu import bleu
from regard.metrics.edit import word_error_rate
from regard.models.given import surprise
from regard.models.rules import Rules
from regard.models.translator import Candidate, Reading
from regard.training.config import TranslateConfig
from regard.training.translate import translator_in_memory
from regard.training.translations import Split

if TYPE_CHECKING:
    from regard.inspect.looks import Look


class AttentionTranslator(TextEstimator):
    """From a text to another, or from a sound, an image, a series, whatever is a set of vectors, to a text.

    `score` is BLEU / 100, from 0 to 1; of other sources than texts 1 − WER, edits a word, which may fall below 0.
    Learned: `model_`, and `history_`, one dictionary a validation.

    Args:
        input: what sources are: `text`, `sound`, `image`, `graph`, `series` or `vectors`; estimators/items.py says what
            X may be then. rate: samples a second of waves that come as bare arrays; layout: `steps-first` or
            `channels-first`, of series in arrays.
        halvings: how often convolutions halve the number of an item's vectors; ctc: share of the loss that a reading of
            the target off its states has.
        tokens: `word`, `character`, `byte`, `bpe` or `unigram`; vocabulary: how many; joint: one for both sides.
        longest: most tokens of one text; too_long: `error`, `skip` or `truncate` where one has more.
        network: `transformer`, `recurrent`, or `conformer` for sources that are no texts; members: networks whose mean
            answers. None follows the texts.
        attention: `dot`, `bilinear`, `additive`, `cosine`, `distance`, `linear`, or `none`; normalizer, positions.
        pattern: whom each layer's self-attention reads, a word a layer, as in "local:64 local:64 global".
        feature_map, random_features, redraw, decay: of linear attention; see docs/painting.md.
        size: `small`, `medium` or `large`; width, layers, heads, feed_forward and dropout one by one.
        epochs, steps, max_minutes, batch_tokens, learning_rate, patience: of training; None follows the data.
        validation: share of the pairs set aside to choose weights by; 0 chooses by the training pairs.
        metric: `bleu`, `exact`, `wer`, `per`, or `auto`, what weights are chosen by.
        beam, length_penalty: of the search for a translation.
        random_state: a seed, a generator, or None.
        precision, device: `auto` is what suits the machine.
        verbose: 1 prints every validation.

    >>> choices = {"tokens": "word", "width": 32, "layers": 1, "batch_tokens": 64, "epochs": 12}
    >>> model = AttentionTranslator(**choices, validation=0, random_state=1)
    >>> sources, targets = ["eins zwei", "zwei drei", "drei eins"] * 40, ["one two", "two three", "three one"] * 40
    >>> model.fit(sources, targets).predict(["zwei drei"])
    ['two three']
    """

    writes, reads = staticmethod(save_translator), staticmethod(load_translator)

    def __init__(
        self,
        *,
        input: str = "text",
        rate: int | None = None,
        layout: str | None = None,
        halvings: int | None = None,
        ctc: float | None = None,
        tokens: str | None = None,
        vocabulary: int | None = None,
        joint: bool | None = None,
        longest: int = 512,
        too_long: str = "error",
        network: str | None = None,
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
        members: int | None = None,
        epochs: int | None = None,
        steps: int = 0,
        max_minutes: float = 0.0,
        batch_tokens: int | None = None,
        learning_rate: float | None = None,
        patience: int = 10,
        validation: float | None = None,
        metric: str = "auto",
        beam: int = 5,
        length_penalty: float = 1.0,
        random_state: Any = None,
        precision: str = "auto",
        device: str = "auto",
        verbose: int = 0,
    ) -> None:
        self.input, self.rate, self.layout, self.halvings, self.ctc = input, rate, layout, halvings, ctc
        self.tokens, self.vocabulary, self.joint = tokens, vocabulary, joint
        self.longest, self.too_long, self.network = longest, too_long, network
        self.attention, self.pattern = attention, pattern
        self.normalizer, self.positions = normalizer, positions
        self.feature_map, self.random_features, self.redraw, self.decay = feature_map, random_features, redraw, decay
        self.size, self.width, self.layers, self.heads = size, width, layers, heads
        self.feed_forward, self.dropout, self.members = feed_forward, dropout, members
        self.epochs, self.steps, self.max_minutes, self.batch_tokens = epochs, steps, max_minutes, batch_tokens
        self.learning_rate, self.patience, self.validation, self.metric = learning_rate, patience, validation, metric
        self.beam, self.length_penalty, self.random_state = beam, length_penalty, random_state
        self.precision, self.device, self.verbose = precision, device, verbose

    def fit(self, X: Any, y: Any, valid: Any = None) -> Self:
        """Learns from sources and their targets, texts in a list.

        `valid`, (sources, targets), is what weights are chosen by, instead of a share of the pairs.
        """
        pairs, seed = self._pairs(X, y), self._seed()
        if valid is not None:
            parts = Split(pairs, self._pairs(*valid), None)
        elif self.validation == 0 or len(pairs) < 10:
            parts = Split(pairs, pairs, None)
        elif isinstance(pairs, ItemPairs):
            count = None if self.validation is None else max(1, round(self.validation * len(pairs)))
            parts = Split(*item_split(pairs, seed, count), None)
        else:
            parts = Split(*split(pairs, self.validation, seed), None)
        kind = pairs.sources.kind if isinstance(pairs, ItemPairs) else "text"
        return self._learn(TranslateConfig, translator_in_memory, parts, seed=seed, input=kind)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """A translator with the model of a folder. Raises FolderError for a damaged one, or one of another kind."""
        made = super().load(folder)
        source = made._model().source
        made.input = "text" if isinstance(source, Text) else source.kind
        return made

    def predict(self, X: Any) -> list[str]:
        """The best translation of each source, a blank one for a blank text."""
        return [candidates[0].text for candidates in self.candidates(X)]

    def candidates(
        self, X: Any, n_best: int = 1, *, rules: Rules | None = None, prefixes: list[str] | None = None
    ) -> list[list[Candidate]]:
        """For each source its n best translations, best first, with scores and tokens.

        Args:
            X: sources.
            n_best: how many; the beam is at least as wide.
            rules: what may be written: `regard.models.rules.Rules`.
            prefixes: what the translation of each source begins with.
        """
        model = self._model()
        known = () if rules is None else rules.of(model.target)
        how = Search(max(self.beam, n_best), n_best, self.length_penalty, rules=known)
        found: list[list[Candidate]] = model.translate(self._sources(X), how, prefixes=prefixes)
        return found

    def sample(self, X: Any, count: int = 1, **choices: Any) -> list[list[Candidate]]:
        """So many translations of each source, drawn by their probability; choices as of `Sampling`."""
        how = Draws(Sampling(**{"seed": self._seed(), **choices}), count)
        found: list[list[Candidate]] = self._model().translate(self._sources(X), how)
        return found

    def log_likelihood(self, X: Any, y: Any) -> NDArray[np.float64]:
        """log p(target | source) of each pair, in nats, the end included."""
        pairs = self._pairs(X, y)
        return -surprise(self._model(), pairs.sources, pairs.targets, pairs.where).nats

    def read(self, source: Any, target: str | None = None) -> Reading:
        """Where each piece of a target, of the translation unless one is given, was read from in the source."""
        model = self._model()
        sources = self._sources([source])
        item = sources.items[0] if isinstance(sources, Examples) else source
        found: Reading = model.read(item, self.predict([source])[0] if target is None else target)
        return found

    def look(self, source: Any, target: str | None = None, *, evidence: bool = True, seed: int = 1) -> "Look":
        """What the model has read of one source for a target, its own translation unless one is given.

        With `evidence` it is measured what each position and each head was worth: a pass for each; `seed` is that of
        its shuffles. Raises OptionError
        for a model without attention.
        """
        from regard.inspect.opening import look_at

        sources = self._sources([source])
        item = sources.items[0] if isinstance(sources, Examples) else sources[0]
        how = Search(self.beam, 1, self.length_penalty)
        return look_at(self._model(), item, target, how=how, seed=seed, evidence=evidence)

    def score(self, X: Any, y: Any) -> float:
        """BLEU / 100, from 0 to 1, for which MissingError says that sacrebleu is not there; or 1 − WER."""
        found, wanted = self.predict(X), as_lines(y, "y")
        if self.input != "text":
            return 1 - word_error_rate(wanted, found) / 100
        return bleu(found, wanted, samples=1).score / 100

    def _sources(self, X: Any) -> list[str] | Examples:
        """X as what a model reads. Raises DataError for what is no list of items of the input."""
        if self.input == "text":
            return as_lines(X)
        kind, items = as_items(X, Given(self.input, self.rate, self.layout))
        return Examples(kind, items, origin="X")

    def _pairs(self, X: Any, y: Any) -> AnyPairs:
        sources, targets = self._sources(X), as_lines(y, "y")
        if not isinstance(sources, Examples):
            return Pairs.of(sources, targets, "X")
        return ItemPairs.of(replace(sources, answers=targets))
