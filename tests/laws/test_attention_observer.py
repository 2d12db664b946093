"""Observers see every call on their thread, the weights among it, and change nothing."""

import asyncio
import contextvars
import threading

import pytest
import torch
from attention_case import close
from attention_cases import PLACELESS_KERNELS_OF, fixed
from torch import Tensor

import regard

X = torch.eye(3)


@pytest.mark.parametrize("score, kernel", PLACELESS_KERNELS_OF)
def test_an_observer_sees_the_weights_and_the_output_stays_the_same(score: str, kernel: str) -> None:
    case = fixed(score, kernel=kernel, mask=regard.Padding(keys=[0, 3], queries=[2, 2]))
    plain = case.attend()
    seen: list[Tensor] = []
    with regard.observed(lambda call: seen.append(call.weights())):
        assert torch.equal(case.attend(), plain)
    close(seen[0], case.weights())


def test_keys_that_nobody_may_read_have_columns_of_zeros() -> None:
    seen: list[Tensor] = []
    with regard.observed(lambda call: seen.append(call.weights())):
        regard.attend(X, X, X, mask=regard.Causal(), query_start=-1)
    assert seen[0].shape == (1, 1, 3, 3)
    assert (seen[0][0, 0] > 0).int().tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 0]]


def test_observers_learn_the_name_of_the_call_and_nothing_outside_their_block() -> None:
    names: list[str] = []
    regard.attend(X, X, X, name="before")
    with regard.observed(lambda call: names.append(call.name)):
        regard.attend(X, X, X, name="first")
        regard.attend(X, X, X)
    regard.attend(X, X, X, name="after")
    assert names == ["first", ""]


def test_an_inner_observer_takes_over_and_gives_back_even_after_an_error() -> None:
    names: list[str] = []
    with regard.observed(lambda call: names.append("outer " + call.name)):
        with pytest.raises(ZeroDivisionError), regard.observed(lambda call: names.append("inner " + call.name)):
            regard.attend(X, X, X, name="1")
            raise ZeroDivisionError
        regard.attend(X, X, X, name="2")
    assert names == ["inner 1", "outer 2"]


def test_another_thread_is_not_observed_unless_it_runs_in_the_context() -> None:
    names: list[str] = []

    def work() -> None:
        regard.attend(X, X, X, name="thread")

    with regard.observed(lambda call: names.append(call.name)):
        context = contextvars.copy_context()
        for target, arguments in ((work, ()), (context.run, (work,))):
            thread = threading.Thread(target=target, args=arguments)
            thread.start()
            thread.join()
            names.append("joined")
    assert names == ["joined", "thread", "joined"]


def test_tasks_observe_themselves_alone() -> None:
    async def task(name: str) -> list[str]:
        mine: list[str] = []
        with regard.observed(lambda call: mine.append(call.name)):
            for _ in range(3):
                regard.attend(X, X, X, name=name)
                await asyncio.sleep(0)
        return mine

    async def both() -> list[list[str]]:
        return await asyncio.gather(task("left"), task("right"))

    assert asyncio.run(both()) == [["left"] * 3, ["right"] * 3]


def test_the_plan_names_the_kernel_and_why_not_the_others() -> None:
    short, long = torch.zeros(512, 8, dtype=torch.float16), torch.zeros(513, 8)
    lines = str(regard.plan(short, short, short)).splitlines()
    assert lines[0] == "kernel dense: 8,388,608 operations; all scores at once would hold 1,048,576 bytes"
    assert lines[-1] == "  not sdpa: slower than eager products in half precision on a CPU up to 512 keys"
    assert regard.plan(short.float(), short.float(), short.float()).kernel in ("native", "sdpa")
    assert regard.plan(long.half(), long.half(), long.half()).kernel == "sdpa"
    long = long.double()
    additive = regard.plan(long, long, long, score=regard.Additive(torch.ones(8).double()))
    assert additive.passed_over["sdpa"] == "additive scores are no matrix product"


def test_the_plan_does_not_look_at_values() -> None:
    meta = torch.zeros(2, 4, 200, 8, device="meta")
    assert regard.plan(meta, meta, meta, mask=regard.Causal() & regard.Padding(keys=[3, 5])).kernel == "sdpa"
