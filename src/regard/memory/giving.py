"""A memory given to a model, which from then on answers with it."""

from collections.abc import Sequence
from dataclasses import replace

from regard.errors import OptionError
from regard.memory.entries import Value
from regard.memory.memory import Memory
from regard.memory.mixing import Mixed, Mixing
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator

Model = Translator | Generator | Answerer


def width_of(model: Model) -> int:
    """How many numbers the state has that an answer is scored from."""
    options = model.network.options
    return options.width * (options.members if isinstance(model, Translator) else 1)


def check_suits(model: Model) -> None:
    """Raises OptionError for a model whose answers are not one of several, told from one state."""
    if not isinstance(model, Answerer):
        return
    targets, head = model.targets, model.network.head
    wrong = {
        "one that answers numbers": not targets.classes,
        "one that answers any number of classes": targets.several,
        "one whose labels are chosen together, by a conditional random field": head.crf,
        "one that passes scores on along edges": bool(head.propagations),
    }
    if found := [name for name, holds in wrong.items() if holds]:
        rule = "memory: the model must choose one of its answers from one state"
        hint = "a translator, a generator, or a model of classes or labels without --crf and --propagations"
        raise OptionError(rule, got=found[0], hint=hint)


def answers_of(model: Model, memory: Memory) -> list[Value]:
    """What the model can answer, and behind it what only the memory has taught."""
    if isinstance(model, Translator):
        return [*range(model.target.size)]
    if isinstance(model, Generator):
        return [*range(model.text.size)]
    own: Sequence[Value] = model.targets.classes
    return [*own, *(name for name in memory.settings.get("classes", []) if name not in own)]


def give(model: Model, memory: Memory, mixing: Mixing | None = None) -> None:
    """From here on the model answers with the memory, mixed in as given, or as was settled with it.

    A model of classes can then answer those that it knows from the memory alone. A translator takes the plain road
    through its network's own steps, not that of docs/decoding.md. Such a model is not to be trained or saved.
    Raises OptionError for a model that cannot, see `check_suits`.
    """
    check_suits(model)
    answers = answers_of(model, memory)
    own = model.network.output
    base = own.own if isinstance(own, Mixed) else own
    model.network.output = Mixed(base, memory, mixing or Mixing.of(memory), answers)
    if isinstance(model, Answerer):
        model.targets = replace(model.targets, classes=tuple(answers))
