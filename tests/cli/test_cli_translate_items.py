"""Sounds with texts on the command line: train, check, predict, evaluate; and what only this road refuses."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from command_line import Run

TINY = [
    *("--width", 8, "--layers", 1, "--heads", 2, "--feed-forward", 8, "--epochs", 1, "--batch-tokens", 2048),
    *("--device", "cpu", "--precision", "fp32", "--learning-rate", 0.01),
]
READ = ["--input", "sound", "--x", "file", "--y", "said"]
WORDS = {"low": 0.2, "high": 1.2}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest of 16 sounds of one to three tones, and the same as JSON lines."""
    home = tmp_path_factory.mktemp("clips")
    rows = []
    for i in range(16):
        said = [list(WORDS)[i >> j & 1] for j in range(1 + i % 3)]
        wave = np.concatenate([np.sin(WORDS[word] * np.arange(500 + 40 * i)) / 2 for word in said])
        soundfile.write(home / f"{i}.wav", wave, 8000)
        rows.append((f"{i}.wav", " ".join(said), f"voice{i % 4}"))
    lines = [",".join(row) for row in [("file", "said", "voice"), *rows]]
    (home / "clips.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return home / "clips.csv"


@pytest.fixture(scope="module")
def model(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from regard.cli.main import main

    folder = tmp_path_factory.mktemp("models") / "model"
    words = ["train", "translate", data, *READ, "--groups", "voice", "--model", folder, *TINY]
    assert main([str(word) for word in words]) == 0
    return folder


def test_the_whole_road(run: Run, data: Path, model: Path) -> None:
    record = json.loads(run("info", model).out)
    assert record["kind"] == "translate" and record["source"]["halvings"] == 2 and record["source"]["ctc"] == 0.3
    assert record["training"]["metric"] == "wer" and set(record["checksums"]) > {"input.json", "target.json"}
    assert "Source: sound, 40 features" in (model / "card.md").read_text(encoding="utf-8").replace("\n", " ")
    again = run("train", "translate", data, *READ, "--groups", "voice", "--model", model, *TINY)
    assert again.code == 0 and "finished already" in again.err and "WER" in again.err
    predicted = run("predict", model, data, "--x", "file")
    assert predicted.code == 0 and len(predicted.out.splitlines()) == 16, predicted
    assert run("predict", model, data, "--x", "file", "--batch-tokens", 1).out == predicted.out
    best = run("predict", model, data, "--x", "file", "--write", "jsonl", "--n-best", 2).out.splitlines()
    assert [Path(json.loads(line)["item"]).name for line in best[:2]] == ["0.wav", "1.wav"]
    assert [json.loads(line)["candidates"][0]["prediction"] for line in best] == predicted.out.splitlines()


def test_lines_that_name_files_are_answered_line_by_line(
    run: Run, data: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    wave = data.parent / "3.wav"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{wave}\n\n{wave}\n".encode()), encoding="utf-8"))
    out = run("predict", model, "--scores").out.splitlines()
    assert len(out) == 3 and out[1] == "" and out[0] == out[2] and re.match(r"-\d\.\d{4}\t", out[0])


def test_scores_are_error_rates(run: Run, data: Path, model: Path) -> None:
    told = run("evaluate", model, data, "--x", "file", "--y", "said").out.splitlines()
    assert told[0] == "16 pairs, beam 5, length penalty 1"
    assert [line.split()[0] for line in told[1:4]] == ["WER", "CER", "exact"]
    phones = run("evaluate", model, data, "--x", "file", "--y", "said", "--metric", "per").out.splitlines()
    assert phones[1].startswith("PER ")


def test_what_is_written_can_be_ruled_drawn_and_given(run: Run, data: Path, model: Path, tmp_path: Path) -> None:
    words, allowed = ["predict", model, data, "--x", "file"], tmp_path / "allowed.txt"
    allowed.write_text("low low\nhigh\n", encoding="utf-8")
    assert set(run(*words, "--allowed", allowed).out.splitlines()) <= {"low low", "high"}
    begun = run(*words, "--prefix", "high low", "--coverage-penalty", 0.1, "--longest", 12).out.splitlines()
    assert len(begun) == 16 and all(line.startswith("high low") for line in begun)
    drawn = run(*words, "--sample", "--temperature", 3).out
    assert drawn == run(*words, "--sample", "--temperature", 3, "--batch-tokens", 1).out
    assert drawn != run(*words, "--sample", "--temperature", 3, "--seed", 2).out
    scores = tmp_path / "scores.tsv"
    told = run("evaluate", model, data, "--x", "file", "--y", "said", "--scores", scores)
    assert told.code == 0 and len(scores.read_text(encoding="utf-8").splitlines()) == 16
    assert "--temperature is for drawing" in run(*words, "--temperature", 2).refused


def test_a_check_reads_the_pairs_that_a_training_would(run: Run, data: Path) -> None:
    told = run("check", data, *READ, "--answer", "translate", "--groups", "voice").out
    assert "train, source: 16 items" in told and "train, target: words: 1 to 3" in told
    assert told.splitlines()[-1].endswith("--input sound --x file --y said --groups voice")


def test_voices_are_set_aside_whole(run: Run, data: Path, tmp_path: Path) -> None:
    told = run("train", "translate", data, *READ, "--groups", "voice", "--model", tmp_path / "m", *TINY, "--steps", 1)
    assert re.search(r"given: 4 pairs are set aside", told.err), told.err


def test_texts_that_are_too_long_are_left_out_or_cut_as_chosen(run: Run, data: Path, tmp_path: Path) -> None:
    words = ["train", "translate", data, *READ, *TINY, "--steps", 1, "--longest", 2, "--tokens", "spaced"]
    assert "the target may have at most 2 tokens" in run(*words, "--model", tmp_path / "a").said_and_refused
    skipped = run(*words, "--too-long", "skip", "--model", tmp_path / "b").err
    assert "pairs with more than 2 tokens a side are left out" in skipped
    assert "pairs are cut to 2 tokens a side" in run(*words, "--too-long", "truncate", "--model", tmp_path / "c").err


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--source-tokenizer", "t.json"], "--source-tokenizer: belongs to sources that are texts"),
        (["--packing", "true"], "--packing: belongs to sources that are texts"),
        (["--source", "a.txt", "--target", "b.txt"], "--source: belongs to sources that are texts"),
        (["--ctc", 1], "ctc: must be at least 0 and below 1"),
        (["--halvings", 5], "halvings: must be from 0 to 4"),
        (["--patch", 4], "--patch: belongs to image"),
        (["--positions", "learned"], "positions: items have no longest"),
        (["--y", "voices"], "clips.csv:2: a column is missing"),
        (["--network", "convolutional"], "network: no"),
    ],
)
def test_choices_that_cannot_be(run: Run, data: Path, tmp_path: Path, flags: list[object], expected: str) -> None:
    answer = run("train", "translate", data, *READ, "--model", tmp_path / "m", *TINY, *flags)
    assert expected in answer.said_and_refused
    assert not (tmp_path / "m" / "model.json").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"file": "0.wav", "said": 7}\n', "clips.jsonl:1: the target must be a text that is not blank"),
        ('{"file": "0.wav", "said": "low"}\n{"file": "1.wav", "said": " "}\n', ":2: 'said' must not be blank"),
        ('{"file": "0.wav", "said": ["low"]}\n', "clips.jsonl:1: the target must be a text"),
    ],
)
def test_answers_that_are_no_texts(run: Run, data: Path, tmp_path: Path, text: str, expected: str) -> None:
    manifest = data.parent / "clips.jsonl"
    manifest.write_text(text, encoding="utf-8")
    answer = run("train", "translate", manifest, *READ, "--model", tmp_path / "m")
    assert expected in answer.said_and_refused


def test_choices_of_items_mean_nothing_for_texts_and_the_other_way(
    run: Run, data: Path, model: Path, tmp_path: Path
) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("a b\tc d\n" * 12, encoding="utf-8")
    for flags in (["--halvings", 1], ["--ctc", 0.3], ["--rate", 8000], ["--groups", "voice"]):
        told = run("train", "translate", pairs, "--model", tmp_path / "m", *flags).refused
        assert f"{flags[0]}: belongs to sources that are sounds" in told
    looked = run("look", model, data.parent / "0.wav")
    assert looked.code == 0 and "log p of all that was written" in looked.out and "training's mean" in looked.out
    assert "the model reads other sources" in run("evaluate", model, data, "--input", "image").refused
    assert "several texts do not fit" in run("predict", model, data, "--n-best", 2).refused
