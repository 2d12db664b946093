"""What each column of the evidence is, and what it cannot tell."""

from collections.abc import Sequence

from regard.inspect.capture.held import Held
from regard.inspect.evidence.rollout import RESIDUAL
from regard.inspect.subjects.base import Subject
from regard.mechanisms.masks import Causal, inside


def notes_of(subject: Subject, readers: Sequence[Held], together: int, *, measured_heads: bool) -> dict[str, str]:
    """One for each column, and for heads, agreement and chance."""
    names = ", ".join(subject.place(reader.name).name for reader in readers)
    told = {
        "weight": f"mean weight over heads and rows of {names}",
        "norm": "mean length of weight times value: a large weight on a small value gives little; before the heads are "
        "joined",
        "gradient": "sum of weight times the answer's slope by that weight; the sign is kept: above 0, more weight "
        "there would raise the answer",
        "rollout": _rollout(readers),
        "occlusion": _occlusion(subject, together),
        "agreement": "rank correlation with occlusion: of gradient with its sign, of the others with its size",
        "chance": "where that correlation lies for 95 of 100 random orders",
    }
    if not measured_heads:
        told["heads"] = "not measured: for so long an item that would take too many passes"
    return told


def _rollout(readers: Sequence[Held]) -> str:
    told = f"rows of all layers of self-attention multiplied, {RESIDUAL:.0%} of each state taken to be the one before"
    if any(isinstance(mask, Causal) for reader in readers for mask in inside(reader.steps[0].choice.mask)):
        told += "; in a causal model such products drift towards the first positions, whatever the model does"
    return told


def _occlusion(subject: Subject, together: int) -> str:
    if not subject.removal.how:
        return "not measured: nothing says how a position is removed"
    told = f"change of the answer when a position is removed: {subject.removal.how}"
    if together > 1:
        told += f"; of so long an item {together} positions at a time, each of which has their change"
    return told
