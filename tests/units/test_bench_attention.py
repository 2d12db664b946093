"""The benchmark of attention: every contestant computes the same, and the report says what was found."""

import sys
import time
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))  # benchmarks are no part of the package

from benchmarks.attention import child, core, report  # noqa: E402
from benchmarks.attention.cases import Case  # noqa: E402
from benchmarks.attention.inputs import Inputs, draw, mask_of  # noqa: E402
from benchmarks.attention.measure import Found, Result, Settings, measure  # noqa: E402
from benchmarks.attention.peers import CONTESTANTS  # noqa: E402
from benchmarks.attention.promises import PROMISES, Promise, faster  # noqa: E402
from benchmarks.attention.suites import SUITES  # noqa: E402

from regard.errors import OptionError  # noqa: E402
from regard.native import why_not  # noqa: E402

OPTIONAL = {"entmax", "entmax k=100", "x-transformers", "fast-transformers", "PyTorch Geometric", "FlexAttention"} | {
    "published loop"  # needs a compiler, and half a minute of it
}
TINY = Case("door", "causal", 4, ("regard", "bare kernel", "torch SDPA", "nobody"), heads=1, size=8)
ALL = [case for suite in SUITES.values() for case in suite.cases()]
SINGLE = [case for case in ALL if case.time and case.kind != "top" and case.dtype == "float32"]
KINDS = list({(case.group, case.kind): case for case in sorted(SINGLE, key=lambda case: case.train)}.values())
"""Of every kind in every group the training step, if there is one."""


def test_every_case_has_a_name_of_its_own_and_known_contestants() -> None:
    for suite in SUITES.values():
        names = [case.name for case in suite.cases()]
        assert len(set(names)) == len(names)
    assert {name for case in ALL for name in case.contestants} == set(CONTESTANTS)


@pytest.mark.parametrize("case", KINDS, ids=lambda case: f"{case.group} {case.kind}")
def test_what_needs_only_torch_computes_the_same_output_and_gradients(case: Case) -> None:
    small = case.smaller(256 if case.group in ("structured", "linear") else 48)
    inputs = draw(small)
    ours = child.stepper(small, inputs, "regard")()
    for name in set(small.contestants) - OPTIONAL:
        if name in core.CONTESTANTS and refused(small, inputs):
            continue
        found = child.difference(child.stepper(small, inputs, name)(), ours)
        if child.comparable(small, name):
            assert found is not None and found < 1e-4, name


def refused(case: Case, inputs: Inputs) -> bool:
    """Whether the native core does not take the case, or is not here."""
    try:
        child.stepper(case, inputs, "native")()
    except OptionError:
        return True
    return False


@pytest.mark.slow
def test_a_tiny_case_is_timed_in_a_process_of_its_own() -> None:
    said: list[str] = []
    found = measure(TINY, Settings(rounds=5, budget=0.0), said.append)
    assert said == ["door: causal n=4 float32 forward: time"]
    assert found.plan and all(len(each.seconds) == 5 for name, each in found.found.items() if name != "nobody")
    assert found.found["nobody"].skipped == "'nobody'"


def test_peak_memory_counts_what_is_held_beyond_inputs_and_outputs() -> None:
    found = child.memory(Case("long", "dense", 1024, ("eager",), heads=2, size=8), "eager")
    scores = 2 * 1024 * 1024 * 4
    assert scores < found["bytes"] < 4 * scores
    assert found["outputs"] == 2 * 1024 * 8 * 4


def test_a_process_that_takes_too_long_is_a_line_of_the_report() -> None:
    found = measure(TINY, Settings(limit=0.01), lambda text: None)
    assert "- regard, causal: took longer than 0 s" in report.as_markdown([found], Settings())


def made_up() -> list[Result]:
    window = Case("structured", "window", 8192, ("regard", "torch SDPA", "FlexAttention"), train=True, memory=True)
    steps = {
        "regard": Found([0.01, 0.011, 0.012], bytes=5_000_000),
        "torch SDPA": Found([0.1, 0.11, 0.12], difference=0.2, bytes=90_000_000),
        "FlexAttention": Found(skipped="has no backward", skipped_memory="its compiler works in the same process"),
    }
    documents = Case("structured", "documents", 8192, ("regard", "torch SDPA"), train=True)
    slow = {"regard": Found([1.0, 1.0, 1.0]), "torch SDPA": Found([1.0, 1.0, 1.0])}
    return [Result(window, steps, "tiled", 2), Result(documents, slow, "tiled", 2)]


def test_the_report_says_of_each_promise_what_was_found_and_whether_it_is_kept() -> None:
    lines = report.promises(made_up(), PROMISES).splitlines()
    assert len(lines) == 2 + len(PROMISES)
    kept, broken = (line for line in lines if "boolean mask" in line)
    assert kept.endswith("| 0.10 (0.10 to 0.10): structured: window n=8192 float32 train | yes |")
    assert broken.endswith("| 1.00 (1.00 to 1.00): structured: documents n=8192 float32 train | **no**: by 0 of 1 |")
    assert sum("| not measured | |" in line for line in lines) == len(PROMISES) - 2


def test_a_promise_is_broken_where_regard_itself_fails() -> None:
    failed, _ = made_up()
    failed.found["regard"] = Found(skipped="its process ended with -9: no word")
    line = next(line for line in report.promises([failed], PROMISES).splitlines() if "causal window 256" in line)
    assert "| its process ended with -9: no word: structured: window" in line
    assert line.endswith("| **no**: by 0 of 1 |")


def test_the_tables_hold_times_memory_and_who_was_left_out() -> None:
    text = report.as_markdown(made_up(), Settings())
    assert "| window n=8192 float32 train | tiled | 11 (10 to 12) | 1345 | 10.00 | – |" in text
    assert "| window n=8192 float32 train | 5 | 90 | – |" in text
    assert "- FlexAttention, window: has no backward\n" in text
    assert "- torch SDPA, window n=8192 float32 train: its answer differs from ours by 2.0e-01" in text


def test_what_was_measured_comes_back_from_its_file_unless_the_settings_differ(tmp_path: Path) -> None:
    file = tmp_path / "attention.json"
    file.write_text(report.as_json(made_up(), Settings()), encoding="utf-8")
    assert report.from_json(file, Settings()) == made_up()
    with pytest.raises(SystemExit, match="name another file"):
        report.from_json(file, Settings(rounds=3))


def test_sizes_that_were_cut_are_said_to_mean_nothing() -> None:
    assert "no figure means anything" in report.as_markdown(made_up(), Settings(largest=256))


def test_a_promise_of_more_is_broken_by_less_and_by_failing() -> None:
    promise = Promise("three times as fast", "words", faster("torch SDPA", "eager"), least=3)
    case = Case("words of 256 heads", "dense", 16, ("native", "torch SDPA", "eager"))
    fast, slow, failed = (
        Result(case, {"native": found, "torch SDPA": Found([9.0, 9.0, 9.0]), "eager": Found([6.0, 6.0, 6.0])})
        for found in (Found([2.0, 2.0, 2.0]), Found([4.0, 4.0, 4.0]), Found(skipped="refused"))
    )
    judged = promise.judge([fast, failed, slow])
    assert [str(figure) for _, figure in judged] == ["refused", "1.50 (1.50 to 1.50)", "3.00 (3.00 to 3.00)"]
    assert [promise.kept(figure) for _, figure in judged] == [False, False, True]


def test_a_figure_says_what_the_peak_would_give() -> None:
    times = {"native": [4.0, 4.0, 4.0], "torch SDPA": [6.0, 6.0, 6.0], "peak": [3.0, 3.0, 3.0]}
    case = Case("float32, size 64", "dense", 512, tuple(times))
    result = Result(case, {name: Found(seconds) for name, seconds in times.items()})
    assert str(faster("torch SDPA")(result)) == "1.50 (1.50 to 1.50), at the peak 2.00"
    assert str(faster("peak")(result)) == "0.75 (0.75 to 0.75)"


def test_operations_are_those_of_the_pairs_that_are_read() -> None:
    for kind in ("dense", "causal", "window", "documents", "blocks"):
        case = Case("long", kind, 512, ("native",), batch=2)
        mask = mask_of(case, draw(case))
        pairs = 512 * 512 if mask is None else int(mask.sum())
        assert case.operations == 2 * 2 * pairs * 2 * 8 * 64, kind
    assert Case("additive", "additive", 512, ("native",)).operations is None


def test_oneDNNs_road_is_left_again() -> None:
    case = Case("long", "dense", 8, ("native",))
    roads = []
    child.on_onednn(lambda: roads.append(torch.get_float32_matmul_precision()) or [])()
    assert roads == ["medium"] and torch.get_float32_matmul_precision() == "highest"
    assert child.stepper(case, draw(case), "torch SDPA on oneDNN")()[0].shape == (1, 8, 8, 64)


@pytest.mark.skipif(why_not() is not None, reason=f"no native core here: {why_not()}")
def test_the_peak_takes_as_many_operations_as_the_case() -> None:
    case = Case("long", "dense", 256, ("peak",))
    step = child.stepper(case, draw(case), "peak")
    seconds = min(child._sample(step, 1, time.process_time) for _ in range(3))
    assert 1e9 < case.operations / seconds < 1e12
