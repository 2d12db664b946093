"""A model and the data that its memory is taught, of each kind: which flags there are, and how files are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from regard.cli.answers import AnswererChoices, record_of_model
from regard.cli.answers import load as load_answerer
from regard.cli.flags import parse
from regard.cli.model import FolderChoices, load, pairs_for
from regard.cli.predict_generate import GeneratorChoices
from regard.cli.predict_generate import load as load_generator
from regard.data.door import read_examples
from regard.memory.giving import Model
from regard.memory.lessons import Answers, Lessons, Texts, Translations
from regard.memory.mixing import Mixing
from regard.training.config import DataChoices
from regard.training.generate_config import LinesChoices
from regard.training.generate_texts import files_of


@dataclass(kw_only=True)
class TeachingChoices:
    """The flags of `regard remember` for every kind of model."""

    data: list[str] = field(default_factory=list)
    """a file, a folder, or two files, as for train"""
    memory: str = ""
    """where to remember: a folder, a file .db, or the URL of a Milvus cluster (docs/memory.md)"""
    choose_on: list[str] = field(default_factory=list)
    """data like what will be asked, old and new, to choose the mixing on; else what is remembered"""
    k: int = Mixing.k
    """entries that an answer reads"""
    share: float | None = None
    """share of the memory in an answer, at most, everywhere; else it is chosen"""
    temperature: float = Mixing.temperature
    """with --share, what squared distances are divided by"""


@dataclass(kw_only=True)
class TranslationsTaught(TeachingChoices, DataChoices, FolderChoices):
    """Of a translator."""


@dataclass(kw_only=True)
class TextsTaught(TeachingChoices, GeneratorChoices):
    """Of a generator."""

    blank: str = "error"
    """a blank line where every line is a text: error, or skip"""


@dataclass(kw_only=True)
class AnswersTaught(TeachingChoices, AnswererChoices):
    """Of a model of classes or labels."""

    data: list[str] = field(default_factory=list)
    """a file, a folder, or two files, as for train"""


Taught = TranslationsTaught | TextsTaught | AnswersTaught
Read = Callable[[list[str]], Lessons]


def taught(words: Sequence[str], about: str) -> tuple[Taught, Model, Read]:
    """The flags, the model that they name, and what reads files as it is taught by them."""
    kind = record_of_model("remember", words).get("kind", "translate")
    place = ["model", "data"]
    if kind == "generate":
        texts = parse("remember", TextsTaught, words, place, about)
        generator = load_generator(texts)
        lines = LinesChoices(each_line=generator.each_line, encoding=texts.encoding, blank=texts.blank)
        return texts, generator, lambda files: Texts(generator, files_of(lines, files))
    if kind == "translate":
        pairs = parse("remember", TranslationsTaught, words, place, about)
        translator = load(pairs)
        return pairs, translator, lambda files: Translations(translator, pairs_for(translator, pairs, files))
    answers = parse("remember", AnswersTaught, words, place, about)
    model = load_answerer(answers)

    def examples(files: list[str]) -> Lessons:
        read = read_examples(files, answer=model.targets.kind, choices=replace(answers, input=model.given.kind))
        return Answers(model, read.test or read.train)

    return answers, model, examples
