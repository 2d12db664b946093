"""All evidence of one look, from a pass with gradients, from passes without parts, and from controls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from regard.attend import Seen
from regard.inspect.capture.held import Held, held
from regard.inspect.evidence.agreement import chance, rank_correlation
from regard.inspect.evidence.columns import read_columns, row_means
from regard.inspect.evidence.controls import Control, controls, judged_only
from regard.inspect.evidence.notes import notes_of
from regard.inspect.evidence.removing import Occluded, ablated, occluded
from regard.inspect.evidence.rollout import rolled
from regard.inspect.record import Evidence, Floats
from regard.inspect.subjects.base import Answer, Subject, Variant


def evidence_of(subject: Subject, seed: int) -> tuple[Evidence, ...]:
    """One for each answer of the subject, which must read by attention."""
    said, calls = _pass(subject)
    base = said.detach()
    wanted = subject.readers([call.name for call in calls])
    parts = Measured(
        subject,
        calls,
        [call for call in calls if call.name in wanted],
        occluded(subject, base),
        ablated(subject, calls, base),
        controls(subject, seed),
    )
    return tuple(
        _evidence(parts, number, _gradients(said[number], parts.readers), seed)
        for number in range(len(subject.answers))
    )


@dataclass(frozen=True)
class Measured:
    """What all answers share."""

    subject: Subject
    calls: Sequence[Held]
    readers: Sequence[Held]
    occluded: Occluded
    heads: dict[str, Floats] | None
    controls: dict[str, Control]


def _pass(subject: Subject) -> tuple[Tensor, list[Held]]:
    """What is said of each answer (a,), and the calls, whose outputs it can be differentiated by."""

    def hear(name: str, seen: Seen, mixed: Tensor) -> Tensor:
        return mixed if mixed.requires_grad else mixed.requires_grad_()

    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
        said, calls = held(lambda: subject.told(subject.network, [Variant()]), hear)
    return said[0], calls


def _gradients(answer: Tensor, readers: Sequence[Held]) -> list[Tensor | None]:
    """∂answer/∂output (b, h, q, e) of each reader."""
    outputs = [output for call in readers for output in call.outputs]
    found = iter(torch.autograd.grad(answer, outputs, retain_graph=True, allow_unused=True))
    each = [[next(found) for _ in call.outputs] for call in readers]
    filled = [
        [
            torch.zeros_like(output) if slope is None else slope
            for slope, output in zip(slopes, call.outputs, strict=True)
        ]
        for slopes, call in zip(each, readers, strict=True)
    ]
    return [torch.cat(slopes, 2) for slopes in filled]


def _evidence(parts: Measured, number: int, gradients: Sequence[Tensor | None], seed: int) -> Evidence:
    subject, answer = parts.subject, parts.subject.answers[number]
    columns: dict[str, NDArray[Any]] = {
        **read_columns(parts.readers, answer.rows, gradients),
        "rollout": _rollout(parts, answer),
        "occlusion": parts.occluded.changes[number],
    }
    columns = {name: judged_only(each, answer) for name, each in columns.items()}
    change = columns["occlusion"]
    return Evidence(
        of=answer.of,
        step=answer.step,
        axis=subject.judged,
        columns={name: each.astype(np.float32) for name, each in columns.items()},
        notes=notes_of(subject, parts.readers, parts.occluded.together, measured_heads=parts.heads is not None),
        agreement={name: _agreement(name, each, change) for name, each in columns.items() if name != "occlusion"},
        chance=chance(change, seed),
        heads={subject.place(name).name: each[number] for name, each in (parts.heads or {}).items()},
        controls={
            name: _controlled(control, number, columns["weight"], change, _measure(answer))
            for name, control in parts.controls.items()
        },
    )


def _rollout(parts: Measured, answer: Answer) -> NDArray[np.float64]:
    """From the rows of the readers, or from the states themselves where these are a layer of self-attention."""
    subject = parts.subject
    layers = [call for call in parts.calls if _within(subject, call)]
    own = np.zeros(len(subject.axes[subject.judged].labels))
    if any(subject.place(reader.name).role == "self" for reader in parts.readers):
        own[answer.rows] = 1
    else:
        own = np.mean([row_means(reader, answer.rows) for reader in parts.readers], 0)
    return rolled(own, layers)


def _within(subject: Subject, call: Held) -> bool:
    """Whether it is a layer of self-attention of the axis that is judged."""
    place = subject.place(call.name)
    return place.role == "self" and place.queries == subject.judged


def _agreement(name: str, column: NDArray[Any], change: NDArray[Any]) -> float:
    """With what the removal took away: with its sign for gradients, else with its size."""
    return rank_correlation(column, -change if name == "gradient" else np.abs(change))


def _measure(answer: Answer) -> str:
    """What is said of an answer: a logarithm, or the number itself."""
    return "log p" if answer.of.startswith("log p") else "answer"


def _controlled(
    control: Control, number: int, weights: NDArray[Any], change: NDArray[Any], measure: str
) -> dict[str, float]:
    told = {measure: float(control.said[number])}
    if control.weights is None:
        return told
    own = control.weights[number]
    agreement = rank_correlation(own, np.where(np.isfinite(change), np.abs(change), np.nan))
    return {"agreement": agreement, **told, "correlation": rank_correlation(own, weights)}
