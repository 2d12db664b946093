"""What the native core is to reach, each with the figure that decides."""

from collections.abc import Callable

from benchmarks.attention.cases import Case
from benchmarks.attention.core_cases import SLICES
from benchmarks.attention.promises import Promise, each_call, each_pair, faster, held, ratio

SDPA, ONEDNN, EAGER = "torch SDPA", "torch SDPA on oneDNN", "eager"
SHORT_CACHE = 512


def forward(case: Case) -> bool:
    return not case.train and not case.backward


def train(case: Case) -> bool:
    return case.train


def backward(case: Case) -> bool:
    return case.backward


def both(*rules: Callable[[Case], bool]) -> Callable[[Case], bool]:
    return lambda case: all(rule(case) for rule in rules)


def of(*kinds: str) -> Callable[[Case], bool]:
    return lambda case: case.kind in kinds


def typed(name: str) -> Callable[[Case], bool]:
    return lambda case: case.dtype == name


def long(case: Case) -> bool:
    return case.kind == "dense" and case.n >= 2048


def short_cache(case: Case) -> bool:
    return case.n <= SHORT_CACHE


PROMISES = (
    Promise("float32, forward: ≥ 2.2 × torch SDPA", "float32", faster(SDPA), covers=forward, least=2.2),
    Promise("float32, forward: ≥ 1.2 × SDPA on oneDNN", "float32", faster(ONEDNN), covers=forward, least=1.2),
    Promise(
        "float32, forward, n ≥ 2,048, full: ≥ 0.8 of the peak",
        "float32",
        faster("peak"),
        covers=both(forward, long),
        least=0.8,
    ),
    Promise("bfloat16, forward: ≥ 4 × torch SDPA", "bfloat16", faster(SDPA), covers=forward, least=4),
    Promise("bfloat16, forward: ≥ 1.7 × eager", "bfloat16", faster(EAGER), covers=forward, least=1.7),
    Promise("float32, training step: ≥ 2.2 × torch SDPA", "float32", faster(SDPA), covers=train, least=2.2),
    Promise("bfloat16, training step: ≥ 3 × torch SDPA", "bfloat16", faster(SDPA), covers=train, least=3),
    Promise("keys of n/2 to n: ≥ 3.5 × SDPA with the mask", "lengths", faster(SDPA), least=3.5),
    Promise(
        "n = 16 to 64, forward: ≥ 1.4 × the faster of SDPA and eager",
        "words",
        faster(SDPA, EAGER),
        covers=forward,
        least=1.4,
    ),
    Promise(
        "n = 16 to 64, training step, dropout too: ≥ 1.4 × the faster",
        "words",
        faster(SDPA, EAGER),
        covers=train,
        least=1.4,
    ),
    Promise("additive, n = 512, forward: ≥ 60 × eager", "additive", faster(EAGER), covers=forward, least=60),
    Promise("additive, n = 512, training step: ≥ 35 × eager", "additive", faster(EAGER), covers=train, least=35),
    Promise("additive, n = 512: ≤ 16 MB", "additive", held, 16),
    Promise("window, forward: ≥ 3 × the best slicing", "window", faster(*SLICES), covers=forward, least=3),
    Promise("window, forward: ≥ 45 × SDPA with the mask", "window", faster(SDPA), covers=forward, least=45),
    Promise("window, training step: ≥ 40 × SDPA with the mask", "window", faster(SDPA), covers=train, least=40),
    Promise("window, forward: ≥ 2 × FlexAttention", "window", faster("FlexAttention"), covers=forward, least=2),
    Promise("documents and blocks: ≤ 1.25 × the dense time a pair", "pairs", each_pair, 1.25),
    Promise(
        "ReLU, sigmoid, forward: ≤ 1.15 × softmax",
        "normalizers",
        ratio("native softmax"),
        1.15,
        both(forward, of("relu", "sigmoid")),
    ),
    Promise(
        "sparsemax, entmax 1.5, forward: ≤ 1.3 × softmax",
        "normalizers",
        ratio("native softmax"),
        1.3,
        both(forward, of("sparsemax", "entmax")),
    ),
    Promise(
        "the same: ≥ 8 × the entmax package, k = 100", "normalizers", faster("entmax k=100"), covers=forward, least=8
    ),
    Promise("all four, backward: ≤ 1.3 × softmax", "normalizers", ratio("native softmax"), 1.3, backward),
    Promise(
        "one query, cache 64 to 512, float32: ≥ 1.7 × torch SDPA",
        "decoding",
        faster(SDPA),
        covers=both(typed("float32"), short_cache),
        least=1.7,
    ),
    Promise(
        "one query, cache 64 to 512, bfloat16: ≥ 12 × torch SDPA",
        "decoding",
        faster(SDPA),
        covers=both(typed("bfloat16"), short_cache),
        least=12,
    ),
    Promise("one query, cache to 4,096: never slower than torch SDPA", "decoding", faster(SDPA), least=1),
    Promise("one call of the core: ≤ 3 µs", "call", each_call("binding"), 3),
    Promise(
        "linear, causal, n = 16,384, training step: ≥ 8 × SDPA, causal",
        "linear",
        faster("causal softmax by SDPA"),
        least=8,
    ),
)
