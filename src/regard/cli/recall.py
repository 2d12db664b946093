"""`regard recall MODEL TEXT --memory DIR`: which remembered examples an answer read, and how strongly."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from regard.cli.answers import record_of_model
from regard.cli.flags import parse
from regard.cli.memory import opened
from regard.cli.model import ModelChoices
from regard.data.examples import Examples
from regard.data.pairs import Pairs
from regard.decoding.beam import Search
from regard.errors import DataError, OptionError
from regard.folder.answerer import load_answerer
from regard.folder.generator import load_generator
from regard.folder.model import load_translator
from regard.inputs.text import Text
from regard.memory.giving import Model, give
from regard.memory.lessons import Answers, Lessons, Texts, Translations, brief_of
from regard.memory.mixing import Mixing
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator
from regard.training.devices import device


@dataclass(kw_only=True)
class RecallConfig(ModelChoices):
    """The flags of `regard recall`."""

    item: str
    """what is asked: a text; of a generator, a text of which each token is told"""
    memory: str = ""
    """folder of the memory, file .db, or URL of a Milvus cluster"""
    top: int = 3
    """entries that are shown of each answer, or token"""


def run(words: Sequence[str]) -> int:
    """Answers, and shows what was read."""
    record = record_of_model("recall", words)
    about = "Shows which remembered examples an answer read, and how strongly."
    config = parse("recall", RecallConfig, words, ["model", "item"], about)
    if not config.item.strip():
        raise DataError("regard recall: needs a text", got="a blank one", hint="regard recall MODEL 'ein Haus'")
    if config.top < 1:
        raise OptionError("regard recall: --top is at least 1", got=str(config.top), hint="leave it out")
    model = _loaded(config, record.get("kind", "translate"))
    memory = opened(model, config.model, config.memory)
    mixing = Mixing.of(memory)
    give(model, memory, mixing)
    answer, lessons = _answered(model, config)
    print(answer)
    with torch.no_grad():
        lesson = next(iter(lessons.taught([0])))
    read = memory.read(lesson.keys, mixing.k, mixing.temperature)
    shares = mixing.lambda_of(read.distances) if read.weights.shape[1] else torch.zeros(len(lesson.keys))
    for row, value in enumerate(lesson.values):
        print(f"{_named(model, value)}: {float(shares[row]):.1%} from the memory")
        for place in range(min(config.top, read.weights.shape[1])):
            weight, origin = float(read.weights[row, place]), read.origins[row][place]
            told = brief_of(" ".join(origin.text.split()), 80)
            print(f"  {weight:6.1%}  {_named(model, read.values[row][place])}  {origin.name}  {told}")
    return 0


def _loaded(config: RecallConfig, kind: str) -> Model:
    folder, where = Path(config.model), device(config.device)
    model: Model
    if kind == "translate":
        model, _ = load_translator(folder)
    elif kind == "generate":
        model, _ = load_generator(folder)
    else:
        model, _ = load_answerer(folder)
    model.network.to(where)
    return model


def _answered(model: Model, config: RecallConfig) -> tuple[str, Lessons]:
    """The answer, and the item with it, as if it were to be remembered."""
    if isinstance(model, Generator):
        return config.item, Texts(model, [Examples("text", config.item.splitlines(), origin="item")])
    if isinstance(model, Translator):
        if not isinstance(model.source, Text):
            raise _no_text(model.source.kind)
        best = model.translate([config.item], Search(config.beam), where=lambda _: "regard recall")[0][0]
        return best.text, Translations(model, Pairs.of([config.item], [best.text], "item"))
    if model.given.kind != "text":
        raise _no_text(model.given.kind)
    item = config.item.split() if model.targets.per_vector else config.item
    examples = Examples("text", [item], origin="item")
    answers = model.predict(examples)
    shown = " ".join(map(str, answers[0])) if model.targets.per_vector else str(answers[0])
    return shown, Answers(model, Examples("text", [item], answers, origin="item"))


def _no_text(kind: str) -> OptionError:
    return OptionError("regard recall: the model must read texts", got=f"one of {kind}", hint="regard predict --memory")


def _named(model: Model, value: object) -> str:
    """A token or a class, as people read it."""
    if isinstance(model, Answerer):
        return str(value)
    text = model.target if isinstance(model, Translator) else model.text
    return text.token(int(str(value)))
