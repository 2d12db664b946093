"""`regard recall MODEL TEXT --memory DIR`: which remembered examples an answer read, and how strongly."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regard.cli.answers import record_of_model
from regard.cli.flags import parse
from regard.cli.model import ModelChoices
from regard.data.examples import Examples
from regard.decoding.beam import Search
from regard.errors import DataError, OptionError
from regard.folder.answerer import load_answerer
from regard.folder.generator import load_generator
from regard.folder.model import load_translator
from regard.inputs.text import Text
from regard.memory.giving import Model, give
from regard.memory.lessons import Lessons, brief_of
from regard.memory.mixing import Mixing
from regard.memory.opening import opened
from regard.memory.recalling import lessons_of, recalled
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
    give(model, memory, Mixing.of(memory))
    answer, lessons = _answered(model, config)
    print(answer)
    for told in recalled(model, memory, lessons, config.top):
        print(f"{told.answer}: {told.share:.1%} from the memory")
        for entry in told.entries:
            shown = brief_of(" ".join(entry.text.split()), 80)
            print(f"  {entry.weight:6.1%}  {entry.answer}  {entry.origin}  {shown}")
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
        return config.item, lessons_of(model, config.item.splitlines(), [], "item")
    if isinstance(model, Translator):
        if not isinstance(model.source, Text):
            raise _no_text(model.source.kind)
        best = model.translate([config.item], Search(config.beam), where=lambda _: "regard recall")[0][0]
        return best.text, lessons_of(model, [config.item], [best.text], "item")
    if model.given.kind != "text":
        raise _no_text(model.given.kind)
    item = config.item.split() if model.targets.per_vector else config.item
    answers = model.predict(Examples("text", [item], origin="item"))
    shown = " ".join(map(str, answers[0])) if model.targets.per_vector else str(answers[0])
    return shown, lessons_of(model, [item], answers, "item")


def _no_text(kind: str) -> OptionError:
    return OptionError("regard recall: the model must read texts", got=f"one of {kind}", hint="regard predict --memory")
