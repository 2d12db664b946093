"""`regard demo`: dates as people write them, read with attention and without it, on your own machine."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regard.checks import unknown
from regard.cli.demo_words import EXAMPLES, LANGUAGES
from regard.cli.flags import check_cli, parse
from regard.errors import OptionError, missing, nearest

if TYPE_CHECKING:
    from rich.console import Console

    from regard.metrics.exact import ExactMatch
    from regard.models.translator import Translator
    from regard.training.dates import Dates, Plan

BAR = 30
QUICK: dict[str, Any] = {"locales": ("de", "en", "es", "fr", "ja", "zh"), "batch_tokens": 1000}


@dataclass(kw_only=True)
class DemoConfig:
    """The flags of `regard demo`."""

    quick: bool = False
    """45 seconds in all instead of 200, with less to show for it"""
    lang: str = "en"
    """language the demo speaks: en or zh"""
    pair: str = ""
    """translate dates between two languages instead, for example zh-en"""
    model: str = "regard-demo"
    """folder that the two models are written to"""
    attention: str = "additive"
    """of the first network: dot, bilinear, additive, cosine, distance or linear"""
    seconds: float = 0.0
    """training time of each network; 0 is 78, or 14 with --quick"""
    seed: int = 1
    """decides data and weights"""


def run(words: Sequence[str]) -> int:
    """Trains twice, measures, shows, saves."""
    check_cli("demo")
    config = parse("demo", DemoConfig, words, [], "Shows on your own machine what attention is for.")
    if config.lang not in LANGUAGES:
        raise OptionError(
            "regard demo: --lang: no such language", got=repr(config.lang), hint=nearest(config.lang, LANGUAGES)
        )
    from regard.networks.catalogue import ATTENTIONS

    if config.attention not in ATTENTIONS:
        raise unknown("regard demo: --attention", config.attention, list(ATTENTIONS))
    try:
        import babel  # noqa: F401
    except ImportError as error:
        raise missing("regard demo", "babel", "demo") from error
    from rich.console import Console

    from regard.training.dates import Plan

    plan = Plan(attention=config.attention, pair=config.pair, seed=config.seed)
    if config.quick:
        plan = replace(plan, seconds=14.0, training_lines=20_000, test_lines=100, read_lines=24, **QUICK)
    if config.seconds:
        plan = replace(plan, seconds=config.seconds)
    Show(plan, Path(config.model), LANGUAGES[config.lang], Console(highlight=False, soft_wrap=True)).run()
    return 0


class Show:
    """One run of the demo."""

    def __init__(self, plan: "Plan", folder: Path, words: dict[str, str], console: "Console") -> None:
        self.plan, self.folder, self.words, self.console = plan, folder, words, console
        self.started = time.monotonic()

    def run(self) -> None:
        """From the first sentence to the last."""
        from regard.training.dates import exact_by_length, make, reads

        self._introduce()
        dates = make(self.plan)
        self._say("made", train=len(dates.split.train), test=self.plan.test_lines)
        found: dict[str, dict[int, ExactMatch]] = {}
        models = {}
        for attention, label in (
            (self.plan.attention, self.words["with"].format(name=self.plan.attention)),
            ("none", self.words["without"]),
        ):
            models[attention] = self._train(attention, label, dates)
            found[label] = exact_by_length(models[attention], dates)
        self._chart(found, dates)
        model = models[self.plan.attention]
        told = reads(model, self.plan, dates)
        self._say("reads")
        for name in ("trained", "untrained", "shuffled"):
            self._print(f"  {self.words[name]}: {100 * getattr(told, name).share:.1f} %")
        self._look(model)
        self._finish()

    def _introduce(self) -> None:
        from regard.data.dates import LEFT_OUT, LOCALES, describe, patterns

        self._print(f"[bold]{self.words['title']}[/bold]\n", markup=True)
        self._say("story")
        self._print("")
        target = self.plan.pair or self.words["iso"]
        self._say("task", target=target, seed=self.plan.seed)
        ways, examples = describe().split("\n", 1)
        locales = self.plan.locales
        count = sum(len(patterns(locale)) for locale in locales)
        self._print(self.words["ways"].format(locales=len(locales), ways=count) if "ways" in self.words else ways)
        if locales != LOCALES:
            self._say("quick", locales=", ".join(locales))
        self._print(examples)
        self._print(self.words.get("left_out", LEFT_OUT))

    def _train(self, attention: str, label: str, dates: "Dates") -> "Translator":
        from regard.cli.watch import Watch
        from regard.training.dates import train

        self._print("")
        self._say("training", what=label, seconds=self.plan.seconds)
        name = "last-state" if attention == "none" else "attention"
        with Watch(self.console, label, lines=False) as watch:
            return train(self.plan, attention, dates, self.folder / name, watch).model

    def _chart(self, found: "dict[str, dict[int, ExactMatch]]", dates: "Dates") -> None:
        self._print("")
        self._say("chart")
        for number, group in dates.tests.items():
            letters = round(sum(len(line.source) for line in group) / len(group))
            note = f"  ({self.words['longer']})" if number > 4 else ""
            dates_or_date = self.words["date" if number == 1 else "dates"]
            self._print(f"\n  {number} {dates_or_date}, ~{letters} {self.words['letters']}{note}")
            for label, by_length in found.items():
                score = by_length[number].score
                bar = "█" * round(BAR * score / 100)
                self._print(f"    {bar:{BAR}} {score:5.1f} %  {label}")
        self._print("")

    def _look(self, model: "Translator") -> None:
        from regard.inspect.alignment import Alignment, terminal

        example = EXAMPLES.get(self.plan.pair, EXAMPLES[""])
        best = model.translate([example])[0][0]
        reading = model.read(example, best.tokens)
        self._print("")
        self._say("look")
        self._print(f"  {example} → {best.text}")
        self.console.print(terminal(Alignment(reading.source, reading.target, reading.weights)))

    def _finish(self) -> None:
        model = self.folder / "attention"
        self._print("")
        self._say("saved", folder=self.folder)
        self._say("next", model=model, example=EXAMPLES.get(self.plan.pair, EXAMPLES[""]))
        self._say("took", seconds=time.monotonic() - self.started)

    def _say(self, key: str, **values: object) -> None:
        self._print(self.words[key].format(**values))

    def _print(self, text: str, markup: bool = False) -> None:
        self.console.print(text, markup=markup)
