"""A record as `regard look` prints it: what was answered, what was read, and what that was worth."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.cli.look_flags import as_line
from regard.inspect.labels import SPACE, shortened, visible
from regard.inspect.record import CAVEAT, Axis, Call, Evidence, Record

Numbers = NDArray[np.floating[Any]]
WIDEST = 24
SENTENCE = 48
"""Letters of a label; of a sentence in a story."""
MOST_LINES = 32


def told(record: Record, top: int) -> Iterator[str]:
    """Everything, line by line; of each evidence at most `top` positions."""
    yield from _headline(record)
    yield from held_against(record)
    yield from _hops(record, top)
    if len(record.evidence) == 1 or record.steps:
        yield from table(record, record.evidence[0], top) if record.evidence else ()
    else:
        yield from _each(record)
    if not record.evidence:
        yield from _read(record, top)


def held_against(record: Record) -> Iterator[str]:
    """How far what was captured is from what was computed, and what weights do not say."""
    yield f"captured = fast, greatest difference {record.difference:.1e}"
    yield CAVEAT if record.evidence else CAVEAT.removesuffix(" Below: what changed when parts were removed.")


def table(record: Record, evidence: Evidence, top: int) -> Iterator[str]:
    """Positions by their weight, a column for each kind of evidence; then agreement, heads and controls."""
    axis = record.axes[evidence.axis]
    labels = axis.labels
    weight = np.nan_to_num(evidence.columns["weight"], nan=-np.inf)
    order = [each for each in np.argsort(-weight, kind="stable").tolist() if np.isfinite(weight[each])]
    chosen = order[:top]
    shown = [_label(axis, each) for each in chosen]
    width, number = max([8, *map(len, shown)]), len(str(len(labels)))
    yield ""
    yield f"{evidence.of}; {len(chosen)} of {len(order):,} positions, the greatest weight first"
    yield " " * (number + 2) + f"{'position':{width}}" + "".join(f"{name:>11}" for name in evidence.columns)
    for each, label in zip(chosen, shown, strict=True):
        numbers = "".join(f"{_number(column[each]):>11}" for column in evidence.columns.values())
        yield f"{each + 1:>{number}}  {label:{width}}{numbers}"
    yield " " * (number + 2) + f"{'agrees':{width}}" + _agreement(evidence)
    yield from _beside(evidence)


def _hops(record: Record, top: int) -> Iterator[str]:
    """Of a memory network the weight of each sentence in each hop, at most `top` of them, in the order of the story."""
    calls = [call for call in record.calls if call.queries == "question"]
    if not calls:
        return
    axis = record.axes[calls[0].keys]
    weights = np.stack([_mean(call, len(axis.labels)) for call in calls], 1)
    most = sorted(np.argsort(-weights.max(1), kind="stable")[:top].tolist())
    chosen = [each for each in most if each < len(axis.labels) - 1]
    width = max([8, *(len(_label(axis, each)) for each in chosen)])
    yield ""
    yield f"what each hop read; {len(chosen)} of {len(axis.labels) - 1:,} sentences"
    yield f"    {'':{width}}" + "".join(f"{f'hop {call.layer}':>9}" for call in calls)
    for each in chosen:
        yield f"{each + 1:>3} {_label(axis, each):{width}}" + "".join(f"{one:>9.3f}" for one in weights[each])


def _label(axis: Axis, place: int) -> str:
    """What a position is called, cut short; a sentence with its spaces."""
    label = visible(axis.labels[place])
    return shortened(label.replace(SPACE, " "), SENTENCE) if axis.kind == "story" else shortened(label, WIDEST)


def _agreement(evidence: Evidence) -> str:
    told = "".join(f"{_number(evidence.agreement.get(name, np.nan)):>11}" for name in evidence.columns)
    low, high = evidence.chance
    return told.rstrip() + (f" random {low:+.2f} to {high:+.2f}" if np.isfinite(low) else "")


def _beside(evidence: Evidence) -> Iterator[str]:
    heads = [
        (abs(change), name, head, change) for name, each in evidence.heads.items() for head, change in enumerate(each)
    ]
    for _, name, head, change in sorted(heads, key=lambda each: -each[0])[:3]:
        yield f"without head {head + 1} of {name} it changes by {change:+.4f}"
    for name, control in evidence.controls.items():
        yield f"{name}: " + ", ".join(f"{what} {_number(value)}" for what, value in control.items())
    for name in ("occlusion", "rollout"):
        yield f"{name}: {evidence.notes[name]}"


def _headline(record: Record) -> Iterator[str]:
    for name in ("input", "output", "target", "confidence", "log p"):
        if record.headline.get(name):
            called = "explained" if name == "target" else name
            yield f"{called:11}{as_line(record.headline[name])}"


def _each(record: Record) -> Iterator[str]:
    """Of several labels a line each: what was read most, and what mattered most."""
    for evidence in record.evidence[:MOST_LINES]:
        labels = record.axes[evidence.axis].labels
        worst = int(np.nan_to_num(np.abs(evidence.columns["occlusion"])).argmax())
        change = evidence.columns["occlusion"][worst]
        read = _most(evidence.columns["weight"], labels, 3)
        yield f"{evidence.step:>3}  {evidence.of}: reads {read}; without {visible(labels[worst])} {change:+.4f}"
    if record.evidence:
        yield "one of them in full: --target NUMBER"


def _read(record: Record, top: int) -> Iterator[str]:
    """Without evidence: of each call what is read most, the mean of heads and rows."""
    for call in record.calls:
        labels = record.axes[call.keys].labels
        yield f"{call.name}: {_most(_mean(call, len(labels)), labels, top)}"


def _mean(call: Call, keys: int) -> Numbers:
    if call.weights is not None:
        return np.asarray(call.weights.mean((0, 1)))
    assert call.top is not None
    found = np.zeros(keys)
    there = call.top.keys >= 0
    np.add.at(found, call.top.keys[there], call.top.weights[there])
    return found / (call.sums.size or 1)


def _most(column: Numbers, labels: Sequence[str], count: int) -> str:
    known = np.nan_to_num(column, nan=-np.inf)
    best = [each for each in np.argsort(-known, kind="stable")[:count].tolist() if np.isfinite(known[each])]
    return ", ".join(f"{shortened(visible(labels[each]), WIDEST)} {column[each]:.3f}" for each in best)


def _number(number: float) -> str:
    return "" if not np.isfinite(number) else f"{number:.4f}"
