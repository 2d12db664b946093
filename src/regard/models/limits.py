"""How long targets may become, and what they begin with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from regard.decoding.beam import Search
from regard.decoding.constraints import OneOf, Prefix
from regard.decoding.drawing import Draws
from regard.decoding.rules import Rule, Shortest
from regard.decoding.sampling import Sampling
from regard.errors import DataError, OptionError
from regard.inputs.text import Text
from regard.models.rules import known

How = Search | Draws
"""How targets are found: searched for, or drawn."""


def rules_of(how: How) -> tuple[Rule, ...]:
    """The rules of a search or of draws."""
    return how.rules if isinstance(how, Search) else how.sampling.rules


def beginning(how: How, prefixes: Sequence[Sequence[int]]) -> How:
    """The same for sources whose targets begin with these tokens."""
    if not any(prefixes):
        return how
    rules = (Prefix(prefixes, rules_of(how)),)
    if isinstance(how, Search):
        return replace(how, rules=rules)
    return replace(how, sampling=replace(how.sampling, rules=rules))


def prefixed(text: Text, prefixes: Sequence[str], count: int, where: Callable[[int], str]) -> list[list[int]]:
    """The tokens of the prefix of each source. Raises DataError for one with what the model does not know."""
    if len(prefixes) != count:
        got, hint = f"{len(prefixes):,} for {count:,} sources", "'' where there is none"
        raise DataError("prefixes: there must be one for each source", got=got, hint=hint)
    return [known(text, prefix, f"{where(index)}: the prefix") for index, prefix in enumerate(prefixes)]


def check_allowed(how: Sampling) -> None:
    """Raises DataError where what is allowed has no room behind a prefix, OptionError where nothing has."""
    _check_shortest(how.rules, how.longest if how.ends else None)
    room = _room(how.rules)
    if room and how.ends != 1:
        got = f"{how.ends} line ends after which a text ends"
        raise DataError("allowed: each text must end at its line end", got=got, hint="--lines 1")
    if room > how.longest:
        raise no_room(room, how.longest, f"--longest {room}")


def no_room(room: int, longest: int, hint: str) -> DataError:
    """The error for an allowed text that is too long."""
    got = f"one of {room - 1:,} tokens and its end, for at most {longest:,}"
    return DataError("allowed: each text must have room in the longest", got=got, hint=hint)


def _check_shortest(rules: Sequence[Rule], longest: int | None) -> None:
    """Raises OptionError where no text is as long as it must be and as short."""
    for rule in rules:
        if isinstance(rule, Shortest) and longest and rule.least >= longest:
            got, hint = f"{rule.least:,} for a longest of {longest:,}", f"--longest {2 * rule.least}"
            raise OptionError("shortest: must be below the longest, which holds the end, too", got=got, hint=hint)


def _room(rules: Sequence[Rule]) -> int:
    """Tokens of the longest text that is allowed, if only some are."""
    return max((rule.room for rule in rules if isinstance(rule, OneOf)), default=0)


@dataclass(frozen=True)
class Limits:
    """Most tokens of a target: what is `chosen`, else what follows the source; never more than positions, `most`."""

    chosen: int | None
    most: int
    allowed: int = 0

    @classmethod
    def of(cls, how: How, chosen: int | None, most: int) -> "Limits":
        """The limits where the longest target that is allowed, if only some are, must have room.

        Raises OptionError for a shortest target that is as long as the longest.
        """
        _check_shortest(rules_of(how), chosen)
        return cls(chosen, most, _room(rules_of(how)))

    def limit(self, usual: int, prefix: int, where: Callable[[int], str], index: int) -> int:
        """Most tokens of one target. Raises DataError where its prefix, or what is allowed, has no room."""
        limit = min(self.chosen or max(usual + prefix, self.allowed), self.most)
        if limit < self.allowed:
            hint = f"--longest {self.allowed}" if self.most >= self.allowed else "shorter ones: positions are learned"
            raise no_room(self.allowed, limit, hint)
        if prefix and limit <= prefix:
            got, hint = f"{prefix:,} tokens, for at most {limit:,} in all", "a larger --longest, or a shorter prefix"
            raise DataError(f"{where(index)}: the target must have room behind its prefix", got=got, hint=hint)
        return limit
