"""Rules about what is written, as people say them: numbers and texts; a tokenizer makes them rules about tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

from regard.data.files import quoted
from regard.decoding.constraints import OneOf
from regard.decoding.rules import Forbidden, NoRepeat, RepetitionPenalty, Rule, Shortest
from regard.errors import DataError
from regard.inputs.text import UNKNOWN, Text


@dataclass(frozen=True)
class Rules:
    """What may be written.

    Attributes:
        repetition_penalty: what the log-probability of a token that was written before is multiplied by; 1 is none.
        no_repeat: so many tokens in a row never come twice; 0 lets all repeat.
        shortest: tokens before which the text does not end.
        forbidden: texts that are never written. Their tokens are barred: of subwords, another way to cut the same
            letters is not, and of characters, longer words that hold them are.
        allowed: texts of which one is written, to its end; none allows all.

    >>> text = Text.learn(["one two three"], kind="word")
    >>> [type(rule).__name__ for rule in Rules(no_repeat=2, forbidden=["two"]).of(text)]
    ['NoRepeat', 'Forbidden']
    """

    repetition_penalty: float = 1.0
    no_repeat: int = 0
    shortest: int = 0
    forbidden: Sequence[str] = ()
    allowed: Sequence[str] = ()

    def of(self, text: Text, ends: int = 1) -> tuple[Rule, ...]:
        """The same about a tokenizer's tokens; a text ends at line end number `ends`.

        Raises OptionError for numbers that make no sense, DataError for a text that is blank, or allowed and unknown.
        """
        rules: list[Rule] = []
        if self.repetition_penalty != 1:
            rules.append(RepetitionPenalty(self.repetition_penalty))
        if self.no_repeat:
            rules.append(NoRepeat(self.no_repeat))
        if self.shortest:
            rules.append(Shortest(self.shortest, ends))
        if self.forbidden:
            _check_blank("forbidden", self.forbidden)
            rules.append(Forbidden(tuple(way for line in self.forbidden for way in _ways(text, line))))
        if self.allowed:
            _check_blank("allowed", self.allowed)
            rules.append(OneOf([known(text, line, "allowed: each text") for line in self.allowed]))
        return tuple(rules)


def known(text: Text, line: str, what: str) -> list[int]:
    """The tokens of a line. Raises DataError where one of them is unknown: `what` must hold known ones."""
    tokens = text.encode(line)
    if UNKNOWN in tokens:
        start, end = text.spans(line)[tokens.index(UNKNOWN)]
        got = f"{quoted(line[start:end])} in {quoted(line)}"
        rule = f"{what} must hold only what the model has met in training"
        raise DataError(rule, got=got, hint="spell it as the training data do")
    return tokens


def _check_blank(name: str, lines: Sequence[str]) -> None:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            rule = f"{name}: a text must not be blank"
            raise DataError(rule, got=f"a blank one, number {number}", hint="delete the line")


def _ways(text: Text, line: str) -> set[tuple[int, ...]]:
    """A text's tokens after a space, and, where words hold their space, without one, as behind a bracket."""
    tokens = text.encode(line)
    behind = text.encode(f"({line}")[len(text.encode("(")) :]
    same = text.decode(behind) == text.decode(tokens)
    return {tuple(tokens), tuple(behind)} if same else {tuple(tokens)}
