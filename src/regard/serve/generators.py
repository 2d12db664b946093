"""A generator that is served: texts go on, all at once or told while they are drawn."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from regard.decoding.sampling import Sampling
from regard.models.generator import Generator
from regard.models.pieces import pieces
from regard.models.records import continued
from regard.models.wording import Continuation
from regard.serve.choices import GenerateChoices
from regard.serve.limits import Limits
from regard.serve.looking import Looking, looked, looking
from regard.serve.refusals import too_large
from regard.serve.served import Ready, Record, Served, texts


class ServedGenerator(Served):
    """`/predict`, `/generate` and `/look`. An item has the number of its request, whatever is drawn beside it."""

    kind, input, verbs = "generate", "text", ("predict", "generate", "look")
    choosing: ClassVar = GenerateChoices
    model: Generator

    def __init__(self, name: str, limits: Limits, model: Generator) -> None:
        super().__init__(name, limits)
        self.model, self.network, self.stopping = model, model.network, model.network.output

    def told(self) -> Record:
        """Network, window and vocabulary."""
        options = self.model.network.options
        return {
            "network": options.network,
            "attention": options.attention,
            "window": options.longest,
            "vocabulary": self.model.text.size,
            "each_line": self.model.each_line,
        }

    def example(self) -> Any:
        """The beginning of a text."""
        return "a"

    def items(self, given: Sequence[Any]) -> list[Any]:
        """Beginnings, which may hold line ends."""
        return texts(super().items(given))

    def wanted(self, verb: str, body: Any) -> Sampling | Looking:
        """How to draw, as `regard predict` has it."""
        if verb == "look":
            return looking(body)
        chosen: GenerateChoices = self.choices(body.choices)
        if chosen.longest > self.limits.length:
            hint = f'"choices": {{"longest": {self.limits.length}}}'
            raise too_large("--length", self.limits.length, f"longest {chosen.longest:,}", "tokens an answer", hint)
        ends = int(self.model.each_line) if chosen.lines is None else chosen.lines
        return Sampling(ends=ends, **chosen.model_dump(exclude={"lines"}))

    def ready(self, verb: str, asked: Any, items: Sequence[Any]) -> Ready:
        """The beginnings and their numbers in the request."""
        if verb == "look":
            items = [item for item, _ in items]
            self.measured([1 + len(self.model.numbers(each + (asked.target or ""))) for each in items])
        lengths = [1 + len(self.model.numbers(each)) for each in items]
        self.measured(lengths)
        return Ready(list(enumerate(items)), lengths)

    def answers(self, verb: str, asked: Any, ready: Ready) -> list[Record]:
        """What follows each."""
        if verb == "look":
            return [looked(self.model, item, asked, self.limits) for _, item in ready.items]
        numbers, prefixes = zip(*ready.items, strict=True)
        return [continued(each) for each in self.model.generate(prefixes, asked, numbers=numbers)]

    def streamed(self, asked: Sampling, item: str) -> Iterator[tuple[str, Record]]:
        """`token` for each one, and `done` with what `/predict` answers."""
        self.ready("generate", asked, [item])
        text = ""
        for piece in pieces(self.model, item, asked):
            text, drawn = text + piece.text, piece.drawn
            yield "token", {"token": piece.token, "text": piece.text}
        yield "done", continued(Continuation(text, drawn.tokens, drawn.score, drawn.ended))
