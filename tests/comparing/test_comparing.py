"""Comparisons: which trainings there are, what they come to, how they go on, what is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Run

import regard
from regard.comparing.plan import Plan
from regard.errors import DataError, OptionError

SMALL = {"epochs": 1, "width": 8, "layers": 1, "device": "cpu", "precision": "fp32"}
TINY = ["--epochs", 1, "--width", 8, "--layers", 1, "--device", "cpu", "--precision", "fp32"]
TWO = {"conv": {"network": "convolutional"}, "transformer": {"attention": "dot"}}


def files(folder: Path, ending: str = ".jsonl") -> dict[str, Any]:
    return {part: [str(folder / f"{part}{ending}")] for part in ("valid", "test")}


def test_networks_and_seeds_make_a_table_and_go_on(recall: Path, tmp_path: Path, here: list[str]) -> None:
    given = {"folder": tmp_path, "tries": TWO, **files(recall), **SMALL}
    found = regard.compare("classify", recall / "train.jsonl", seeds=(1, 2), **given)
    assert here == ["conv, seed 1", "transformer, seed 1", "conv, seed 2", "transformer, seed 2"]
    assert [(row.name, row.seeds, row.items, row.tested) for row in found.rows] == [
        ("conv", 2, 120, "test"),
        ("transformer", 2, 120, "test"),
    ]
    scores = [run.measured.qualities[0].score.value for run in found.runs]
    assert found.rows[0].value == pytest.approx((scores[0] + scores[2]) / 2)
    assert found.rows[0].low <= min(scores[0], scores[2]) and found.rows[0].high >= max(scores[0], scores[2])
    assert (tmp_path / "table.md").read_text(encoding="utf-8") == str(found)
    assert "| conv | " in str(found) and "Means of 2 seeds" in str(found)
    assert all((run.folder / "model.json").is_file() and run.measured.cpu for run in found.runs)
    more = regard.compare("classify", recall / "train.jsonl", seeds=(1, 2, 3), **given)
    assert here[4:] == ["conv, seed 3", "transformer, seed 3"] and more.runs[0] == found.runs[0]


def test_another_choice_in_the_same_folder_is_refused(recall: Path, tmp_path: Path, here: list[str]) -> None:
    given = {"folder": tmp_path, "tries": {"conv": TWO["conv"]}, "seeds": (1,), **files(recall), **SMALL}
    regard.compare("classify", recall / "train.jsonl", **given)
    with pytest.raises(OptionError, match=r"(?s)other choices or data.*epochs 1 → 2.*--overwrite"):
        regard.compare("classify", recall / "train.jsonl", **{**given, "epochs": 2})
    with pytest.raises(OptionError, match=r"(?s)holds a training of other choices or data\n  got  other data"):
        regard.compare("classify", recall / "valid.jsonl", **given)
    regard.compare("classify", recall / "train.jsonl", **{**given, "epochs": 2}, overwrite=True)
    assert len(here) == 2


def test_a_curve_over_the_data_learns_from_shares_of_it(recall: Path, tmp_path: Path, here: list[str]) -> None:
    given = {"folder": tmp_path, "tries": {"conv": TWO["conv"]}, "seeds": (1,), **files(recall), **SMALL}
    found = regard.compare("classify", recall / "train.jsonl", data_curve=(10, 100), **given)
    assert [(row.share, row.items) for row in found.rows] == [(10, 12), (100, 120)]
    assert here == ["conv, seed 1, 10 % of the data", "conv, seed 1, 100 % of the data"]
    assert "| conv | 10 %, 12 | " in str(found)
    with pytest.raises(DataError, match=r"(?s)conv|--data-curve: 1 % must leave something"):
        regard.compare("classify", recall / "test-2.jsonl", data_curve=(1,), **{**given, "folder": tmp_path / "few"})


def test_one_training_is_tested_at_every_length(recall: Path, tmp_path: Path, here: list[str]) -> None:
    given = {"folder": tmp_path, "tries": {"conv": TWO["conv"]}, "seeds": (1,), **files(recall), **SMALL}
    given["test"] = str(recall / "test-{length}.jsonl")
    found = regard.compare("classify", recall / "train.jsonl", length_curve=(2, 4), **given)
    assert here == ["conv, seed 1"]
    assert [row.length for row in found.rows] == [2, 4]


def test_items_are_cut_to_their_beginning(tmp_path: Path, here: list[str]) -> None:
    items = np.random.default_rng(1).normal(size=(40, 6, 2)).astype(np.float32)
    np.savez(tmp_path / "items.npz", x=items, y=np.arange(40) % 2)
    given = {"folder": tmp_path / "out", "tries": {"conv": TWO["conv"]}, "seeds": (1,), **SMALL}
    found = regard.compare("classify", tmp_path / "items.npz", length_curve=(2, 6), **given)
    assert [(row.length, row.tested) for row in found.rows] == [(2, "validation"), (6, "validation")]
    assert here == ["conv, seed 1, length 2", "conv, seed 1, length 6"]
    found = regard.compare("classify", tmp_path / "items.npz", length_curve=(2, 4, 6), **given)
    assert here[2:] == ["conv, seed 1, length 4"] and [row.length for row in found.rows] == [2, 4, 6]


def test_networks_get_the_parameters_that_are_asked_for(recall: Path, tmp_path: Path, here: list[str]) -> None:
    choices = {**{name: value for name, value in SMALL.items() if name != "width"}, "parameters": 40_000}
    tries = {**TWO, "recurrence": {"network": "recurrent"}}
    found = regard.compare(
        "classify", recall / "train.jsonl", folder=tmp_path, tries=tries, seeds=(1,), **files(recall), **choices
    )
    assert all(0.8 * 40_000 < row.parameters < 1.2 * 40_000 for row in found.rows)
    with pytest.raises(OptionError, match="parameters: decide the width"):
        regard.compare("classify", recall / "train.jsonl", folder=tmp_path / "x", tries=TWO, **choices, width=8)


def test_translators_and_generators_are_compared_too(tmp_path: Path, run: Run, here: list[str]) -> None:
    assert run("make", "copy", tmp_path, "--length", 4, "--items", 60, "--held-out", 20).code == 0
    parts = [word for part in ("valid", "test") for word in (f"--{part}", tmp_path / f"{part}.tsv")]
    words = [tmp_path / "train.tsv", *parts, "--tokens", "word", "--metric", "exact", *TINY, "--seeds", 1]
    out = run("compare", "translate", *words, "--model", tmp_path / "out").out
    assert [line.split(" | ")[0] for line in out.splitlines()[2:5]] == [
        *("| recurrence, last state", "| recurrence, attention", "| transformer")
    ]
    (tmp_path / "lines.txt").write_text("to be or not to be\n" * 50, encoding="utf-8")
    words = [tmp_path / "lines.txt", *TINY, "--seeds", 1, "--length-curve", "8,16", "--model", tmp_path / "text"]
    out = run("compare", "generate", *words, "--try", "plain:", "--try", "linear: attention=linear").out
    assert out.startswith("| network | length | nats per character | 95 % | tokens/s | answered/s |")
    assert [line.split(" | ")[:2] for line in out.splitlines()[2:6]] == [
        [f"| {name}", length] for length in ("8", "16") for name in ("plain", "linear")
    ]
    assert json.loads((tmp_path / "text" / "results.json").read_text(encoding="utf-8"))["kind"] == "generate"


REFUSED: list[tuple[list[Any], str]] = [
    ([], "needs the kind of answer first"),
    (["clasify", "x"], "'classify'? or one of"),
    (["classify", "x"], "needs a folder"),
    (["classify", "x", "--model", "m", "--try", "a: netwrk=x"], "no such flag\n  got  --netwrk\n  try  --network"),
    (["classify", "x", "--model", "m", "--try", "a: width"], "a network is NAME: choice=value"),
    (["classify", "x", "--model", "m", "--try", "a: width=x"], "--width takes a whole number"),
    (["classify", "x", "--model", "m", "--try", "a: seed=2"], "seed: is the comparison's own"),
    (["classify", "x", "--model", "m", "--try", "a: valid=y"], "valid: is the same for all networks"),
    (["classify", "x", "--model", "m", "--try", "a b:", "a,b:"], "names of networks must differ"),
    (["classify", "x", "--model", "m", "--seeds", "1,1"], "--seeds: whole numbers from 1 on"),
    (["classify", "x", "--model", "m", "--data-curve", "1,101"], "--data-curve: whole numbers from 1 to 100"),
    (["classify", "x", "--model", "m", "--data-curve", "1", "--length-curve", "8"], "one curve at a time"),
    (["classify", "x-{length}", "--model", "m"], "{length} in a name stands for the lengths of a curve"),
    (["translate", "x.tsv", "--model", "m", "--length-curve", "8"], "pairs cannot be cut to a length"),
]


@pytest.mark.parametrize(("words", "text"), REFUSED)
def test_what_cannot_be_compared_is_refused(words: list[Any], text: str, run: Run) -> None:
    assert text in run("compare", *words).refused


def test_a_mistake_of_one_network_bears_its_name(recall: Path, tmp_path: Path, run: Run) -> None:
    words = [recall / "train.jsonl", "--model", tmp_path, "--seeds", 1, "--try", "odd: network=convolutional kernel=2"]
    answer = run("compare", "classify", *words)
    assert answer.said_and_refused.startswith("odd, seed 1: network: kernel must be an odd number of vectors\n")


def test_plans_refuse_what_only_python_can_say() -> None:
    for given, text in (
        ({"choices": {"sed": 1}}, "no such choice"),
        ({"seeds": ()}, "at least one"),
        ({"parameters": 0}, "from 1 on"),
        ({"kind": "see"}, "no such kind of answer"),
    ):
        with pytest.raises(OptionError, match=text):
            Plan(**{"kind": "classify", "choices": {}, "tries": {}, **given})
