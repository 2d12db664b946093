"""Many clients at once are computed together, each answered its own; who leaves, or asks too much, harms nobody."""

import json
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from asking import Asked, Held, Waiting, serving

from regard.serve.aside import READER

NOUNS = ("der Hund schläft", "der Hund läuft", "die Katze läuft")
SOURCES = [f"{noun} {i}" for noun in NOUNS for i in range(4)]


def until(true: Callable[[], bool]) -> None:
    """Waits for what another thread brings about."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)


def test_each_of_many_clients_has_its_own_answer(asked: Asked) -> None:
    alone = {source: asked.predictions("translate", [source]) for source in SOURCES}
    films = {film: asked.predictions("classify", [film]) for film in ("a good film", "a poor film", "good")}

    def ask(client: int) -> Callable[[], None]:
        def answers() -> None:
            for step in range(2):
                source = SOURCES[(client * 5 + step * 7) % len(SOURCES)]
                found = asked.predictions("translate", [source])
                assert found[0]["prediction"] == alone[source][0]["prediction"]
                film = list(films)[(client + step) % len(films)]
                assert asked.predictions("classify", [film])[0]["prediction"] == films[film][0]["prediction"]
            done.append(client)

        return answers

    done: list[int] = []
    waiting = Waiting([ask(client) for client in range(16)])
    for thread in waiting._threads:
        thread.join(60)
    assert sorted(done) == list(range(16))


def test_what_waits_together_is_computed_together(folders: dict[str, Path]) -> None:
    with serving([folders["translate"]], together=8) as asked:
        alone = [asked.predictions("translate", [source]) for source in SOURCES]
        with Held(asked.models["translate"]) as held:
            first = Waiting([lambda: asked.post("/predict", items=["die Katze"])])
            assert held.entered.wait(20)
            rest = Waiting([lambda s=source: asked.post("/predict", items=[s]) for source in SOURCES])
            until(lambda: asked.server.worker.jobs._items == 12)
            held.free.set()
            found = [answer.json["predictions"] for answer in rest.all()]
            first.all()
        assert held.calls == [1, 8, 4]
    for one, other in zip(found, alone, strict=True):
        assert one[0]["prediction"] == other[0]["prediction"]
        assert one[0]["score"] == pytest.approx(other[0]["score"], abs=1e-4)


def test_one_bad_item_among_those_of_others_is_refused_alone(folders: dict[str, Path]) -> None:
    with serving([folders["of-vectors"]]) as asked:
        good, bad = [[0.5] * 4], [[0.5] * 3]
        with Held(asked.models["of-vectors"]) as held:
            first = Waiting([lambda: asked.post("/predict", items=[good])])
            assert held.entered.wait(20)
            rest = Waiting([lambda i=item: asked.post("/predict", items=[i]) for item in (good, bad, good)])
            until(lambda: asked.server.worker.jobs._items == 3)
            held.free.set()
            one, refused, other = rest.all()
            first.all()
    assert one.json == other.json and one.status == 200
    assert refused.refused.startswith("422 request, item 1: must have 4 features")


def test_targets_that_are_given_and_the_models_own_are_looked_at_together(folders: dict[str, Path]) -> None:
    with serving([folders["translate"]]) as asked:
        fields = [{"items": ["die Katze"], "top": 1}, {"items": ["der Hund"], "targets": ["the dog"], "top": 1}]
        alone = [asked.post("/attend", **each).json for each in fields]
        with Held(asked.models["translate"]) as held:
            first = Waiting([lambda: asked.post("/predict", items=["a"])])
            assert held.entered.wait(20)
            rest = Waiting([lambda f=each: asked.post("/attend", **f) for each in fields])
            until(lambda: asked.server.worker.jobs._items == 2)
            held.free.set()
            found = [answer.json for answer in rest.all()]
            first.all()
    assert held.calls == [1, 2]
    for one, other in zip(found, alone, strict=True):
        assert one["readings"][0]["prediction"] == other["readings"][0]["prediction"]
        assert one["readings"][0]["target"] == other["readings"][0]["target"]


def test_a_fault_in_one_of_several_is_that_ones_alone(
    folders: dict[str, Path], caplog: pytest.LogCaptureFixture
) -> None:
    with serving([folders["classify"]]) as asked:
        model = asked.models["classify"]
        answers = model.answers

        def faulty(verb: str, chosen: object, ready: object) -> object:
            if any(item[0] == "secret words" for item in ready.items):  # type: ignore[attr-defined]
                raise KeyError("secret words")
            return answers(verb, chosen, ready)  # type: ignore[arg-type]

        model.answers = faulty  # type: ignore
        asks = [lambda i=item: asked.post("/predict", items=[i]) for item in ("a film", "secret words", "a film")]
        one, fault, other = Waiting(asks).all()
    assert one.status == other.status == 200
    assert fault.refused.startswith("500 regard serve: the server must be able to answer")
    assert "KeyError" in caplog.text and "secret" not in caplog.text + fault.refused and ".py" not in fault.refused


def test_beyond_the_queue_clients_are_told_to_come_again(folders: dict[str, Path]) -> None:
    with serving([folders["classify"]], waiting=4, items=4) as asked, Held(asked.models["classify"]) as held:
        first = Waiting([lambda: asked.post("/predict", items=["a"])])
        assert held.entered.wait(20)
        waiting = Waiting([lambda: asked.post("/predict", items=["a", "b", "c"])])
        until(lambda: asked.server.worker.jobs._items == 3)
        full = asked.post("/predict", items=["a", "b"])
        assert full.refused.startswith("429 regard serve: at most 4 items wait (limit --waiting) | 3 items")
        assert int(full.headers["retry-after"]) >= 1
        held.free.set()
        assert [answer.status for answer in first.all() + waiting.all()] == [200, 200]
        assert asked.post("/predict", items=["a", "b"]).status == 200


def test_what_would_not_be_begun_or_told_in_time_is_refused_at_once(folders: dict[str, Path]) -> None:
    long = {"model": "generate", "item": "ab", "choices": {"longest": 4_000, "lines": 0}}
    with serving([folders["classify"], folders["generate"]]) as asked:
        jobs = asked.server.worker.jobs
        with Held(asked.models["classify"]) as held:
            first = Waiting([lambda: asked.post("/predict", model="classify", items=["a"])])
            assert held.entered.wait(20)
            jobs._seconds = 16.0
            second = Waiting([lambda: asked.post("/predict", model="classify", items=["a"])])
            until(lambda: jobs._items == 1)
            refused = asked.post("/predict", model="classify", items=["a"])
            assert refused.refused.startswith("429 regard serve: what waits is soon begun")
            assert "1 items that wait, 0 streams, about 32 seconds" in refused.refused
            assert int(refused.headers["retry-after"]) == 16
            held.free.set()
            assert [answer.status for answer in first.all() + second.all()] == [200, 200]
        assert jobs._seconds < 16.0, "it is measured anew"
        running = asked.begun("/generate", **long)
        until(lambda: jobs._streams == 1)
        jobs._telling_seconds = 16.0
        assert asked.post("/generate", **long).status == 429
        running.close()
        until(lambda: jobs._streams == 0)
        assert asked.post("/generate", model="generate", item="ab", choices={"longest": 2}).status == 200


def test_a_large_body_is_read_beside_those_that_come_meanwhile(folders: dict[str, Path]) -> None:
    free = threading.Event()
    with serving([folders["classify"]]) as asked:
        READER.submit(free.wait, 30)
        large = Waiting([lambda: asked.post("/predict", items=["a " * 1_000] * 64)])
        until(lambda: READER._work_queue.qsize() == 1)
        assert asked.get("/health").status == 200
        assert asked.post("/predict", items=["a film"]).status == 200
        free.set()
        assert large.all()[0].status == 200


def test_bodies_of_all_requests_together_are_bounded(folders: dict[str, Path]) -> None:
    with serving([folders["classify"]], body=1_000) as asked, Held(asked.models["classify"]) as held:
        padded = ["a " * 400]
        waiting = Waiting([lambda: asked.post("/predict", items=padded)] * 19)
        until(lambda: asked.server.gate.open == 19)
        refused = asked.post("/predict", items=padded)
        assert refused.refused.startswith("429 regard serve: requests together hold at most 16,000 bytes")
        held.free.set()
        assert [answer.status for answer in waiting.all()] == [200] * 19


def test_time_runs_out_differently_for_what_waits_and_for_what_is_computed(folders: dict[str, Path]) -> None:
    with serving([folders["classify"]], timeout=0.3) as asked, Held(asked.models["classify"]) as held:
        first = Waiting([lambda: asked.post("/predict", items=["a"])])
        assert held.entered.wait(20)
        late = asked.post("/predict", items=["a"])
        assert late.refused.startswith("503 regard serve: an answer is begun within 0.3 seconds (limit --timeout)")
        assert "retry-after" in late.headers
        assert first.all()[0].refused.startswith("504 regard serve: an answer takes at most 0.3 seconds")


def test_what_takes_too_long_is_not_computed_to_its_end(folders: dict[str, Path]) -> None:
    with serving([folders["generate"]], timeout=0.3) as asked:
        choices = {"longest": 4_000, "lines": 0}
        assert asked.post("/predict", items=["abc"], choices=choices).status == 504
        until(lambda: not asked.server.worker._together)
        assert asked.post("/predict", items=["abc"], choices={"longest": 1}).status == 200


def test_who_leaves_while_waiting_is_not_computed(folders: dict[str, Path]) -> None:
    with serving([folders["classify"]]) as asked, Held(asked.models["classify"]) as held:
        first = Waiting([lambda: asked.post("/predict", items=["a"])])
        assert held.entered.wait(20)
        gone = asked.begun("/predict", items=["b"])
        until(lambda: asked.server.worker.jobs._items == 1)
        gone.close()
        until(lambda: asked.server.worker.jobs._items == 0)
        held.free.set()
        assert first.all()[0].status == 200 and held.calls == [1]
        until(lambda: asked.server.gate.open == 0)


def test_a_stream_whose_reader_vanishes_stops_and_harms_nobody(folders: dict[str, Path]) -> None:
    long = {"longest": 4_000, "lines": 0}
    with serving([folders["generate"], folders["classify"]], streams=1) as asked:
        expected = asked.predictions("classify", ["a good film"])
        vanishing = asked.begun("/generate", model="generate", item="abc", choices=long)
        assert b"event: token" in vanishing.recv(4096) + vanishing.recv(4096)
        full = asked.post("/generate", model="generate", item="abc")
        assert "1 streams run (limit --streams)" in full.refused and full.status == 429
        assert asked.predictions("classify", ["a good film"]) == expected, "others are answered meanwhile"
        vanishing.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        vanishing.close()
        until(lambda: asked.server.gate.open == 0 and asked.server.worker.jobs._streams == 0)
        again = asked.post("/generate", model="generate", item="abc", choices={"longest": 2}).events
        assert again[-1][0] == "done" and again[-1][1]["tokens"] <= 2


def test_a_stream_that_has_begun_takes_every_other_turn(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regard.serve.worker.SLICE", 0.0)
    with serving([folders["generate"], folders["classify"]]) as asked, Held(asked.models["classify"]) as held:
        streamed, turns = asked.models["generate"].streamed, held.calls

        def counted(chosen: object, item: str) -> object:
            for event in streamed(chosen, item):
                turns.append(0)
                yield event

        asked.models["generate"].streamed = counted  # type: ignore
        asks = [
            lambda u=unsure: asked.post("/predict", model="classify", items=["a"], choices={"unknown_below": u})
            for unsure in (0.1, 0.2, 0.3, 0.4)
        ]
        first = Waiting([lambda: asked.post("/predict", model="classify", items=["a"])])
        assert held.entered.wait(20)
        choices = {"longest": 2, "lines": 0}
        stream = Waiting([lambda: asked.post("/generate", model="generate", item="ab", choices=choices)])
        until(lambda: asked.server.worker.jobs._items == 1)
        rest = Waiting(asks)
        until(lambda: asked.server.worker.jobs._items == 5)
        held.free.set()
        assert [answer.status for answer in rest.all() + first.all()] == [200] * 5
        assert [name for name, _ in stream.all()[0].events] == ["token", "token", "done"]
    assert turns == [1, 0, 1, 0, 1, 0, 1, 1], "classes between the events of a stream"


def test_a_stream_that_is_too_slow_ends_with_an_error_event(folders: dict[str, Path]) -> None:
    with serving([folders["generate"]], timeout=0.4) as asked:
        events = asked.post("/generate", item="abc", choices={"longest": 4_000, "lines": 0}).events
    name, told = events[-1]
    assert name == "error" and "takes at most 0.4 seconds" in told["rule"] and len(events) > 1


def test_what_was_accepted_is_answered_before_the_server_ends(folders: dict[str, Path]) -> None:
    with serving([folders["classify"]]) as asked, Held(asked.models["classify"]) as held:
        first = Waiting([lambda: asked.post("/predict", items=["a"])])
        assert held.entered.wait(20)
        second = Waiting([lambda: asked.post("/predict", items=["b"])])
        until(lambda: asked.server.worker.jobs._items == 1)
        asked.server.stop()
        until(lambda: asked.server.gate.draining)
        refused = asked.post("/predict", items=["c"])
        assert refused.refused.startswith("503 regard serve: takes no more requests") and refused.headers["retry-after"]
        assert asked.get("/health").json == {"status": "draining"}
        held.free.set()
        assert [answer.status for answer in first.all() + second.all()] == [200, 200]


def test_health_tells_when_nothing_is_computed_any_more(folders: dict[str, Path]) -> None:
    with serving([folders["classify"]]) as asked:
        asked.server.worker.end(20)
        answer = asked.get("/health")
        assert (answer.status, json.loads(answer.body)) == (503, {"status": "broken"})
