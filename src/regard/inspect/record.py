"""What one look has seen: plain arrays and words, no torch, for pages, tables, drawings and JSON."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Whole = NDArray[np.int32]
Booleans = NDArray[np.bool_]

CAVEAT = (
    "These weights show which positions this layer's average was taken from, for this input. They do not by themselves"
    " show why the model answered as it did. Below: what changed when parts were removed."
)


@dataclass(frozen=True, eq=False)
class Axis:
    """What stands along the queries or the keys of a call.

    Attributes:
        name: `source`, `target`, `pool` (one learned query), `question` (of a story, as its hops have it), `state` (the
            states of a recurrent network).
        kind: text, words, sound, image, graph, series, vectors, story or answer.
        labels: one a vector: `▁Haus`, `0.12 s`, `rows 1 to 4, columns 5 to 8`, `node 7`.
        thing: what the thing itself needs to be drawn.
            text, words, story, answer: nothing;
            image: pixels (height, width, colours) uint8, patches (n, 4): top, left, bottom, right;
            sound: wave (samples,) in [-1, 1] thinned to at most 8 kHz, rate (1,), spectrogram (frames, bands),
            spans (n, 2) in seconds;
            series: values (steps, channels), spans (n, 2) in steps;
            graph: edges (2, e), from and to, places (n, 2) in [0, 1];
            vectors: values (n, features).
    """

    name: str
    kind: str
    labels: tuple[str, ...]
    thing: dict[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Top:
    """The greatest weights of each row, where all would be too many.

    Attributes:
        keys: which keys (h, q, t), the greatest first.
        weights: theirs (h, q, t).
        rest: what all the others hold together (h, q).
    """

    keys: Whole
    weights: Floats
    rest: Floats


@dataclass(frozen=True, eq=False)
class Call:
    """One call of `regard.attend`.

    Attributes:
        name: as the network calls it, `encoder 1 self`; unique in a record.
        role: self, cross or pool.
        layer: 1, 2, …
        queries, keys: names of axes.
        score, normalizer, mask, position: in words: `Dot, scale 0.125`, `Softmax`, `Causal`, `Rotary`.
        scale: what a dot product is multiplied by; None for other scores.
        weights: (h, q, k); None where `top` stands for them.
        top: the greatest of each row, where all are too many; else None.
        readable: (1 or h, q, k); None where everybody reads everybody, or where it is too large.
        sums: the sum of each row's weights (h, q).
        map: means of the weights over blocks, (h, at most 64, at most 64).
        query, key, value: (h, q, d), (g, k, d), (g, k, e), after every transformation that enters the score; None
            where they are too large.
        terms: what positions and biases add to the score, (1 or h, q, k); None where they add nothing.
        scores: before terms, mask and normalizer, (h, q, k).
        output: (h, q, e), as the captured numbers give it.
        before: `query` and `key` as the caller passed them, where rotation or the like changes them.
        facts: for each head (h,): `entropy` in nats and `greatest` weight, means over rows; `distance`, mean |q - k|;
            `diagonal`, `previous`, `next`, `first`: mean weight of those keys. Those that need queries and keys to be
            the same positions are there for such calls only.
        difference: the greatest difference between `output` and that of the fast kernel.
        match: the weight (1 or h, d) of additive scores, score = Σ match · tanh(query + key); None for others.
        parameter: the normalizer's number for each head (h,): a sink, a bias or an alpha; None where it has none.
    """

    name: str
    role: str
    layer: int
    queries: str
    keys: str
    score: str
    normalizer: str
    mask: str
    position: str
    scale: float | None
    weights: Floats | None
    top: Top | None
    readable: Booleans | None
    sums: Floats
    map: Floats
    query: Floats | None
    key: Floats | None
    value: Floats | None
    terms: Floats | None
    scores: Floats | None
    output: Floats | None
    before: dict[str, Floats]
    facts: dict[str, Floats]
    difference: float
    match: Floats | None = None
    parameter: Floats | None = None


@dataclass(frozen=True, eq=False)
class Evidence:
    """What each position of an axis was worth to one answer.

    Attributes:
        of: the number that is explained: `log p of ▁house at step 2`, `log p of class 'cat'`.
        step: which target step or item; 0 for the whole.
        axis: the axis whose positions are judged.
        columns: (n,) in this order: weight, norm, gradient, rollout, occlusion. NaN where a position was not measured.
        notes: what each column is, and warnings; the keys are those of `columns`, or of what else is told.
        agreement: rank correlation of each column with occlusion.
        chance: between which two numbers it lies for 95 of 100 random orders.
        heads: of each call, the change (h,) when that head's output is put to zero.
        controls: `shuffled input`, `untrained twin`, `uniform weights`: for each `agreement` and `correlation` of
            its weights with the model's, and `log p` (`answer`, of a number) of the same answer.
    """

    of: str
    step: int
    axis: str
    columns: dict[str, Floats]
    notes: dict[str, str]
    agreement: dict[str, float]
    chance: tuple[float, float]
    heads: dict[str, Floats]
    controls: dict[str, dict[str, float]]


@dataclass(frozen=True, eq=False)
class Step:
    """One step of writing: what was written, and what else might have been.

    Attributes:
        piece: what was written.
        log_probability: of that piece.
        candidates: pieces and their log-probabilities, at most 8, the greatest first.
    """

    piece: str
    log_probability: float
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class Record:
    """All of one look.

    Attributes:
        headline: input, output, target, task (label, classify, regress, translate, generate, or `attend`), and
            confidence: the probability of what is explained, of several labels their mean, of a text the geometric
            mean of its pieces' beside `log p` of all; empty for numbers. Of several looks `checkpoint` or `model`.
        axes: by name.
        calls: in the order in which the network made them.
        evidence: one for each answer that was explained; empty if none was.
        steps: of writing; else empty.
        provenance: model (a fingerprint), version, torch, device, dtype, seed, command.
        difference: the greatest of all calls, and between the answer of the observed pass and of the fast one.
    """

    headline: dict[str, str]
    axes: dict[str, Axis]
    calls: tuple[Call, ...]
    evidence: tuple[Evidence, ...]
    steps: tuple[Step, ...]
    provenance: dict[str, str]
    difference: float
