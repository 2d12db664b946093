"""`regard compare KIND DATA… --model DIR`: several networks on the same data, and a table of what each came to."""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from regard.cli.flags import check_cli, parse
from regard.cli.main import INTERRUPTED
from regard.cli.numbers import whole_numbers
from regard.cli.sitting import say
from regard.cli.train import KINDS
from regard.cli.watch import Watch
from regard.comparing.door import compared, so_far
from regard.comparing.job import CONFIGS
from regard.comparing.plan import Plan, chosen_in
from regard.comparing.table import UNITS
from regard.errors import OptionError, nearest
from regard.training.answer_config import AnswerConfig
from regard.training.config import TranslateConfig
from regard.training.generate_config import GenerateConfig
from regard.training.progress import Watcher

ABOUT = "Trains several networks on the same data under the same budget, and says what each came to."
USAGE = """regard compare classify DATA… --model DIR
regard compare translate DATA… --model DIR --try 'plain: network=recurrent attention=none' 'new: layers=6'
regard compare KIND DATA… --model DIR --data-curve 1,3,10,30,100
regard compare KIND 'train-{length}.tsv' --test 'test-{length}.tsv' --model DIR --length-curve 16,32,64

KIND is translate, label, classify, regress or generate; regard compare KIND --help tells the flags of each."""


@dataclass(kw_only=True)
class CompareChoices:
    """What a comparison knows beside the choices of a training, which hold for every network."""

    tries: list[str] = field(default_factory=list)
    """a network each: 'NAME: choice=value choice=value', the choices being flags of train; else those that suit the
    data"""
    seeds: str = "1,2,3"
    """each network is trained with every one of them, joined by commas"""
    parameters: int | None = None
    """how many every network gets, by its width; else as many as its size has"""
    data_curve: str = ""
    """percents of the training data, each learned from, as 1,3,10,30,100"""
    length_curve: str = ""
    """lengths, as 16,32,64, of files with {length} in their names; else of a generator's window, or to which texts,
    series and vectors are cut"""


@dataclass(kw_only=True)
class WhereChoices:
    """Where a comparison goes, told otherwise than of one training."""

    model: str = ""
    """folder that all models, the table, the curves and the report are written to; the same command goes on there"""
    overwrite: bool = False
    """train anew what is finished there already"""


@dataclass(kw_only=True)
class CompareTranslate(WhereChoices, TranslateConfig, CompareChoices):
    """The flags of `regard compare translate`."""


@dataclass(kw_only=True)
class CompareAnswers(WhereChoices, AnswerConfig, CompareChoices):
    """The flags of `regard compare label`, `classify` and `regress`."""


@dataclass(kw_only=True)
class CompareGenerate(WhereChoices, GenerateConfig, CompareChoices):
    """The flags of `regard compare generate`."""


FLAGS: dict[str, Any] = {"translate": CompareTranslate, "generate": CompareGenerate}


def run(words: Sequence[str]) -> int:
    """Trains what is not trained yet, prints the table; Ctrl-C keeps what is finished."""
    check_cli("compare")
    if words and words[0] in ("-h", "--help"):
        print(USAGE)
        return 0
    if not words or words[0] not in KINDS:
        got, named = (repr(words[0]), words[0]) if words else ("nothing", "")
        hint = f"{nearest(named, KINDS)}; regard compare classify --help"
        raise OptionError("regard compare: needs the kind of answer first", got=got, hint=hint)
    kind = words[0]
    config = parse(f"compare {kind}", FLAGS.get(kind, CompareAnswers), words[1:], ["data"], ABOUT)
    if not config.model:
        hint = "--model DIR"
        raise OptionError(f"regard compare {kind}: needs a folder", got="no --model", hint=hint)
    return show(plan_of(kind, config), Path(config.model), config.overwrite)


def show(plan: Plan, folder: Path, overwrite: bool) -> int:
    """The comparison at a terminal."""
    from rich.console import Console

    console = Console(stderr=True)

    @contextmanager
    def watching(label: str) -> Iterator[Watcher]:
        with Watch(console, label, lines=False, unit=UNITS[plan.kind]) as watch:
            yield watch

    plan = plan.with_usual()
    jobs = plan.jobs()
    count = f"{len(jobs)} training{'s' * (len(jobs) > 1)}"
    say(console, f"{count}: {', '.join(plan.tries)}; seeds {', '.join(map(str, plan.seeds))}.")
    try:
        found = compared(plan, folder, watching, overwrite=overwrite)
    except KeyboardInterrupt:
        found = so_far(plan, folder)
        print(found)
        say(console, f"Interrupted with {len(found.runs)} of {len(jobs)} trainings done; the same command goes on.")
        return INTERRUPTED
    print(found)
    say(console, f"{folder / 'report.html'} tells all, with curves. The models are in {folder / 'runs'}.")
    return 0


def plan_of(kind: str, config: Any) -> Plan:
    """What the flags ask for."""
    ours = {each.name for each in (*fields(CompareChoices), *fields(WhereChoices))}
    common = {name: value for name, value in chosen_in(config).items() if name not in ours}
    return Plan(
        kind=kind,
        choices={"data": config.data, **common},
        tries=dict(tried(kind, text) for text in config.tries),
        seeds=whole_numbers("--seeds", config.seeds),
        parameters=config.parameters,
        shares=whole_numbers("--data-curve", config.data_curve, most=100),
        lengths=whole_numbers("--length-curve", config.length_curve),
    )


def tried(kind: str, text: str) -> tuple[str, dict[str, Any]]:
    """The name and the choices of `NAME: choice=value …`; without a name the choices are it.

    Raises OptionError for a choice that train does not know, or a value that does not fit.
    """
    name, colon, rest = text.partition(":")
    if not colon or "=" in name:
        name, rest = text, text
    try:
        words = shlex.split(rest)
    except ValueError as error:
        raise _malformed(text) from error
    if any("=" not in word for word in words):
        raise _malformed(text)
    made = parse(f"train {kind}", CONFIGS[kind], [f"--{word}" for word in words])
    named = {word.partition("=")[0].replace("-", "_") for word in words}
    return name.strip(), {**{each: getattr(made, each) for each in named if each != "from"}, **_start(made, named)}


def _start(made: Any, named: set[str]) -> dict[str, Any]:
    return {"start": made.start} if "from" in named else {}


def _malformed(text: str) -> OptionError:
    hint = "--try 'wide: network=transformer width=256'"
    return OptionError("--try: a network is NAME: choice=value choice=value", got=repr(text), hint=hint)
