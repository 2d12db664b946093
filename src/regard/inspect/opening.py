"""The doors of a look: a model with an item, or any torch module with its inputs."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

from regard.errors import DataError
from regard.inspect.looks import Look
from regard.inspect.named import check_named
from regard.inspect.recording import record_of
from regard.inspect.subjects.answering import Answering
from regard.inspect.subjects.base import Subject
from regard.inspect.subjects.generating import Generating
from regard.inspect.subjects.module import Ours, Removing, Scoring
from regard.inspect.subjects.translating import Translating
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.limits import How
from regard.models.translator import Translator


def look(
    module: nn.Module,
    *inputs: Any,
    axes: Mapping[str, Sequence[str]] | None = None,
    answer: Scoring | None = None,
    remove: Removing | None = None,
    seed: int = 1,
) -> Look:
    """What a torch module that calls `regard.attend` has read, given these inputs of one item.

    Args:
        module: any; it is put into evaluation for the look.
        inputs: what it is called with; attention must see a batch of one.
        axes: names of axes and what each of their positions is called; a call is on the axis of its length.
        answer: from what the module gives to one number, of which there is evidence then: the slope by the weights,
            and what happens without each head.
        remove: from the number of a position, counted from 0, to inputs without it: then positions are removed, too.
        seed: of the random orders.

    Raises:
        OptionError: a module that never calls `attend`; a batch of several items.

    >>> import torch
    >>> from regard.layers.attention import Attention
    >>> layer = Attention(width=8, heads=2)
    >>> seen = look(layer, torch.ones(1, 3, 8), axes={"words": ["a", "b", "c"]})
    >>> seen.record.calls[0].weights.shape, seen.record.axes["words"].labels
    ((2, 3, 3), ('a', 'b', 'c'))
    """
    return Look(record_of(Ours(module, inputs, axes or {}, answer, remove), seed=seed))


def look_at(
    model: Answerer | Translator | Generator,
    item: Any,
    target: Any = None,
    *,
    how: How | None = None,
    seed: int = 1,
    evidence: bool = True,
    command: str = "",
) -> Look:
    """What a model has read of an item.

    Args:
        model: of any task.
        item: as the model reads them; of a generator the beginning of a text.
        target: what is explained instead of the model's own answer: a class, the number of a label from 1, a text; a
            list of a translator's tokens is taken to be its own answer.
        how: how a translator searches for its target.
        seed, evidence, command: as of `record_of`.

    Raises OptionError for a target that is not there, and for a model that reads nothing by attention.
    """
    subject = subject_of(model, item, target, how)
    return Look(record_of(subject, seed=seed, evidence=evidence, command=command))


def subject_of(model: Answerer | Translator | Generator, item: Any, target: Any, how: How | None = None) -> Subject:
    """The model and the item, ready to be looked at. Raises OptionError as `look_at` does."""
    check_named("look", model.network)
    if isinstance(model, Answerer):
        return Answering(model, item, target)
    if isinstance(model, Translator) and isinstance(target, list):
        return Translating(model, item, target, how)
    if target is not None and not isinstance(target, str):
        raise DataError("look: the target must be a text", got=repr(target)[:80], hint="'a house'")
    return Translating(model, item, target, how) if isinstance(model, Translator) else Generating(model, item, target)
