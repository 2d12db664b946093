"""A folder with the graphs of a model, what prepares its items, and `run.py`, which answers by onnxruntime alone."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import nn

from regard.errors import OptionError
from regard.export.destination import write_export, write_program
from regard.export.onnx.answering import chain_of, write_answering
from regard.export.onnx.generating import write_generating
from regard.export.onnx.reading import check_readable, room_of
from regard.export.onnx.tracing import OPSET
from regard.export.onnx.translating import write_translating
from regard.folder.inputs import write_input
from regard.folder.model import save_sides
from regard.inputs.catalogue import INPUTS
from regard.inputs.text import Text
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator
from regard.networks.items import Source

PROGRAM = "regard.export.standalone.run_"
ABOUT = "A model as ONNX graphs: one answer for one line or item."

SEARCHING = ("sparsemax", "entmax", "top-k")
"""Normalizers that search for a threshold until it is good enough."""

Model = Translator | Answerer | Generator


def to_onnx(model: Model, folder: Path, *, longest: int = 1024) -> None:
    """Writes graphs, tokenizers or input, and `run.py`, which needs neither torch nor regard.

    `longest` is how many tokens or vectors an item may have where sinusoids set no limit. The model is changed and
    must not be trained on. Raises OptionError for a model that cannot be written, MissingError without the libraries.
    """
    _check(model, longest)
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(model, Generator):
        write_generating(model, folder)
        model.text.save(folder / "text.json")
        write_program(folder, "run.py", f"{PROGRAM}generator", ABOUT)
        told: dict[str, Any] = {"kind": "generate", "each_line": model.each_line}
        return _end(folder, {**told, "window": model.network.options.longest})
    if isinstance(model, Translator):
        return _translator(model, folder, longest)
    write_answering(model, folder, longest)
    write_input(model.given, folder / "input.json")
    write_program(folder, "run.py", f"{PROGRAM}answers", ABOUT, (INPUTS[model.given.kind].module,))
    told = {"kind": model.targets.kind, "targets": model.targets.to_json(), "head": asdict(model.network.head)}
    return _end(folder, {**told, "chain": chain_of(model.network), "room": room_of(model.network)})


def _translator(model: Translator, folder: Path, longest: int) -> None:
    write_translating(model, folder, longest)
    save_sides(model, folder)
    if isinstance(model.source, Text):
        write_program(folder, "run.py", f"{PROGRAM}texts", ABOUT)
        return _end(folder, {"kind": "translate", "room": room_of(model.network)})
    write_program(folder, "run.py", f"{PROGRAM}items", ABOUT, (INPUTS[model.source.kind].module,))
    source = model.network.source
    assert isinstance(source, Source)
    decoder = nn.ModuleList(child for name, child in model.network.named_children() if name != "source")
    rooms = {"room": room_of(source), "room_of_target": room_of(decoder), "most_tokens": source.how.most_tokens}
    return _end(folder, {"kind": "translate", **rooms})


def _check(model: Model, longest: int) -> None:
    if longest < 2:
        raise OptionError("regard export: --longest is at least 2", got=str(longest), hint="leave it out")
    options = model.network.options
    searching = options.weighing in SEARCHING
    if searching or any(each.normalizer for each in options.reads):
        rule = "regard export: ONNX is written for normalizers that need no look at their own numbers"
        got = f"--normalizer {options.weighing}" if searching else f"--pattern {options.pattern!r}"
        hint = "regard serve answers from such a model over HTTP"
        raise OptionError(rule, got=got, hint=hint)
    given = model.source if isinstance(model, Translator) else model.given if isinstance(model, Answerer) else None
    if given is not None and not isinstance(given, Text):
        check_readable(given)


def _end(folder: Path, record: dict[str, Any]) -> None:
    write_export(folder, {**record, "to": "onnx", "opset": OPSET})
