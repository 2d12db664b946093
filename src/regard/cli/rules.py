"""What may be written, and how targets are found: flags that predict and evaluate share."""

from dataclasses import dataclass, fields

from regard.data.lines import read_lines
from regard.decoding.beam import Search
from regard.decoding.drawing import Draws
from regard.decoding.sampling import Sampling
from regard.errors import OptionError
from regard.inputs.text import Text
from regard.models.limits import How
from regard.models.rules import Rules


@dataclass(kw_only=True)
class RuleChoices:
    """What may be written."""

    repetition_penalty: float = Rules.repetition_penalty
    """what the log-probability of a token that was written before is multiplied by; 1 is no penalty"""
    no_repeat: int = Rules.no_repeat
    """never write so many tokens in a row twice; 0 lets all repeat"""
    shortest: int = Rules.shortest
    """fewest tokens that are written before the end"""
    forbidden: str = ""
    """file with a text on each line that is never written"""
    allowed: str = ""
    """file with a text on each line, one of which is what is written"""

    def rules(self, encoding: str) -> Rules:
        """The rules, their files read."""
        forbidden, allowed = (
            [line for _, line in read_lines(path, encoding)] if path else [] for path in (self.forbidden, self.allowed)
        )
        return Rules(self.repetition_penalty, self.no_repeat, self.shortest, forbidden, allowed)


@dataclass(kw_only=True)
class SearchChoices(RuleChoices):
    """How translations are searched for."""

    length_penalty: float = Search.length_penalty
    """exponent of the length that scores are divided by"""
    coverage_penalty: float = Search.coverage_penalty
    """how much hypotheses pay for source tokens that they have not read; 0 is nothing"""

    def search(self, beam: int, n_best: int, text: Text, encoding: str) -> Search:
        """The search, its rules about the tokens of a text."""
        rules = self.rules(encoding).of(text)
        return Search(beam, n_best, self.length_penalty, self.coverage_penalty, rules=rules)


@dataclass(kw_only=True)
class DrawChoices(SearchChoices):
    """How translations are searched for, or drawn, and what they begin with."""

    prefix: str = ""
    """text that every target begins with"""
    sample: bool = False
    """draw targets by their probability instead of searching for the best; --n-best says how many"""
    temperature: float = Sampling.temperature
    """with --sample, above 1 draws unlikelier tokens more often, below 1 less often"""
    top_k: int = Sampling.top_k
    """with --sample, draw from so many of the likeliest tokens alone; 0 is all"""
    top_p: float = Sampling.top_p
    """with --sample, draw from the fewest tokens alone that have this probability together"""
    seed: int = Sampling.seed
    """with --sample, the same seed draws the same again"""

    def check_drawing(self, beam: int, n_best: int) -> None:
        """Raises OptionError for a choice of drawing without it, and for one of a search beside it."""
        known = {each.name: each.default for each in fields(DrawChoices)}
        idle = ["coverage_penalty"] if self.sample else ["temperature", "top_k", "top_p", "seed"]
        for name in idle:
            if getattr(self, name) != known[name]:
                flag, hint = f"--{name.replace('_', '-')}", "drop --sample" if self.sample else "--sample"
                way = "searching" if self.sample else "drawing"
                raise OptionError(
                    f"regard predict: {flag} is for {way}", got=f"{flag} {getattr(self, name)}", hint=hint
                )
        if not (self.sample and n_best >= 1) and not 1 <= n_best <= beam:
            raise OptionError(
                "regard predict: n-best must be between 1 and the beam",
                got=f"--n-best {n_best} --beam {beam}",
                hint=f"--beam {max(n_best, 1)}",
            )

    def how(self, beam: int, n_best: int, text: Text, encoding: str) -> How:
        """The search, or what is drawn."""
        search = self.search(beam, n_best, text, encoding)
        if not self.sample:
            return search
        drawn = Sampling(self.temperature, self.top_k, self.top_p, self.seed, rules=search.rules)
        return Draws(drawn, n_best)
