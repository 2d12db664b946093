"""The same item through a training: the model with every set of weights that its folder still has."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple, TypeVar

from torch import Tensor, nn

from regard.errors import FolderError
from regard.folder.record import unique
from regard.folder.tensors import read_tensors
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator

Network = TypeVar("Network", bound=nn.Module)
NAMED = re.compile(r"(epoch|best|step)-(\d+)\.safetensors")
WEIGHTS = "weights."
"""Before the names of weights where moments of the optimizer lie beside them."""
FINISHED = "finished"
"""What the model itself is called beside its checkpoints."""


class Frame(NamedTuple):
    """A checkpoint's name, `step 1,200`, and its weights by name."""

    name: str
    weights: Mapping[str, Tensor]


def frames(folder: Path) -> Iterator[Frame]:
    """The checkpoints in a model folder's `state`, one a step, in the order of training.

    Raises FolderError where there is none, or one is damaged.
    """
    found = {
        int(match[2]): path for path in sorted((folder / "state").glob("*")) if (match := NAMED.fullmatch(path.name))
    }
    if not found:
        rule, got = f"{folder / 'state'}: a film needs checkpoints", "none"
        raise FolderError(rule, got=got, hint="a folder of regard train, which keeps its last ones")
    for step, path in sorted(found.items()):
        tensors = read_tensors(path)
        own = {name.removeprefix(WEIGHTS): each for name, each in tensors.items() if name.startswith(WEIGHTS)}
        yield Frame(f"step {step:,}", own or tensors)


def with_weights(model: Answerer | Translator | Generator, frame: Frame) -> Answerer | Translator | Generator:
    """The model with other weights. Raises FolderError where they do not fit."""
    if isinstance(model, Answerer):
        return Answerer(model.given, model.targets, _filled(model.network, frame))
    if isinstance(model, Translator):
        return Translator(model.source, model.target, _filled(model.network, frame))
    return Generator(model.text, _filled(model.network, frame), model.each_line)


def _filled(network: Network, frame: Frame) -> Network:
    there = unique(network)
    if wrong := [name for name, own in there.items() if getattr(frame.weights.get(name), "shape", None) != own.shape]:
        got = f"{len(wrong)} weights that do not: {', '.join(wrong[:3])}"
        raise FolderError(f"{frame.name}: must fit the model", got=got, hint="train the model again")
    made = deepcopy(network)
    made.load_state_dict({name: frame.weights[name] for name in there}, strict=False)
    return made.eval()
