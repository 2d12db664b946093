"""`regard predict MODEL [FILE|-]`: exactly one line out for one line in."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from regard.cli.answers import record_of_model
from regard.cli.flags import parse
from regard.cli.lines import chunks, typed
from regard.cli.memory import MemoryChoices, with_memory
from regard.cli.model import ModelChoices, WritingChoices, load
from regard.cli.rules import DrawChoices
from regard.data.files import shown
from regard.data.lines import read_sources
from regard.decoding.drawing import Draws
from regard.errors import OptionError, nearest
from regard.inspect.alignment import Alignment, as_json, pharaoh
from regard.models.limits import How
from regard.models.records import translated
from regard.models.translator import Candidate, Translator
from regard.models.unknown import check_unknown, replaced

FORMATS = ("lines", "jsonl")
ALIGNMENTS = ("none", "pharaoh", "json")


@dataclass(kw_only=True)
class PredictConfig(MemoryChoices, DrawChoices, WritingChoices, ModelChoices):
    """The flags of `regard predict`."""

    input: str = "-"
    """file with one source a line; - is standard input"""
    format: str = "lines"
    """lines, or jsonl: one object a line, with scores, and all fields of a JSON line passed through"""
    n_best: int = 1
    """targets a line; more than one needs --format jsonl"""
    prefix_key: str = ""
    """key of a prefix in JSON lines, which goes before --prefix"""
    replace_unknown: bool = False
    """let unknown words be written, and replace each by the source word that it was read from most"""
    scores: bool = False
    """put the score and a tab in front of each line"""
    alignment: str = "none"
    """none; pharaoh: put source-target pairs behind a tab; json: weights, with --format jsonl"""
    longest: int = 0
    """most tokens of a target; 0 is twice the source's and 20 more"""
    batch_tokens: int = 2048
    """source tokens decoded together; the answers do not depend on it"""
    window: int = 1000
    """lines read ahead, to be sorted by length"""
    encoding: str = "utf-8"
    """of the input file"""
    x: str = "source"
    """key of the source in JSON lines"""


def run(words: Sequence[str]) -> int:
    """Reads, predicts, writes."""
    record = record_of_model("predict", words)
    if (kind := record.get("kind", "translate")) == "generate":
        from regard.cli import predict_generate

        return predict_generate.run(words)
    if kind == "generate-images":
        from regard.cli import predict_images

        return predict_images.run(words)
    if kind != "translate":
        from regard.cli import predict_answers

        return predict_answers.run(words)
    if "source" in record:
        from regard.cli import predict_items

        return predict_items.run(words)
    config = parse(
        "predict",
        PredictConfig,
        words,
        ["model", "input"],
        "Writes exactly one line for every line it reads.",
    )
    _check(config)
    model = load(config)
    with_memory(model, config.model, config)
    _check_attention(model, config)
    how = _how(model, config)
    if typed(config.input):
        print("Type a line and Enter; Ctrl-D ends.", file=sys.stderr)
    cut = read = 0
    for chunk in chunks(read_sources(config.input, encoding=config.encoding), _window(config)):
        items = [_item(line, config, number) for number, line in enumerate(chunk, read + 1)]
        for item, candidates in zip(items, _translated(model, items, how, config, read), strict=True):
            print(_written(model, item, candidates, config))
            cut += not candidates[0].ended
        read += len(chunk)
        sys.stdout.flush()
    if cut:
        print(f"stopped at the longest length, before their end: {cut:,} of {read:,} (--longest)", file=sys.stderr)
    return 0


def _check(config: PredictConfig) -> None:
    for name, value, allowed in (
        ("format", config.format, FORMATS),
        ("alignment", config.alignment, ALIGNMENTS),
    ):
        if value not in allowed:
            raise OptionError(
                f"regard predict: --{name}: no such choice", got=repr(value), hint=nearest(value, allowed)
            )
    lines = config.format == "lines"
    if lines and (config.n_best > 1 or config.alignment == "json"):
        raise OptionError(
            "regard predict: several targets or weights do not fit into one line of text",
            got=f"--n-best {config.n_best} --alignment {config.alignment} --format lines",
            hint="--format jsonl",
        )
    config.check_drawing(config.beam, config.n_best)
    if config.prefix_key and lines:
        got = f"--prefix-key {config.prefix_key} --format lines"
        raise OptionError("regard predict: --prefix-key is for JSON lines", got=got, hint="--format jsonl")
    for name, number, least in (
        ("window", config.window, 1),
        ("batch-tokens", config.batch_tokens, 1),
        ("longest", config.longest, 0),
    ):
        if number < least:
            raise OptionError(f"regard predict: --{name} is at least {least}", got=str(number), hint="leave it out")


def _check_attention(model: Translator, config: PredictConfig) -> None:
    if config.alignment != "none" and model.network.options.attention == "none":
        raise OptionError(
            "regard predict: an alignment needs a model with attention",
            got=f"--alignment {config.alignment} for a network that reads only the last state",
            hint="leave --alignment out, or train with --attention additive",
        )


def _how(model: Translator, config: PredictConfig) -> How:
    """The search, or what is drawn; the unknown word may be written where it will be replaced."""
    how = config.how(config.beam, config.n_best, model.target, config.encoding)
    if not config.replace_unknown:
        return how
    check_unknown(model)
    if isinstance(how, Draws):
        got = "--sample --replace-unknown"
        raise OptionError("regard predict: what is drawn is never unknown", got=got, hint="drop one of the two")
    return replace(how, unknown=True)


def _window(config: PredictConfig) -> int:
    """Who types gets each answer at once; files and pipes are read ahead."""
    return 1 if typed(config.input) else config.window


def _item(line: str, config: PredictConfig, number: int) -> dict[str, Any]:
    """A JSON line as it is, a text line as {x: text}."""
    if config.format == "lines" or not line.lstrip().startswith("{"):
        return {config.x: line}
    try:
        item = json.loads(line)
        if isinstance(item, dict) and isinstance(item.get(config.x), str):
            return item
        got = f"the keys {', '.join(map(repr, item))}"[:200] if isinstance(item, dict) else type(item).__name__
    except (ValueError, RecursionError) as error:
        got = str(error)
    raise OptionError(
        f"{_place(config, number)}: a JSON line must be an object with a text under {config.x!r}",
        got=got,
        hint="--x KEY",
    )


def _place(config: PredictConfig, number: int) -> str:
    """`input.txt:17`, what errors call a line."""
    return f"{'standard input' if config.input == '-' else shown(config.input)}:{number}"


def _translated(
    model: Translator, items: list[dict[str, Any]], how: How, config: PredictConfig, before: int
) -> list[list[Candidate]]:
    def where(index: int) -> str:
        return _place(config, before + index + 1)

    prefixes = [_prefix(item, config, where(index)) for index, item in enumerate(items)]
    found = model.translate(
        [item[config.x] for item in items],
        replace(how, first=before) if isinstance(how, Draws) else how,
        batch_tokens=config.batch_tokens,
        longest=config.longest or None,
        prefixes=prefixes if any(prefixes) else None,
        where=where,
    )
    if not config.replace_unknown:
        return found
    return [[replaced(model, item[config.x], each) for each in row] for item, row in zip(items, found, strict=True)]


def _prefix(item: dict[str, Any], config: PredictConfig, place: str) -> str:
    """What the target of a line begins with."""
    found = item.get(config.prefix_key, config.prefix) if config.prefix_key else config.prefix
    if isinstance(found, str):
        return found
    rule = f"{place}: the prefix under {config.prefix_key!r} must be a text"
    raise OptionError(rule, got=json.dumps(found, ensure_ascii=False)[:80], hint="leave it out where there is none")


def _written(model: Translator, item: dict[str, Any], candidates: list[Candidate], config: PredictConfig) -> str:
    best, source = candidates[0], item[config.x]
    if config.format == "lines":
        parts = [f"{best.score:.4f}"] if config.scores else []
        parts.append(" ".join(best.text.splitlines()))
        if config.alignment == "pharaoh":
            parts.append(pharaoh(model.read(source, best.tokens).weights[:-1, :-1]) if best.tokens else "")
        return "\t".join(parts)
    found = [_as_object(model, source, each, config) for each in candidates]
    answer = found[0] if config.n_best == 1 else {"candidates": found}
    if clash := sorted(item.keys() & answer.keys()):
        raise OptionError(
            "regard predict: a field of a JSON line must not have the name of one that is written",
            got=", ".join(clash),
            hint="rename it in the input",
        )
    return json.dumps({**item, **answer}, ensure_ascii=False)


def _as_object(model: Translator, source: str, candidate: Candidate, config: PredictConfig) -> dict[str, Any]:
    record = translated([candidate], n_best=1)
    if config.alignment != "none" and candidate.tokens:
        reading = model.read(source, candidate.tokens)
        if config.alignment == "pharaoh":
            record["alignment"] = pharaoh(reading.weights[:-1, :-1])
        else:
            record["reading"] = as_json(Alignment(*reading))
    return record
