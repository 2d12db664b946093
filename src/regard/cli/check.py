"""`regard check DATA…`: the data doctor, over the same files as `train`, read the same way."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from regard.cli.flags import check_cli, parse
from regard.data.choices import ReadingChoices
from regard.data.doctor import Finding, as_text, examine, examine_lines, meant
from regard.data.door import read_examples, told
from regard.data.examples import Examples
from regard.data.item_pairs import AnyPairs, ItemPairs
from regard.data.pairs import one_of
from regard.data.readers import read_pairs
from regard.errors import DataError, OptionError

ANSWERS = ("label", "classify", "regress", "translate", "generate")
OF_PAIRS = ("x", "y", "encoding", "blank")
"""The choices of reading that pairs know."""
OF_LINES = ("encoding", "blank", "each_line")
"""Those that a generator's texts know."""
COLOURS = {"stop": "bold red", "warn": "yellow", "note": "dim"}

Parts = Mapping[str, Examples | AnyPairs]


@dataclass(kw_only=True)
class Reading(ReadingChoices):
    """Every choice of reading that some training knows."""

    each_line: bool = False
    """of generate: whether every line is a text of its own; else all lines are one continuous text"""


@dataclass(kw_only=True)
class CheckConfig(Reading):
    """The flags of `regard check`."""

    data: list[str] = field(default_factory=list)
    """a file, a folder, or two files, line for line, as for train"""
    valid: list[str] = field(default_factory=list)
    """validation data, as DATA"""
    test: list[str] = field(default_factory=list)
    """test data, as DATA"""
    answer: str = "auto"
    """what the data are for: label, classify, regress, translate or generate; auto goes by the answers and says so"""
    longest: int | None = None
    """a length limit whose effect is told, in words, steps, nodes or vectors; else none"""
    strict: bool = False
    """end with code 2 on a warning, too"""


def run(words: Sequence[str]) -> int:
    """Reads, looks, tells; the exit code is 2 where something stops a training, or, with --strict, warns."""
    check_cli("check")
    about = "Looks at data before a training does: what stops it, what is odd, what is there."
    config = parse("check", CheckConfig, words, ["data"], about)
    one_of("--answer", config.answer, ("auto", *ANSWERS))
    if config.longest is not None and config.longest < 1:
        raise OptionError("--longest: is at least 1", got=str(config.longest), hint="leave it out")
    answer, findings = found(config)
    show(f"Read for {answer or 'its items alone: there are no answers'}.", findings)
    _judge(findings, config.strict)
    if answer is not None:
        print(f"Next: {_command(config, answer)}")
    return 0


def found(config: CheckConfig) -> tuple[str | None, list[Finding]]:
    """What the data are for, None where they hold no answers, and what the doctor finds."""
    if config.answer == "generate":
        return "generate", _of_lines(config)
    if config.each_line:
        hint = "--answer generate, or leave it out"
        raise OptionError("--each-line: is for a text that goes on", got=f"--answer {config.answer}", hint=hint)
    answer, parts = read(config)
    return answer, examine(parts, config.longest, None if answer in (None, "translate") else answer)


def read(config: CheckConfig) -> tuple[str | None, Parts]:
    """What the data are for, None where they hold no answers, and the parts that there are, by name."""
    answer: str | None = config.answer
    found = None
    if answer == "auto":
        found = read_examples(config.data, answer=None, choices=config)
        answer = meant(found.train)
    if answer == "translate":
        return answer, _pairs(config)
    if found is None or answer == "label":
        found = read_examples(config.data, answer=answer, choices=config)
    parts = {"train": found.train, "valid": found.valid, "test": found.test}
    for name, files in (("valid", config.valid), ("test", config.test)):
        if files:
            parts[name] = read_examples(files, answer=answer, choices=config).train
    return answer, {name: part for name, part in parts.items() if part is not None}


def _pairs(config: CheckConfig) -> Parts:
    parts = {"train": config.data, "valid": config.valid, "test": config.test}
    parts = {name: files for name, files in parts.items() if files or name == "train"}
    kind = told([Path(each) for each in config.data], config) if config.input == "auto" else config.input
    if kind != "text":
        choices = replace(config, input=kind)
        read = {name: read_examples(files, answer="translate", choices=choices) for name, files in parts.items()}
        return {name: ItemPairs.of(each.train) for name, each in read.items()}
    _refuse_idle(config, OF_PAIRS, "pairs of texts")
    known = {name: getattr(config, name) for name in OF_PAIRS}
    return {name: read_pairs(files, **known) for name, files in parts.items()}


def _of_lines(config: CheckConfig) -> list[Finding]:
    """Findings on the texts of a generator, read as its training reads them."""
    from regard.training.generate_config import LinesChoices
    from regard.training.generate_texts import files_of

    _refuse_idle(config, OF_LINES, "a text that goes on")
    if config.longest is not None and not config.each_line:
        hint = "leave it out, or --each-line where every line is a text"
        raise OptionError("--longest: means nothing for one continuous text", got=str(config.longest), hint=hint)
    one_of("blank", config.blank, ("error", "skip"))
    choices = LinesChoices(**{name: getattr(config, name) for name in OF_LINES})
    if not config.data:
        raise OptionError("data: there must be something to read", got="no files", hint="a text file")
    parts = {"train": config.data, "valid": config.valid, "test": config.test}
    read = {name: files_of(choices, files) for name, files in parts.items() if files}
    return examine_lines(read, config.each_line, config.longest)


def _refuse_idle(config: CheckConfig, known: Sequence[str], what: str) -> None:
    """Raises OptionError for choices of reading that nothing would heed."""
    idle = [name for name in _chosen(config, Reading) if name not in known]
    idle = [name for name in idle if name != "input" or config.input != "text"]
    if idle:
        flags = " ".join("--" + name.replace("_", "-") for name in idle)
        raise OptionError(f"check: means nothing for {what}", got=flags, hint="leave it out, or another --answer")


def show(title: str, findings: list[Finding]) -> None:
    """Prints them to standard output, in colours where it is a terminal."""
    from rich.console import Console
    from rich.text import Text

    text = Text(f"{title}\n{as_text(findings)}")
    for severity, colour in COLOURS.items():
        text.highlight_regex(rf"(?m)^{severity}\b", colour)
    Console().print(text, soft_wrap=True)


def _judge(findings: list[Finding], strict: bool) -> None:
    """Raises DataError where something stops a training, or, if strict, warns."""
    severities = ("stop", "warn") if strict else ("stop",)
    grave = [each for each in findings if each.severity in severities]
    if grave:
        kinds = " or ".join(severities)
        got = f"{len(grave):,} finding{'s' * (len(grave) > 1)}, told above"
        raise DataError(f"check: nothing may say {kinds}", got=got, hint="mend the data as told, from the top")


def _command(config: CheckConfig, answer: str) -> str:
    """The training that these data are for."""
    words = ["regard", "train", answer, *config.data, "--model", "my-model"]
    for name in ("valid", "test", *_chosen(config, Reading)):
        value = getattr(config, name)
        idle = name == "input" and (answer == "generate" or (answer == "translate" and value == "text"))
        if value and not idle:
            words += ["--" + name.replace("_", "-"), *_words(value)]
    return shlex.join(words)


def _words(value: Any) -> list[str]:
    """What stands behind a flag; nothing behind a switch."""
    if isinstance(value, bool):
        return []
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def _chosen(config: CheckConfig, among: type[Any]) -> list[str]:
    """The names of the choices that are not the default."""
    return [
        each.name for each in fields(among) if each.default is MISSING or getattr(config, each.name) != each.default
    ]
