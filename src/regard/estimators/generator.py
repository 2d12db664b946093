"""`AttentionGenerator`: texts or images that go on, and how likely one is."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from regard.decoding.sampling import Sampling
from regard.errors import DataError, OptionError
from regard.estimators import images
from regard.estimators.texts import TextEstimator, as_lines
from regard.models.generator import Generator
from regard.models.painter import Painter
from regard.models.rules import Rules
from regard.training.generate import generator_in_memory
from regard.training.generate_config import GenerateConfig
from regard.training.generate_texts import TextParts, last_part, shared
from regard.training.paint import painter_in_memory

if TYPE_CHECKING:
    from regard.inspect.looks import Look


class AttentionGenerator(TextEstimator):
    """A language model: it goes on with a text, and tells how likely one is.

    `fit` takes a list of texts, one line each, or one long text; or grey images of one size, which then grow pixel by
    pixel: an array (n, rows, columns) of uint8, or a list of arrays, Pillow's images or paths. `score` is the
    log-likelihood, −nats for each character or pixel: the nearer to 0, the better; bits per dimension are
    −score / ln 2. Learned: `model_`, and `history_`, one dictionary a validation.

    Args:
        tokens: `character`, `word`, `byte`, `bpe` or `unigram`; vocabulary: how many.
        window: most tokens that are read at once.
        levels: shades of grey of images, None is all 256; shrink: side of the squares whose mean is one pixel.
        network: `transformer` or `recurrent`.
        attention: `dot`, `bilinear`, `additive`, `cosine`, `distance` or `linear`; normalizer, positions: of it.
        pattern: whom each layer reads, a word a layer, as in "local:64 local:64 global" (docs/choosing-attention.md);
            where all are local, memory is bounded however long it writes.
        feature_map, random_features, redraw, decay: of linear attention; see docs/painting.md.
        size: `small`, `medium` or `large`; width, layers, heads, feed_forward and dropout one by one.
        epochs, steps, max_minutes, batch_tokens, learning_rate, weight_decay, patience: of training.
        validation: share of the texts set aside to choose weights by; 0 chooses by the training texts.
        random_state: a seed, a generator, or None; of training and of what is drawn.
        precision, device: `auto` is what suits the machine.
        verbose: 1 prints every validation.

    >>> model = AttentionGenerator(tokens="word", width=16, heads=2, layers=1, epochs=30, random_state=1)
    >>> model.fit(["one two three four"] * 20).predict(["one two"])
    [' three four']
    """

    writes, reads = staticmethod(images.save_either), staticmethod(images.load_either)

    def __init__(
        self,
        *,
        tokens: str | None = None,
        vocabulary: int | None = None,
        window: int = 256,
        levels: int | None = None,
        shrink: int | None = None,
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
        epochs: int | None = None,
        steps: int = 0,
        max_minutes: float = 0.0,
        batch_tokens: int | None = None,
        learning_rate: float | None = None,
        weight_decay: float = 0.1,
        patience: int = 10,
        validation: float | None = None,
        random_state: Any = None,
        precision: str = "auto",
        device: str = "auto",
        verbose: int = 0,
    ) -> None:
        self.tokens, self.vocabulary, self.window, self.network = tokens, vocabulary, window, network
        self.levels, self.shrink = levels, shrink
        self.attention, self.pattern = attention, pattern
        self.normalizer, self.positions = normalizer, positions
        self.feature_map, self.random_features, self.redraw, self.decay = feature_map, random_features, redraw, decay
        self.size, self.width, self.layers, self.heads = size, width, layers, heads
        self.feed_forward, self.dropout = feed_forward, dropout
        self.epochs, self.steps, self.max_minutes, self.batch_tokens = epochs, steps, max_minutes, batch_tokens
        self.learning_rate, self.weight_decay, self.patience = learning_rate, weight_decay, patience
        self.validation, self.random_state = validation, random_state
        self.precision, self.device, self.verbose = precision, device, verbose

    def fit(self, X: Any, y: Any = None, valid: Any = None) -> Self:
        """Learns from a list of texts, one line each, from one long text, or from images; `y` is not looked at.

        `valid`, of the same form, is what weights are chosen by, instead of a share of X.
        """
        seed = self._seed()
        if images.are_images(X):
            pictures = images.image_parts(X, valid, self.validation, seed)
            return self._learn(GenerateConfig, painter_in_memory, pictures, input="image", seed=seed)
        each_line = not isinstance(X, str)
        lines, held_out = _lines(X), None if valid is None else _lines(valid)
        parts = self._parts(lines, each_line, seed) if held_out is None else TextParts(lines, held_out)
        return self._learn(GenerateConfig, generator_in_memory, parts, each_line=each_line, seed=seed)

    def generate(
        self,
        prefixes: Any = ("",),
        *,
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
        longest: int = 500,
        lines: int | None = None,
        rules: Rules | None = None,
        random_state: Any = None,
    ) -> list[str]:
        """What follows each prefix, drawn; after an empty one, a text from its beginning.

        Args:
            prefixes: a list of texts.
            temperature: below 1 draws unlikelier tokens less often; 0 always takes the likeliest.
            top_k, top_p: draw from the likeliest tokens alone: so many, or as few as have this probability together.
            longest: most tokens that are drawn; the text stops there whether it has ended or not.
            lines: line ends after which a text ends; None is 1 where texts are lines, and 0, never, in a long text.
            rules: what may be written, `regard.models.rules.Rules`; where only some texts are allowed, lines is 1.
            random_state: of this call; None is the estimator's.
        """
        model = self._of_texts("generate", "sample(count), or complete(images)")
        ends = int(model.each_line or bool(rules and rules.allowed)) if lines is None else lines
        known = () if rules is None else rules.of(model.text, ends)
        seed = self._seed() if random_state is None else AttentionGenerator(random_state=random_state)._seed()
        how = Sampling(temperature, top_k, top_p, seed, longest, ends, known)
        return [found.text for found in model.generate(as_lines(prefixes, "prefixes"), how)]

    def predict(self, X: Any) -> list[str]:
        """The likeliest continuation of each text, token by token; at most 500 tokens."""
        return self.generate(X, temperature=0.0)

    def sample(self, count: int = 1, **choices: Any) -> Any:
        """So many texts from nothing; choices as of `generate`. Of images an array (count, rows, columns) of uint8;
        the choices are then temperature, top_k, top_p and random_state."""
        if isinstance(model := self._model(), Painter):
            return images.painted(model, count, self._drawing(**choices))
        return self.generate([""] * count, **choices)

    def complete(self, X: Any, given: float = 0.5, **choices: Any) -> "np.ndarray[Any, Any]":
        """Images (n, rows, columns) whose upper rows, the share `given` of all, are those of X; choices as of `sample`.

        Raises OptionError for a model of texts, or where no row is given or none is left.
        """
        if not isinstance(model := self._model(), Painter):
            rule = "complete: is of images"
            raise OptionError(rule, got="a model of texts", hint="generate(prefixes) goes on with texts")
        return images.completed(model, X, given, self._drawing(**choices))

    def look(self, beginning: str, target: str | None = None, *, evidence: bool = True, seed: int = 1) -> "Look":
        """What the model has read for what follows a beginning: the likeliest 32 tokens, unless `target` is given.

        With `evidence` it is measured what each position and each head was worth: a pass for each; `seed` is that of
        its shuffles. Raises OptionError
        for a model without attention.
        """
        from regard.inspect.opening import look_at

        item = as_lines([beginning], "beginning")[0]
        return look_at(self._of_texts("look", "score_samples(images)"), item, target, seed=seed, evidence=evidence)

    def score_samples(self, X: Any) -> "np.ndarray[Any, Any]":
        """The log-likelihood of each line (lines,), in nats for each of its characters, its end included; or of each
        image, for each of its pixels."""
        if isinstance(model := self._model(), Painter):
            return -images.nats_a_pixel(model, X)
        found = model.surprise(_lines(X))
        each: np.ndarray[Any, Any] = -found.nats / found.characters
        return each

    def score(self, X: Any, y: Any = None) -> float:
        """The log-likelihood of a character, line ends included, or of a pixel: minus nats; `y` is not looked at."""
        if isinstance(model := self._model(), Painter):
            return float(self.score_samples(X).mean())
        found = model.surprise(_lines(X))
        return -float(found.nats.sum() / found.characters.sum())

    def _of_texts(self, method: str, instead: str) -> Generator:
        model = self._model()
        if isinstance(model, Painter):
            raise OptionError(f"{method}: is of texts", got="a model of images", hint=instead)
        assert isinstance(model, Generator)
        return model

    def _drawing(
        self, *, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0, random_state: Any = None
    ) -> Any:
        seed = self._seed() if random_state is None else AttentionGenerator(random_state=random_state)._seed()
        return Sampling(temperature, top_k, top_p, seed)

    def _parts(self, lines: list[str], each_line: bool, seed: int) -> TextParts:
        if self.validation == 0 or (each_line and len(lines) < 10) or len(lines) < 2:
            return TextParts(lines, lines)
        if each_line:
            count = None if self.validation is None else max(1, round(self.validation * len(lines)))
            return TextParts(*shared(lines, seed, count))
        cut = last_part(lines, 0.1 if self.validation is None else self.validation)
        return TextParts(lines[:cut], lines[cut:])


def _lines(texts: Any) -> list[str]:
    """The lines of one long text, or texts of one line each."""
    if isinstance(texts, str):
        lines = texts.removesuffix("\n").split("\n")
    else:
        lines = as_lines(texts)
        for index, line in enumerate(lines):
            if "\n" in line or not line.strip():
                got = f"item {index + 1}, {'with a line end' if line.strip() else 'blank'}"
                hint = "a list of lines, or one long text as a single string"
                raise DataError("X: a text in a list is one line that is not blank", got=got, hint=hint)
    if not any(line.strip() for line in lines):
        raise DataError("X: must hold text", got="white space alone", hint="check where it comes from")
    return lines
