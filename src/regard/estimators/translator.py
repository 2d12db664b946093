"""`AttentionTranslator`: a new text for a text."""

from typing import Any, Self

from regard.data.pairs import Pairs
from regard.data.split import split
from regard.decoding.beam import Search
from regard.estimators.texts import TextEstimator, as_lines
from regard.folder.model import load_translator, save_translator
from regard.metrics.bleu import bleu
from regard.models.translator import Candidate, Reading
from regard.training.config import TranslateConfig
from regard.training.translate import Split, translator_in_memory


class AttentionTranslator(TextEstimator):
    """From one text to another: translation, spelling, sounds of letters, dates; whatever comes in pairs of texts.

    `score` is BLEU / 100, from 0 to 1. Learned: `model_`, and `history_`, one dictionary a validation.

    Args:
        tokens: `word`, `character`, `byte`, `bpe` or `unigram`; vocabulary: how many; joint: one for both sides.
        longest: most tokens of one text; too_long: `error`, `skip` or `truncate` where one has more.
        network: `transformer` or `recurrent`.
        attention: `dot`, `bilinear`, `additive`, `cosine`, `distance`, `linear`, or `none`; normalizer, positions.
        size: `small`, `medium` or `large`; width, layers, heads, feed_forward and dropout one by one.
        epochs, steps, max_minutes, batch_tokens, learning_rate, patience: of training; None follows the data.
        validation: share of the pairs set aside to choose weights by; 0 chooses by the training pairs.
        metric: `bleu`, `exact`, or `auto`, what weights are chosen by.
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
        tokens: str | None = None,
        vocabulary: int | None = None,
        joint: bool | None = None,
        longest: int = 512,
        too_long: str = "error",
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
        self.tokens, self.vocabulary, self.joint = tokens, vocabulary, joint
        self.longest, self.too_long, self.network = longest, too_long, network
        self.attention, self.normalizer, self.positions = attention, normalizer, positions
        self.size, self.width, self.layers, self.heads = size, width, layers, heads
        self.feed_forward, self.dropout = feed_forward, dropout
        self.epochs, self.steps, self.max_minutes, self.batch_tokens = epochs, steps, max_minutes, batch_tokens
        self.learning_rate, self.patience, self.validation, self.metric = learning_rate, patience, validation, metric
        self.beam, self.length_penalty, self.random_state = beam, length_penalty, random_state
        self.precision, self.device, self.verbose = precision, device, verbose

    def fit(self, X: Any, y: Any, valid: Any = None) -> Self:
        """Learns from sources and their targets, two lists of texts.

        `valid`, (sources, targets), is what weights are chosen by, instead of a share of the pairs.
        """
        pairs, seed = _pairs(X, y), self._seed()
        if valid is not None:
            parts = Split(pairs, _pairs(*valid), None)
        elif self.validation == 0 or len(pairs) < 10:
            parts = Split(pairs, pairs, None)
        else:
            parts = Split(*split(pairs, self.validation, seed), None)
        return self._learn(TranslateConfig, translator_in_memory, parts, seed=seed)

    def predict(self, X: Any) -> list[str]:
        """The best translation of each text, a blank one for a blank one."""
        return [candidates[0].text for candidates in self.candidates(X)]

    def candidates(self, X: Any, n_best: int = 1) -> list[list[Candidate]]:
        """For each text its n best translations, best first, with scores and tokens."""
        how = Search(max(self.beam, n_best), n_best, self.length_penalty)
        found: list[list[Candidate]] = self._model().translate(as_lines(X), how)
        return found

    def read(self, source: str, target: str | None = None) -> Reading:
        """Where each piece of a target, of the translation unless one is given, was read from in the source."""
        model = self._model()
        found: Reading = model.read(source, self.predict([source])[0] if target is None else target)
        return found

    def score(self, X: Any, y: Any) -> float:
        """BLEU / 100, from 0 to 1. Raises MissingError without sacrebleu."""
        return bleu(self.predict(X), as_lines(y, "y"), samples=1).score / 100


def _pairs(sources: Any, targets: Any) -> Pairs:
    return Pairs.of(as_lines(sources), as_lines(targets, "y"), "X")
