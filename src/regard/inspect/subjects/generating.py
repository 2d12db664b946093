"""A generator with a beginning, and what follows it: each piece is read from all those before it."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from regard.decoding.sampling import Sampling
from regard.errors import DataError
from regard.inputs.text import END
from regard.inspect.capture.calls import Place
from regard.inspect.record import Axis
from regard.inspect.subjects.base import Removal, Variant, fresh, own_place
from regard.inspect.subjects.writing import CELLS, answers_of, steps_of, sureness, told_of
from regard.models.generator import Generator
from regard.networks.language import Language, build_language

LONGEST = 32
"""Pieces that are written behind a beginning, unless they are given."""


class Generating:
    """As `Subject` has it: explained are all pieces behind the beginning, then each of them."""

    judged = "text"

    def __init__(self, model: Generator, item: str, target: str | None = None) -> None:
        self.model, self.network = model, model.network
        begun = [END, *model.numbers(item)]
        how = Sampling(temperature=0.0, longest=LONGEST, ends=int(model.each_line))
        found = model.generate([item], how)[0] if target is None else None
        new = model.numbers(item + (target or ""))[len(begun) - 1 :] if found is None else found.tokens
        if not new:
            raise DataError("look: something must follow the beginning", got=repr(target), hint="another --target")
        self.tokens, self.first = [*begun, *new], len(begun) - 1
        _check_room(model, len(self.tokens))
        labels = tuple(map(model.text.token, self.tokens[:-1]))
        self.axes = {"text": Axis("text", "text", labels)}
        self.answers = answers_of([model.text.token(token) for token in new], self.first, len(labels))
        self.removal = Removal("the piece is left out", tuple(range(1, len(begun))))
        with torch.inference_mode():
            said = self._said(model.network, [Variant()])[0]
        self.steps = steps_of(said[self.first :], new, model.text)
        self.headline = {
            "input": item,
            "output": str(target) if found is None else found.text,
            "target": model.spelled(new),
            **sureness(self.steps),
            "task": "generate",
        }

    def told(self, network: nn.Module, variants: Sequence[Variant]) -> Tensor:
        """Log-probabilities (variants, 1 + pieces); NaN of pieces that a variant does not have."""
        together = max(1, CELLS // (len(self.tokens) * self.model.text.size))
        rows = [variants[start : start + together] for start in range(0, len(variants), together)]
        return torch.cat([self._told(network, part) for part in rows])

    def place(self, name: str) -> Place:
        """What a call of that name is."""
        return own_place(name)

    def readers(self, names: Sequence[str]) -> list[str]:
        """The last layer."""
        return [name for name in names if name.startswith("past")][-1:]

    def twin(self, seed: int) -> nn.Module:
        """The same network untrained."""
        options, words = self.network.options, self.model.text.size
        return fresh(lambda: build_language(options, words), seed).to(self.model.device)

    def _told(self, network: nn.Module, variants: Sequence[Variant]) -> Tensor:
        """Each variant's log-probabilities at the places that its pieces have moved to."""
        said, rows = self._said(network, variants), []
        for row, variant in zip(said, variants, strict=True):
            gone = sorted(variant.without)
            shift = [sum(each < place for each in gone) for place in range(len(self.tokens))]
            at = [place - 1 - shift[place] for place in range(self.first + 1, len(self.tokens))]
            after = torch.tensor([self.tokens[self.first + 1 :]], device=said.device)
            told = told_of(row[at][None], after)[0]
            lost = [place in gone for place in range(self.first + 1, len(self.tokens))]
            unknown = torch.tensor([any(lost), *lost][: len(told)], device=said.device)
            rows.append(told.masked_fill(unknown, torch.nan))
        return torch.stack(rows)

    def _said(self, network: nn.Module, variants: Sequence[Variant]) -> Tensor:
        """Log-probabilities (b, n, v) of all words after each token, of rows as long as the longest."""
        assert isinstance(network, Language), "a generator's network"
        rows = [self._row(variant) for variant in variants]
        longest = max(map(len, rows))
        before = torch.tensor([row + [END] * (longest - len(row)) for row in rows], device=self.model.device)
        return network.scores(network(before))

    def _row(self, variant: Variant) -> list[int]:
        read = self.tokens[:-1]
        if variant.order is not None:
            return [read[place] for place in variant.order]
        gone = set(variant.without)
        return [token for place, token in enumerate(read) if place not in gone]


def _check_room(model: Generator, tokens: int) -> None:
    options = model.network.options
    if options.positions == "learned" and tokens - 1 > options.longest:
        got, hint = f"{tokens - 1:,} tokens", "a shorter beginning, or a shorter --target"
        raise DataError(f"look: the model has learned {options.longest:,} positions", got=got, hint=hint)
