"""`regard predict MODEL [FILE|-]` for a generator: each line is a beginning, and goes on."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from regard.cli.flags import parse
from regard.cli.lines import chunks, typed
from regard.cli.memory import MemoryChoices, with_memory
from regard.cli.rules import RuleChoices
from regard.data.lines import read_sources
from regard.data.pairs import one_of
from regard.decoding.sampling import Sampling
from regard.errors import OptionError
from regard.folder.generator import load_generator
from regard.models.generator import Generator
from regard.models.limits import check_allowed
from regard.models.pieces import pieces
from regard.models.records import continued
from regard.models.wording import Continuation
from regard.training.devices import device

FORMATS = ("lines", "jsonl", "text")


@dataclass(kw_only=True)
class GeneratorChoices:
    """Which model, where it runs, and how files are read."""

    model: str
    """folder of the model"""
    device: str = "auto"
    """auto, cpu, cuda or mps"""
    encoding: str = "utf-8"
    """of the text file"""


@dataclass(kw_only=True)
class PredictGenerateConfig(MemoryChoices, RuleChoices, GeneratorChoices):
    """The flags of `regard predict` for a generator."""

    input: str = "-"
    """file with the beginning of a text on each line, a blank one for none; - is standard input"""
    whole: bool = False
    """all that is read is one beginning, with its line ends; for a continuous text"""
    format: str = "lines"
    r"""lines: what follows, its line ends as \n; text: beginning and what follows as they stand; jsonl: with scores"""
    temperature: float = Sampling.temperature
    """above 1 draws unlikelier tokens more often, below 1 less often"""
    greedy: bool = False
    """always take the likeliest token, as a temperature of 0 does"""
    top_k: int = Sampling.top_k
    """draw from so many of the likeliest tokens alone; 0 is all"""
    top_p: float = Sampling.top_p
    """draw from the fewest tokens alone that have this probability together"""
    seed: int = Sampling.seed
    """the same seed draws the same again"""
    longest: int = Sampling.longest
    """most tokens that are drawn"""
    lines: int | None = None
    """end after so many line ends; 0 is never; else 1 where every line is a text, and 0 in a continuous text"""
    stream: bool = False
    """write each character as soon as it is drawn, one text after the other; not as jsonl"""
    window: int = 64
    """lines read ahead, and drawn together; the texts do not depend on it"""


def run(words: Sequence[str]) -> int:
    """Reads, draws, writes."""
    about = "Goes on with the beginning of a text on each line: exactly one answer for every line."
    config = parse("predict", PredictGenerateConfig, words, ["model", "input"], about)
    one_of("regard predict: --format", config.format, FORMATS)
    if config.stream and config.format == "jsonl":
        got = "--stream --format jsonl"
        raise OptionError("regard predict: an object of JSON is written at once", got=got, hint="--format text")
    if config.window < 1:
        raise OptionError("regard predict: --window is at least 1", got=str(config.window), hint="leave it out")
    how = _sampling(config)
    model = load(config)
    with_memory(model, config.model, config)
    ends = int(model.each_line or bool(config.allowed)) if config.lines is None else config.lines
    how = replace(how, ends=ends, rules=config.rules(config.encoding).of(model.text, ends))
    check_allowed(how)
    waits = typed(config.input)
    if waits:
        ended = "; Ctrl-D ends it" if config.whole else " and Enter; Ctrl-D ends"
        print(f"Type the beginning of a text{ended}.", file=sys.stderr)
    cut = read = 0
    for chunk in chunks(_beginnings(config, model.each_line), 1 if waits or config.stream else config.window):
        if config.stream:
            cut += not _streamed(model, chunk[0], how, read, config.format)
        else:
            for prefix, found in zip(chunk, model.generate(chunk, how, first=read, rows=config.window), strict=True):
                print(_written(prefix, found, config.format))
                cut += not found.ended
        read += len(chunk)
        sys.stdout.flush()
    if cut:
        told = f"stopped at the longest length, {config.longest:,} tokens: {cut:,} of {read:,} (--longest)"
        print(told, file=sys.stderr)
    return 0


def load(choices: GeneratorChoices) -> Generator:
    """The model, where it is to run. Raises OptionError for a device that is not there, FolderError for the folder."""
    where = device(choices.device)
    model, _ = load_generator(Path(choices.model))
    model.network.to(where)
    return model


def _sampling(config: PredictGenerateConfig) -> Sampling:
    if config.greedy and config.temperature not in (0, Sampling.temperature):
        got = f"--greedy with --temperature {config.temperature:g}"
        raise OptionError("regard predict: --greedy draws nothing", got=got, hint="drop one of the two")
    return Sampling(
        temperature=0.0 if config.greedy else config.temperature,
        top_k=config.top_k,
        top_p=config.top_p,
        seed=config.seed,
        longest=config.longest,
        ends=config.lines or 0,
    )


def _beginnings(config: PredictGenerateConfig, each_line: bool) -> Iterator[str]:
    """What is to be gone on with: each line, or all of them together."""
    lines = read_sources(config.input, encoding=config.encoding)
    if not config.whole:
        return lines
    if each_line:
        got = "a model of which every line is a text of its own"
        raise OptionError("regard predict: --whole is for a continuous text", got=got, hint="drop --whole")
    return iter(["\n".join(lines)])


def _streamed(model: Generator, prefix: str, how: Sampling, number: int, form: str) -> bool:
    """Writes what follows a prefix as it is drawn; whether it ended by itself."""
    begun = ended = False
    for piece in pieces(model, prefix, how, number):
        if form == "text" and piece.text and not begun:
            print(_before(prefix, piece.text), end="")
        begun, ended = begun or bool(piece.text), piece.drawn.ended
        print(_on_a_line(piece.text) if form == "lines" else piece.text, end="", flush=True)
    if form == "text":
        print(f"{prefix if not begun else ''}\n")
    else:
        print()
    return ended


def _on_a_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _before(prefix: str, text: str) -> str:
    """A prefix in front of its text, which may begin with a space of its own."""
    return prefix.rstrip(" \t") if text[:1].isspace() else prefix


def _written(prefix: str, found: Continuation, form: str) -> str:
    if form == "lines":
        return _on_a_line(found.text)
    if form == "text":
        return f"{_before(prefix, found.text)}{found.text}\n"
    return json.dumps({"prefix": prefix, **continued(found)}, ensure_ascii=False)
