"""A translator that is served, of texts or of items of any kind."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from torch import nn

from regard.decoding.beam import Search
from regard.errors import DataError, OptionError
from regard.inputs.text import Text
from regard.models.records import translated
from regard.models.translator import TOKENS, VECTORS, Candidate, Sources, Translator
from regard.serve.choices import TranslateChoices
from regard.serve.encoding import encoded, store_of
from regard.serve.examples import TEXT, example_of
from regard.serve.items import name_of
from regard.serve.limits import Limits
from regard.serve.looking import Looking, looked, looking
from regard.serve.reading import table
from regard.serve.refusals import too_large
from regard.serve.served import Ready, Record, Served, texts

PAIRED = ("attend", "look")
"""Verbs whose items come with their targets."""
COMPUTED = 16
"""So many times as many weights may be computed as are told."""


class Wanted(NamedTuple):
    """How to search, and, of what was read, how many greatest weights of each row are told; None is all."""

    search: Search
    longest: int | None
    top: int | None = None


class ServedTranslator(Served):
    """`/predict`, and where it has attention `/attend` and `/look`, whose items are (source, target or None)."""

    kind = "translate"
    choosing: ClassVar = TranslateChoices
    model: Translator

    def __init__(self, name: str, limits: Limits, model: Translator) -> None:
        super().__init__(name, limits)
        self.model, self.network, self.stopping = model, model.network, nn.Identity()
        model.writing.each_step = partial(self.stopping, None)
        self.input = "text" if isinstance(model.source, Text) else model.source.kind
        self.verbs = ("predict",) if model.network.options.attention == "none" else ("predict", "attend", "look")

    def told(self) -> Record:
        """Network and vocabularies."""
        options, source = self.model.network.options, self.model.source
        sizes = {"source": source.size} if isinstance(source, Text) else {"features": source.features}
        told = {"network": options.network, "attention": options.attention}
        return {**told, **sizes, "target": self.model.target.size}

    def example(self) -> Any:
        """A sentence, or an item of the input."""
        return TEXT if isinstance(self.model.source, Text) else example_of(self.model.source)

    def items(self, given: Sequence[Any]) -> list[Any]:
        """Sources; of texts no lists of words."""
        found = super().items(given)
        return texts(found) if self.input == "text" else found

    def wanted(self, verb: str, body: Any) -> Wanted | Looking:
        """The search, as `regard predict` has it."""
        if verb == "look":
            return looking(body)
        chosen: TranslateChoices = self.choices(body.choices)
        if chosen.n_best > (1 if verb == "attend" else chosen.beam):
            got, hint = f"n_best {chosen.n_best}, beam {chosen.beam}", "a larger beam; /attend looks at the best alone"
            raise OptionError("request: choices: n_best must be at most the beam", got=got, hint=hint)
        if chosen.longest > self.limits.length:
            got, hint = f"longest {chosen.longest:,}", "a smaller one, or none"
            raise too_large("--length", self.limits.length, got, "tokens an answer", hint)
        search = Search(chosen.beam, chosen.n_best, chosen.length_penalty)
        return Wanted(search, chosen.longest or None, body.top if verb == "attend" else None)

    def ready(self, verb: str, asked: Any, items: Sequence[Any]) -> Ready:
        """Sources that are short enough; sounds, images and all else are read here, once."""
        sources = [source for source, _ in items] if verb in PAIRED else list(items)
        if isinstance(self.model.source, Text):
            if verb in PAIRED:
                _check_filled(sources)
            lengths = (self.model.stored(sources).lengths - 1).tolist()
            self.measured(lengths)
            self.model.check_room([length + 1 for length in lengths], name_of)
            read = Ready(sources, lengths)
        else:
            read = encoded(self.model.source, sources, self.measured)
        return Ready(list(zip(read.items, items, strict=True)), read.lengths)

    def answers(self, verb: str, asked: Any, ready: Ready) -> list[Record]:
        """Translations, or what they were read from."""
        if verb == "predict":
            return [translated(each, asked.search.n_best) for each in self._translated(asked, ready)]
        if verb == "look":
            each = zip(ready.items, ready.lengths, strict=True)
            return [self._inspected(source, target, length, asked) for (_, (source, target)), length in each]
        own = [place for place, (_, (_, target)) in enumerate(ready.items) if target is None]
        asking = Ready([ready.items[place] for place in own], [ready.lengths[place] for place in own])
        found = dict(zip(own, self._translated(asked, asking), strict=True))
        records = []
        for place, ((_, (source, target)), length) in enumerate(zip(ready.items, ready.lengths, strict=True)):
            best = found[place][0] if target is None else None
            text = target if best is None else best.text
            tokens = self.model.target.encode(text) if best is None else best.tokens
            records.append(self._looked(source, length, text, tokens, asked.top))
        return records

    def _translated(self, asked: Wanted, ready: Ready) -> list[list[Candidate]]:
        read = Ready([each for each, _ in ready.items], ready.lengths)
        given = self.model.source
        sources: Sources = list(read.items) if isinstance(given, Text) else store_of(given, read)
        usual = TOKENS if isinstance(given, Text) else VECTORS
        together = max(1, usual * Search.beam // max(asked.search.beam, Search.beam))
        return self.model.translate(sources, asked.search, batch_tokens=together, longest=asked.longest, where=name_of)

    def _looked(self, source: Any, length: int, text: str, tokens: list[int], top: int | None) -> Record:
        """The weights of one target; none are computed that would be too many."""
        self._check_weights(tokens, length)
        return {"prediction": text, **table(self.model.read(source, tokens), top, self.limits.numbers)}

    def _inspected(self, source: Any, target: str | None, length: int, asked: Looking) -> Record:
        """What the inspector sees; a client who leaves is not looked for any further."""
        if target is not None:
            self._check_weights(self.model.target.encode(target), length)
        steps = self.network.get_submodule("output").register_forward_pre_hook(lambda *_: self.stopping(None))
        try:
            return looked(self.model, source, asked, self.limits)
        finally:
            steps.remove()

    def _check_weights(self, tokens: list[int], length: int) -> None:
        if (len(tokens) + 1) * (length + 1) > COMPUTED * self.limits.numbers:
            got, most = f"{len(tokens) + 1:,} rows of {length + 1:,}", COMPUTED * self.limits.numbers
            raise too_large(f"{COMPUTED} × --numbers", most, got, "weights a target", "break it into sentences")


def _check_filled(sources: Sequence[str]) -> None:
    """Raises DataError for a blank text, of which nothing can be seen."""
    for index, source in enumerate(sources):
        if not source.strip():
            raise DataError(f"{name_of(index)}: needs a sentence", got="a blank one", hint="leave it out")
