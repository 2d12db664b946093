"""What is compared: networks, under which choices, with which seeds, along which curve; and the trainings it takes."""

from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from regard.comparing.job import CONFIGS, PLACE, Job, slug
from regard.comparing.usual import usual_tries
from regard.errors import OptionError, nearest

OURS = ("model", "seed", "overwrite")
"""Choices of a training that a comparison makes itself."""
ALIKE = (
    *(*OURS, "data", "valid", "test", "source", "target", "input"),
    *("valid_source", "valid_target", "test_source", "test_target"),
)
"""Choices in which networks of one comparison must not differ."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A comparison.

    Attributes:
        kind: `translate`, `label`, `classify`, `regress` or `generate`.
        choices: what holds for every network: names and values as `regard train` has them, the data among them.
        tries: the networks: a name for people, and the choices by which each differs; none means the usual ones.
        seeds: each network is trained once with every one of them.
        parameters: how many every network gets, by its width.
        shares: percents of the training data, for a curve over the amount of data.
        lengths: for a curve over length.
    """

    kind: str
    choices: dict[str, Any]
    tries: dict[str, dict[str, Any]]
    seeds: tuple[int, ...] = (1, 2, 3)
    parameters: int | None = None
    shares: tuple[int, ...] = ()
    lengths: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raises OptionError for what contradicts itself or does not exist."""
        if self.kind not in CONFIGS:
            raise OptionError("compare: no such kind of answer", got=repr(self.kind), hint=nearest(self.kind, CONFIGS))
        if not self.seeds:
            raise OptionError("seeds: at least one", got="none", hint="--seeds 1,2,3")
        if self.shares and self.lengths:
            rule, hint = "compare: one curve at a time", "two comparisons, in two folders"
            raise OptionError(rule, got="--data-curve and --length-curve", hint=hint)
        if self.parameters is not None and self.parameters < 1:
            hint = "--parameters 100000"
            raise OptionError("parameters: from 1 on", got=str(self.parameters), hint=hint)
        for name, choices in {"": self.choices, **self.tries}.items():
            _check_names(self.kind, choices, OURS if name == "" else ALIKE)
        self._check_lengths()
        slugs = [slug(name) for name in self.tries]
        if "" in slugs or len({*slugs}) < len(slugs):
            got = ", ".join(map(repr, self.tries))
            raise OptionError("tries: names of networks must differ", got=got, hint="letters and digits that differ")

    @property
    def places(self) -> set[str]:
        """The choices in which `{length}` stands."""
        return {name for name, value in self.choices.items() if PLACE in str(value)}

    def with_usual(self) -> "Plan":
        """The same, with the usual networks where none are named."""
        if self.tries:
            return self
        filled = {name: _first(value, self.lengths) for name, value in self.choices.items()}
        return replace(self, tries=usual_tries(self.kind, filled))

    def jobs(self) -> list[Job]:
        """The trainings: every network with the first seed, then with the next, so that mistakes show early."""
        points: list[tuple[int | None, int | None]] = [(None, None)]
        points = [(share, None) for share in self.shares] or [(None, one) for one in self._trained()] or points
        tests = self.lengths if self.lengths and self.places == {"test"} else ()
        return [
            Job(
                kind=self.kind,
                name=name,
                choices={**self.choices, **choices, **self._window(length)},
                seed=seed,
                parameters=self.parameters,
                share=share,
                length=length,
                cut=length is not None and not self.places and self.kind != "generate",
                tests=tests,
            )
            for seed in self.seeds
            for share, length in points
            for name, choices in self.tries.items()
        ]

    def _trained(self) -> tuple[int, ...]:
        """Lengths that there is a training for: none where they are those of tests alone."""
        return () if self.places == {"test"} else self.lengths

    def _window(self, length: int | None) -> dict[str, Any]:
        return {"window": length} if length is not None and self.kind == "generate" and not self.places else {}

    def _check_lengths(self) -> None:
        if self.places and not self.lengths:
            names = ", ".join(sorted(self.places))
            rule = "compare: {length} in a name stands for the lengths of a curve"
            raise OptionError(rule, got=f"it in {names}, and no lengths", hint="--length-curve 16,32,64")
        if self.lengths and not self.places and self.kind == "translate":
            rule = "--length-curve: pairs cannot be cut to a length"
            hint = "files of each length: train-{length}.tsv, or --test test-{length}.tsv"
            raise OptionError(rule, got="no {length} in the names of files", hint=hint)


def _check_names(kind: str, choices: dict[str, Any], barred: tuple[str, ...]) -> None:
    known = {each.name for each in fields(CONFIGS[kind])}
    for name in choices:
        if name not in known:
            raise OptionError(f"compare {kind}: no such choice", got=repr(name), hint=nearest(name, sorted(known)))
        if name in barred:
            rule = f"{name}: is the comparison's own" if name in OURS else f"{name}: is the same for all networks"
            raise OptionError(rule, got=f"{name} {choices[name]!r}", hint="leave it out of the choices of a network")


def _first(value: Any, lengths: tuple[int, ...]) -> Any:
    """A choice with the first length in its place."""
    if isinstance(value, list):
        return [_first(each, lengths) for each in value]
    return value.replace(PLACE, str(lengths[0])) if isinstance(value, str) and lengths else value


def chosen_in(config: Any) -> dict[str, Any]:
    """The choices of a training's configuration that are not its defaults, but for those of the comparison itself."""
    found = {}
    for each in fields(config):
        default = each.default if each.default_factory is MISSING else each.default_factory()
        value = getattr(config, each.name)
        if value != default and each.name not in OURS:
            found[each.name] = value
    return found
