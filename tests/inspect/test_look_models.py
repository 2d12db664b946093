"""A look at every kind of model and input: the axes fit, captured equals fast, and evidence is what it says it is."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from look_models import (
    CLASSES,
    ITEMS,
    LABELS,
    NUMBER,
    OPTIONS,
    RECURRENT,
    answerer,
    generator,
    translator,
)

from regard.data.examples import Examples
from regard.errors import DataError, OptionError
from regard.inspect.looks import Look
from regard.inspect.opening import look_at
from regard.inspect.record import CAVEAT, Record
from regard.models.given import surprise
from regard.networks.answering import HeadOptions

COLUMNS = ["weight", "norm", "gradient", "rollout", "occlusion"]
SOUGHT: dict[str, Callable[[], tuple[Any, Any]]] = {
    **{f"classify {kind}": lambda kind=kind: (answerer(kind), ITEMS[kind]) for kind in ITEMS},
    "classify several": lambda: (answerer("vectors", replace(CLASSES, several=True)), ITEMS["vectors"]),
    "classify recurrent": lambda: (answerer("text", options=RECURRENT), ITEMS["text"]),
    "classify halved": lambda: (answerer("sound", head=HeadOptions(halvings=1)), ITEMS["sound"]),
    "regress mean": lambda: (answerer("series", NUMBER, head=HeadOptions(pooling="mean")), ITEMS["series"]),
    "label words": lambda: (answerer("words", LABELS, head=HeadOptions(crf=True)), ITEMS["words"]),
    "label nodes": lambda: (answerer("graph", LABELS, head=HeadOptions(propagations=2)), ITEMS["graph"]),
    "translate": lambda: (translator(), ITEMS["text"]),
    "translate recurrent": lambda: (translator(RECURRENT), ITEMS["text"]),
    "translate luong": lambda: (translator(replace(RECURRENT, order="luong", attention="bilinear")), ITEMS["text"]),
    "translate ensemble": lambda: (translator(replace(OPTIONS, members=2)), ITEMS["text"]),
    "translate sound": lambda: (translator(kind="sound"), ITEMS["sound"]),
    "generate": lambda: (generator(), "the old"),
    "generate rotary": lambda: (generator(replace(OPTIONS, positions="rotary", attention="cosine")), "the old"),
}


@pytest.fixture(scope="module")
def seen() -> Callable[[str], Record]:
    """The look of each, once."""
    found: dict[str, Record] = {}

    def seen(name: str) -> Record:
        if name not in found:
            found[name] = look_at(*SOUGHT[name]()).record
        return found[name]

    return seen


@pytest.mark.parametrize("name", SOUGHT)
def test_every_look_is_whole_and_fits_together(name: str, seen: Callable[[str], Record]) -> None:
    record = seen(name)
    assert record.headline["task"] == name.split()[0] and record.difference < 2e-5
    assert len({call.name for call in record.calls}) == len(record.calls) > 0
    for call in record.calls:
        assert call.weights is not None and call.role in ("self", "cross", "pool")
        sizes = [len(record.axes[axis].labels) for axis in (call.queries, call.keys)]
        assert list(call.weights.shape[1:]) == sizes
        np.testing.assert_allclose(call.sums, call.weights.sum(-1), atol=1e-5)
    for each in record.evidence:
        assert [*each.columns] == COLUMNS and {*each.heads} == {call.name for call in record.calls}
        assert {len(column) for column in each.columns.values()} == {len(record.axes[each.axis].labels)}
        assert set(each.controls) == {"shuffled input", "untrained twin", "uniform weights"}
    axis = record.axes[record.evidence[0].axis]
    things = {"sound": "spans", "image": "patches", "series": "spans", "vectors": "values", "graph": "places"}
    if axis.kind in things:
        assert len(axis.thing[things[axis.kind]]) == len(axis.labels)


def test_what_occlusion_says_of_a_class_is_what_the_item_without_the_word_gets(seen: Callable[[str], Record]) -> None:
    model, words = answerer("words"), ITEMS["words"]
    record = seen("classify words")
    number = CLASSES.classes.index(record.headline["output"])
    items = [words, *(words[:i] + words[i + 1 :] for i in range(3))]
    whole, *less = (np.log(each[number]) for each in model.probabilities(Examples("text", items)))
    np.testing.assert_allclose(record.evidence[0].columns["occlusion"], np.array(less) - whole, atol=1e-5)
    assert record.evidence[0].of == f"log p of class {record.headline['output']}"


def test_weights_of_the_evidence_are_the_shares_of_the_pool(seen: Callable[[str], Record]) -> None:
    shares = answerer("vectors").shares(Examples("vectors", [ITEMS["vectors"]]))[0]
    np.testing.assert_allclose(seen("classify vectors").evidence[0].columns["weight"], shares, atol=1e-6)


@pytest.mark.parametrize("name", ["translate", "translate recurrent", "translate ensemble", "translate sound"])
def test_a_translation_is_explained_step_by_step(name: str, seen: Callable[[str], Record]) -> None:
    model, item = SOUGHT[name]()
    record = seen(name)
    sources = Examples("sound", [item]) if name.endswith("sound") else [item]
    nats = surprise(model, sources, [record.headline["target"]], str).nats[0]
    assert float(record.headline["log p"]) == pytest.approx(-nats, abs=1e-3)
    assert float(record.headline["confidence"]) == pytest.approx(np.exp(-nats / len(record.steps)), abs=1e-3)
    steps = record.evidence[1:]
    assert [each.step for each in steps] == list(range(1, len(record.steps) + 1))
    whole = record.evidence[0].columns["occlusion"]
    np.testing.assert_allclose(sum(each.columns["occlusion"] for each in steps), whole, atol=1e-4)
    reading = model.read(item, record.headline["target"])
    assert record.axes["source"].labels == tuple(reading.source)
    np.testing.assert_allclose([each.columns["weight"] for each in steps], reading.weights, atol=1e-6)
    for step in record.steps:
        assert len(step.candidates) == 8 and step.candidates[0][1] >= step.candidates[-1][1]


def test_a_source_without_a_piece_is_translated_as_that_source(seen: Callable[[str], Record]) -> None:
    model, record = translator(), seen("translate")
    target, words = record.headline["target"], ITEMS["text"].split()
    less = [" ".join(words[:i] + words[i + 1 :]) for i in range(len(words))]
    nats = -surprise(model, [ITEMS["text"], *less], [target] * 6, str).nats
    np.testing.assert_allclose(record.evidence[0].columns["occlusion"][:5], nats[1:] - nats[0], atol=1e-4)


def test_what_follows_is_judged_by_what_stands_before_it(seen: Callable[[str], Record]) -> None:
    model, record = generator(), seen("generate")
    whole, first, second = record.evidence[:3]
    assert record.axes["text"].labels[:3] == ("</s>", "▁the", "▁old")
    assert [int(np.isfinite(each.columns["occlusion"]).sum()) for each in (whole, first, second)] == [3, 3, 4]
    given = look_at(model, "the old", " dog sees", evidence=False).record
    tokens = torch.tensor([3, *model.numbers("the old dog sees")])
    with torch.inference_mode():
        said = model.network.scores(model.network(tokens[None, :-1]))[0]
    wanted = said.gather(1, tokens[1:, None])[2:, 0].tolist()
    assert [step.log_probability for step in given.steps] == pytest.approx(wanted, abs=1e-5)
    assert given.headline["target"] == "dog sees"
    assert "causal" in whole.notes["rollout"]


def test_a_target_may_be_given(seen: Callable[[str], Record]) -> None:
    model, item = SOUGHT["classify text"]()
    other = next(name for name in CLASSES.classes if name != seen("classify text").headline["output"])
    record = look_at(model, item, other).record
    assert record.evidence[0].of == f"log p of class {other}" and record.headline["target"] == f"class {other}"
    labels = look_at(*SOUGHT["label words"](), 2).record.evidence
    assert [each.step for each in labels] == [2] and labels[0].of.endswith(" of old")
    with pytest.raises(OptionError) as unknown:
        look_at(model, item, "cow")
    assert str(unknown.value).startswith(
        "look: the target must be a class that was there in training\n  got  'cow'\n  try  'owl'? or"
    )
    with pytest.raises(OptionError, match="number of an answer, from 1 to 3"):
        look_at(*SOUGHT["label words"](), 4)
    with pytest.raises(DataError, match="the target must be a text"):
        look_at(translator(), "a house", 3)
    with pytest.raises(DataError, match="needs a text"):
        look_at(translator(), " ")


def test_a_model_without_attention_is_refused() -> None:
    for model in (
        generator(replace(OPTIONS, network="recurrent", attention="none")),
        translator(replace(RECURRENT, attention="none")),
    ):
        with pytest.raises(OptionError, match="must have attention"):
            look_at(model, "a house")


def test_the_same_seed_gives_the_same_look() -> None:
    model, item = SOUGHT["classify vectors"]()
    first, second = (json.dumps(look_at(model, item, seed=seed).to_json()) for seed in (1, 1))
    assert first == second != json.dumps(look_at(model, item, seed=2).to_json())
    bare = look_at(model, item, evidence=False).record
    assert bare.evidence == () and len(bare.calls) == 3


def test_a_look_is_written_as_json_and_as_a_table(tmp_path: Path, seen: Callable[[str], Record]) -> None:
    record = seen("classify words")
    look = Look(record)
    written = json.loads(look.save(tmp_path / "look.json").read_text(encoding="utf-8"))
    assert written == look.to_json() and written["caveat"] == CAVEAT
    np.testing.assert_allclose(written["calls"][0]["weights"], record.calls[0].weights, rtol=1e-7)
    assert written["evidence"][0]["agreement"]["gradient"] is not None
    head, *lines = look.save(tmp_path / "look.csv").read_text(encoding="utf-8").splitlines()
    assert head == "call,role,layer,head,query,query label,key,key label,weight"
    assert lines[1].startswith("encoder 1 self,self,1,1,1,the,2,old,")
    assert len(lines) == sum(call.weights.size for call in record.calls if call.weights is not None)


def test_a_look_is_drawn(tmp_path: Path, seen: Callable[[str], Record]) -> None:
    look = Look(seen("classify words"))
    assert look.save(tmp_path / "look.png").read_bytes().startswith(b"\x89PNG\r\n")
    svg = look.save(tmp_path / "look.svg", call="encoder 2 self", head=2).read_text(encoding="utf-8")
    assert "encoder 2 self, head 2" in svg and ">old<" in svg and "occlusion" in svg and "These weights show" in svg
    assert len(look.plot().axes) == 7  # a matrix, its colours, five columns
    with pytest.raises(OptionError, match="no such call"):
        look.plot("encoder 3")
    with pytest.raises(OptionError, match="heads of pool go from 1 to 2"):
        look.plot("pool", 3)


def test_files_of_other_forms_and_folders_that_are_not_there_are_refused(seen: Callable[[str], Record]) -> None:
    look = Look(seen("classify words"))
    with pytest.raises(OptionError) as other:
        look.save("look.pdf")
    assert str(other.value).splitlines()[1:] == ["  got  'look.pdf'", "  try  look.html, or .json, .csv, .png, .svg"]
    with pytest.raises(OptionError, match="the folder of the file must exist"):
        look.save("absent/look.json")


def test_positions_of_a_long_item_are_removed_in_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regard.inspect.evidence.removing.MOST", 3)
    model = answerer("vectors")
    item = np.random.default_rng(1).normal(size=(8, 3))
    found = look_at(model, item).record.evidence[0]
    change = found.columns["occlusion"]
    assert len({*change[:3].tolist()}) == len({*change[3:6].tolist()}) == 1 and change[0] != change[3] != change[6]
    whole, less = (each for each in model.probabilities(Examples("vectors", [item, item[3:]])))
    best = int(whole.argmax())
    assert change[0] == pytest.approx(np.log(less[best] / whole[best]), abs=1e-5)
    assert "3 positions at a time" in found.notes["occlusion"]
    monkeypatch.setattr("regard.inspect.evidence.removing.READ", 1)
    assert look_at(model, item).record.evidence[0].heads == {}
