"""A translator with one source, and a target that it wrote or that is given."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from regard.data.examples import Examples
from regard.decoding.beam import Search
from regard.errors import DataError
from regard.inputs.base import Encoded
from regard.inputs.batch import Batch, padded
from regard.inputs.text import BEGIN, END, Text
from regard.inspect.capture.calls import Place
from regard.inspect.record import Axis
from regard.inspect.subjects.axes import axis_of, brief_item
from regard.inspect.subjects.base import Removal, Variant, fresh, own_place
from regard.inspect.subjects.variants import varied
from regard.inspect.subjects.writing import CELLS, answers_of, steps_of, sureness, told_of
from regard.models.assembly import translating
from regard.models.limits import How
from regard.models.translator import Translator
from regard.networks.base import Network
from regard.networks.items import Source

VECTORS = 8_192


class Translating:
    """As `Subject` has it: the log-probability of the whole target is explained, and that of each piece."""

    judged = "source"

    def __init__(
        self, model: Translator, item: Any, target: str | list[int] | None = None, how: How | None = None
    ) -> None:
        self.model, self.network = model, model.network
        text = isinstance(model.source, Text)
        if text and not str(item).strip():
            raise DataError("look: needs a text", got="a blank one", hint="ein Haus")
        sources = [item] if text else Examples(model.source.kind, [item], origin="item")
        own = target if isinstance(target, list) else None
        if own is None:
            own = model.translate(sources, how or Search(), where=lambda _: "look")[0][0].tokens
        tokens = model.target.encode(target) if isinstance(target, str) else own
        self.after = [*tokens, END]
        pieces = [*map(model.target.token, tokens), "</s>"]
        self.encoded, self.group, source = self._read(item)
        self.axes = {"source": source, "target": Axis("target", "answer", tuple(pieces))}
        self.answers = answers_of(pieces, 0)
        how_removed = "the piece is left out" if text else "the vectors become the training's mean"
        self.removal = Removal(how_removed, tuple(range(len(source.labels) - text)))
        with torch.inference_mode():
            said = self._said(model.network, [Variant()])[0]
        self.steps = steps_of(said, self.after, model.target)
        self.headline = {
            "input": brief_item(item, source.kind),
            "output": model.target.decode(own),
            "target": model.target.decode(tokens),
            **sureness(self.steps),
            "task": "translate",
        }

    def told(self, network: nn.Module, variants: Sequence[Variant]) -> Tensor:
        """Log-probabilities (variants, 1 + pieces)."""
        size = max(len(self.encoded), len(self.after))
        together = max(1, min(VECTORS // size, CELLS // (len(self.after) * self.model.target.size)))
        rows = [variants[start : start + together] for start in range(0, len(variants), together)]
        return torch.cat([told_of(self._said(network, part), self._after(len(part))) for part in rows])

    def place(self, name: str) -> Place:
        """What a call of that name is."""
        return own_place(name)

    def readers(self, names: Sequence[str]) -> list[str]:
        """Every layer that reads the source for the target."""
        return [name for name in names if name.startswith("source")]

    def twin(self, seed: int) -> nn.Module:
        """The same network untrained."""
        model = self.model
        how = model.network.source.how if isinstance(model.network.source, Source) else None

        def make() -> nn.Module:
            return translating(model.source, model.target, model.network.options, how)

        return fresh(make, seed).to(model.device)

    def _read(self, item: Any) -> tuple[Encoded, int, Axis]:
        """The source as the network reads it, vectors of a position, and its axis."""
        source = self.model.source
        if isinstance(source, Text):
            numbers = torch.tensor([*source.encode(item), END]).numpy()
            return Encoded(numbers), 1, Axis("source", "text", (*source.pieces(item), "</s>"))
        assert isinstance(self.model.network.source, Source), "items are read by their own part of a network"
        group = 2**self.model.network.source.halvings
        return source.encode(item, "item"), group, axis_of(source, item, group)

    def _batch(self, variants: Sequence[Variant]) -> Batch:
        leaves = isinstance(self.model.source, Text)
        items = [varied(self.encoded, each, self.group, leaves=leaves, unknown=None) for each in variants]
        return padded(items).to(self.model.device)

    def _said(self, network: nn.Module, variants: Sequence[Variant]) -> Tensor:
        """Log-probabilities (b, q, v) of all words at each step of the target."""
        assert isinstance(network, Network), "a translator's network"
        before = torch.tensor([[BEGIN, *self.after[:-1]]], device=self.model.device).expand(len(variants), -1)
        said: Tensor = network.output(network.decode(network.encode(*self._batch(variants)), before))
        return said

    def _after(self, rows: int) -> Tensor:
        return torch.tensor([self.after], device=self.model.device).expand(rows, -1)
