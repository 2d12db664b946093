"""Looks made by hand: true attention of small random vectors, over every kind of thing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.inspect.record import Axis, Call, Evidence, Record, Step, Top

Floats = NDArray[np.float32]
WORDS = ["▁Ein", "▁Mann", "▁mit", "▁einem", "▁roten", "▁Hut", "▁sieht", "▁den", "▁Hund", "▁."]
ANSWER = ["▁A", "▁man", "▁in", "▁a", "▁red", "▁hat", "▁looks", "▁at", "▁the", "▁dog", "▁."]


def softmax(scores: NDArray[np.float64], readable: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """Over the last axis; rows that may read nothing are zero."""
    allowed = np.ones_like(scores, bool) if readable is None else np.broadcast_to(readable, scores.shape)
    most = np.where(allowed, scores, -1e30).max(-1, keepdims=True)
    powers = np.exp(np.where(allowed, scores, most) - most) * allowed
    total = powers.sum(-1, keepdims=True)
    return np.divide(powers, total, out=np.zeros_like(powers), where=total > 0)


def call(axes: dict[str, Axis], queries: str, keys: str, *, seed: int = 0, **given: Any) -> Call:
    """One call; `heads`, `groups`, `size`, `causal`, `terms`, and every field of a Call can be given."""
    random = np.random.default_rng(seed)
    n, m = len(axes[queries].labels), len(axes[keys].labels)
    heads, size = given.pop("heads", 4), given.pop("size", 8)
    groups = given.pop("groups", heads)
    query = random.normal(size=(heads, n, size)).astype(np.float32) * 1.6
    key = random.normal(size=(groups, m, size)).astype(np.float32)
    if queries == keys and m > 1:
        key[0, : m - 1] += query[0, 1:] * 0.5  # the first head reads what stands before
    value = random.normal(size=(groups, m, size)).astype(np.float32)
    readable = np.tri(n, m, dtype=bool)[None] if given.pop("causal", False) else given.pop("readable", None)
    terms = random.normal(size=(1, n, m)).astype(np.float32) if given.pop("terms", False) else None
    spread = heads // groups
    every = key.repeat(spread, 0).astype(np.float64), value.repeat(spread, 0).astype(np.float64)
    scores = np.einsum("hqd,hkd->hqk", query.astype(np.float64), every[0]) / np.sqrt(size)
    weights = softmax(scores + (0 if terms is None else terms), readable)
    fields: dict[str, Any] = {
        "name": f"{queries} reads {keys}",
        "role": "self" if queries == keys else "cross",
        "layer": 1,
        "queries": queries,
        "keys": keys,
        "score": f"Dot, scale {1 / np.sqrt(size):.6g}",
        "normalizer": "Softmax",
        "mask": "everybody reads everybody" if readable is None else "Causal",
        "position": "" if terms is None else "Bias",
        "scale": float(1 / np.sqrt(size)),
        "weights": weights.astype(np.float32),
        "top": None,
        "readable": readable,
        "sums": weights.sum(-1).astype(np.float32),
        "map": blocks(weights),
        "query": query,
        "key": key,
        "value": value,
        "terms": terms,
        "scores": scores.astype(np.float32),
        "output": (weights @ every[1]).astype(np.float32),
        "before": {},
        "facts": facts(weights, queries == keys),
        "difference": 2e-7,
    }
    return Call(**(fields | given))


def blocks(weights: NDArray[Any]) -> Floats:
    """Means over at most 64 × 64 blocks."""
    for axis in (1, 2):
        if weights.shape[axis] > 64:
            starts = np.arange(64) * weights.shape[axis] // 64
            counts = np.diff([*starts, weights.shape[axis]])
            weights = np.add.reduceat(weights, starts, axis) / counts.reshape(
                [-1 if each == axis else 1 for each in range(3)]
            )
    return weights.astype(np.float32)


def facts(weights: NDArray[Any], itself: bool) -> dict[str, Floats]:
    logs = np.log(np.where(weights > 0, weights, 1))
    found = {"entropy": -(weights * logs).sum(-1).mean(-1), "greatest": weights.max(-1).mean(-1)}
    if itself:
        n = weights.shape[1]
        apart = np.abs(np.arange(n)[:, None] - np.arange(n))
        found["distance"] = (weights * apart).sum(-1).mean(-1)
        found |= {
            name: np.stack([np.trace(each, shift) / n for each in weights])
            for name, shift in (("diagonal", 0), ("previous", -1), ("next", 1))
        }
        found["first"] = weights[:, :, 0].mean(-1)
    return {name: values.astype(np.float32) for name, values in found.items()}


def axis(kind: str, n: int = 12, name: str = "source") -> Axis:
    """A thing of that kind with n vectors."""
    random = np.random.default_rng(n)
    edges = np.arange(n + 1)
    spans = np.stack([edges[:-1], edges[1:]], 1)
    if kind in ("text", "words", "answer"):
        return Axis(name, kind, tuple((WORDS * (n // 10 + 1))[:n]))
    if kind == "image":
        side = int(np.sqrt(n))
        y, x = np.mgrid[0:32, 0:32]
        pixels = np.stack(
            [128 + 100 * np.sin(x / 5), 128 + 100 * np.cos(y / 7), 255 - 6 * np.hypot(x - 16, y - 16)], -1
        )
        cut = 32 // side
        patches = np.array(
            [[r, c, r + cut, c + cut] for r in range(0, cut * side, cut) for c in range(0, cut * side, cut)]
        )
        labels = tuple(f"rows {r + 1} to {b}, columns {c + 1} to {d}" for r, c, b, d in patches)
        return Axis(name, kind, labels, {"pixels": pixels.clip(0, 255).astype(np.uint8), "patches": patches})
    if kind == "sound":
        time = np.arange(8_000 * n // 20) / 8_000
        wave = (np.sin(2 * np.pi * (200 + 300 * time) * time) * np.exp(-3 * (time - 0.3) ** 2)).astype(np.float32)
        spectrogram = np.abs(np.fft.rfft(np.lib.stride_tricks.sliding_window_view(wave, 128)[::64], axis=-1))[:, :40]
        thing = {"wave": wave, "rate": np.array([8_000]), "spectrogram": np.log1p(spectrogram), "spans": spans / 20}
        return Axis(name, kind, tuple(f"{start / 20:.2f} s" for start in range(n)), thing)
    if kind == "series":
        steps = np.arange(n * 4)
        values = np.stack([np.sin(steps / 5), np.cos(steps / 9), random.normal(size=n * 4).cumsum()], 1)
        return Axis(
            name,
            kind,
            tuple(f"steps {4 * each + 1} to {4 * each + 4}" for each in range(n)),
            {"values": values, "spans": 4 * spans},
        )
    if kind == "graph":
        ring = np.stack([np.arange(n), (np.arange(n) + 1) % n])
        more = random.integers(0, n, (2, n // 2))
        edges = np.concatenate([ring, ring[::-1], more], 1)
        turn = 2 * np.pi * np.arange(n) / n
        places = 0.5 + 0.5 * np.stack([np.cos(turn), np.sin(turn)], 1)
        return Axis(name, kind, tuple(f"node {each}" for each in range(n)), {"edges": edges, "places": places})
    return Axis(
        name, "vectors", tuple(f"vector {each + 1}" for each in range(n)), {"values": random.normal(size=(n, 6))}
    )


def evidence(axes: dict[str, Axis], calls: tuple[Call, ...], keys: str = "source", step: int = 0) -> Evidence:
    random = np.random.default_rng(step)
    n = len(axes[keys].labels)
    occlusion = -random.gamma(0.5, size=n).astype(np.float32)
    columns = {
        "weight": (-occlusion + 0.4 * random.random(n)).astype(np.float32),
        "norm": (-occlusion + 0.6 * random.random(n)).astype(np.float32),
        "gradient": random.normal(size=n).astype(np.float32),
        "rollout": random.random(n).astype(np.float32),
        "occlusion": occlusion,
    }
    return Evidence(
        of=f"log p of {ANSWER[step]} at step {step}" if step else "log p of class 'cat'",
        step=step,
        axis=keys,
        columns=columns,
        notes={"rollout": "half of each layer is taken to be what was there before", "occlusion": "change of log p"},
        agreement={"weight": 0.41, "norm": 0.52, "gradient": 0.05, "rollout": -0.2},
        chance=(-0.31, 0.29),
        heads={each.name: random.normal(size=each.sums.shape[0]).astype(np.float32) for each in calls},
        controls={
            "shuffled input": {"agreement": 0.02, "log p": -6.1, "correlation": 0.11},
            "untrained twin": {"agreement": -0.04, "log p": -9.2, "correlation": 0.02},
            "uniform weights": {"agreement": float("nan"), "log p": -4.4, "correlation": 0.0},
        },
    )


def record(kind: str = "text", n: int = 12, **given: Any) -> Record:
    """A classifier's look at one thing: two calls in which it reads itself, and one that pools."""
    axes = {"source": axis(kind, n), "pool": Axis("pool", "answer", ("answer",))}
    calls = (
        call(axes, "source", "source", name="encoder 1 self", causal=kind == "text", **{"seed": 1} | given),
        call(axes, "source", "source", seed=2, name="encoder 2 self", layer=2, terms=True, groups=2),
        call(axes, "pool", "source", seed=3, name="pool", role="pool", layer=3, heads=2),
    )
    headline = {
        "input": " ".join(axes["source"].labels[:8]).replace("▁", ""),
        "output": "cat",
        "confidence": "0.93",
        "task": "classify",
    }
    return Record(headline, axes, calls, (evidence(axes, calls),), (), PROVENANCE, 3e-7)


def translation() -> Record:
    """A translator's look, with every step of its writing."""
    axes = {"source": axis("text", 10), "target": Axis("target", "text", tuple(ANSWER))}
    calls = (
        call(axes, "source", "source", seed=1, name="encoder 1 self"),
        call(axes, "target", "target", seed=2, name="decoder 1 self", causal=True),
        call(axes, "target", "source", seed=3, name="decoder 1 cross"),
    )
    steps = tuple(
        Step(piece, -0.1 - 0.05 * place, ((piece, -0.1 - 0.05 * place), ("▁one", -3.0), ("▁this", -3.5)))
        for place, piece in enumerate(ANSWER)
    )
    headline = {
        "input": "Ein Mann mit einem roten Hut sieht den Hund.",
        "output": "A man in a red hat looks at the dog.",
        "confidence": "0.71",
        "task": "translate",
    }
    found = tuple(evidence(axes, calls, step=step) for step in (1, 2, 3))
    return Record(headline, axes, calls, found, steps, PROVENANCE, 4e-7)


def long(n: int, *, heads: int = 4, layers: int = 2, top: bool = False, size: int = 8) -> Record:
    """Many vectors; with `top` only the greatest of each row, as a look keeps them where all are too many."""
    axes = {"source": axis("text", n)}
    calls = tuple(_long(axes, n, heads, layer, top, size) for layer in range(1, layers + 1))
    return Record({"input": f"{n} pieces", "output": "yes", "task": "classify"}, axes, calls, (), (), PROVENANCE, 0.0)


def _long(axes: dict[str, Axis], n: int, heads: int, layer: int, top: bool, size: int) -> Call:
    name = f"encoder {layer} self"
    if not top:
        return call(axes, "source", "source", seed=layer, name=name, heads=heads, causal=True, layer=layer, size=size)
    random = np.random.default_rng(layer)
    keys = np.sort(random.integers(0, np.arange(1, n + 1)[:, None], (heads, n, 16)), -1).astype(np.int32)
    weights = -np.sort(-random.dirichlet([0.3] * 17, (heads, n))[..., :16]).astype(np.float32)
    small = axes | {"source": axis("text", 64)}
    nothing = dict.fromkeys(("weights", "readable", "terms", "scores", "output", "query", "key", "value"))
    rest = (1 - weights.sum(-1)).astype(np.float32)
    given = {"top": Top(keys, weights, rest), "sums": np.ones((heads, n), np.float32), "mask": "Causal"}
    return call(
        small,
        "source",
        "source",
        seed=layer,
        name=name,
        heads=heads,
        layer=layer,
        **(nothing | given) | {"causal": False},
    )


PROVENANCE = {"model": "3f2a9c", "version": "0.1.0", "torch": "2.9", "device": "cpu", "dtype": "float32", "seed": "1"}
