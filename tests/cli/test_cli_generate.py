"""`train generate`, `predict` and `evaluate` of a generator: the road from a text to its continuation."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Run, three_lines

from regard.cli.main import main

SONG = "the cat sat on the mat\nthe dog sat on the log\n\nthe frog sat on the fog\n"
TINY = [
    *("--width", "32", "--layers", "1", "--heads", "2", "--feed-forward", "32", "--window", "16", "--dropout", "0"),
    *("--batch-tokens", "256", "--learning-rate", "0.02", "--device", "cpu", "--precision", "fp32", "--average", "1"),
    *("--warmup", "10", "--validate-epochs", "50"),
]
Model = Callable[[str], Path]


def lines_of(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line) + "\n"


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One continuous text, one text a line, and a text that neither holds."""
    folder = tmp_path_factory.mktemp("texts")
    written = {"song": SONG * 150, "lines": lines_of(SONG) * 150, "other": "the cat sat on the dog\nzebra\n"}
    for name, text in written.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.txt" for name in written}


KINDS = {
    "song": ["--epochs", "3"],
    "lines": ["--each-line", "true", "--tokens", "word", "--epochs", "6"],
    "recurrent": ["--network", "recurrent", "--epochs", "2"],
}


@pytest.fixture(scope="module")
def model(texts: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Model:
    home = tmp_path_factory.mktemp("generators")

    def model(kind: str) -> Path:
        if not (home / kind).exists():
            flags = TINY if kind != "recurrent" else [*TINY[:4], *TINY[8:]]
            data = texts["lines" if kind == "lines" else "song"]
            assert main(["train", "generate", str(data), "--model", str(home / kind), *flags, *KINDS[kind]]) == 0
        return home / kind

    return model


def test_a_continuous_text_is_learned_and_goes_on(run: Run, model: Model, tmp_path: Path) -> None:
    prefixes = tmp_path / "prefixes.txt"
    prefixes.write_text("the cat s\n\nthe dog sat on the l\n", encoding="utf-8")
    answer = run("predict", model("song"), prefixes, "--greedy", "--lines", 1, "--longest", 60)
    first, _, third = answer.out.split("\n")[:3]
    assert answer.code == 0 and answer.out.count("\n") == 3
    assert first in ("at on the mat", "at on the log", "at on the fog") and third == "og"
    more = run("predict", model("song"), prefixes, "--greedy", "--longest", 60)
    assert more.out.split("\n")[0].startswith(f"{first}\\n") and more.out.count("\n") == 3
    assert more.err == "stopped at the longest length, 60 tokens: 3 of 3 (--longest)\n"
    shown = run("predict", model("song"), prefixes, "--greedy", "--longest", 30, "--format", "text")
    assert shown.out.startswith(f"the cat s{first}\n")


def test_a_space_behind_a_beginning_says_that_a_word_begins(run: Run, model: Model, tmp_path: Path) -> None:
    prefixes = tmp_path / "prefixes.txt"
    prefixes.write_text("the cat \nthe cat\n", encoding="utf-8")
    words = ["predict", model("song"), prefixes, "--greedy", "--lines", 1, "--format", "text"]
    for line in run(*words).out.replace("\n\n", "\n").splitlines():
        assert line in ("the cat sat on the mat", "the cat sat on the log", "the cat sat on the fog")


def test_all_that_is_read_may_be_one_beginning(run: Run, model: Model, tmp_path: Path) -> None:
    prefix = tmp_path / "prefix.txt"
    prefix.write_text("the cat sat on the mat\nthe dog s\n", encoding="utf-8")
    answer = run("predict", model("song"), prefix, "--whole", "--greedy", "--lines", 1)
    assert answer.code == 0 and answer.out in ("at on the mat\n", "at on the log\n", "at on the fog\n")
    refused = run("predict", model("lines"), prefix, "--whole").refused
    assert refused.startswith("regard predict: --whole is for a continuous text\n  got  a model of which every line")


def test_each_line_is_a_text_of_its_own_and_ends(run: Run, model: Model, tmp_path: Path) -> None:
    prefixes = tmp_path / "prefixes.txt"
    prefixes.write_text("the cat\n\n", encoding="utf-8")
    answer = run("predict", model("lines"), prefixes, "--format", "jsonl")
    first, second = map(json.loads, answer.out.splitlines())
    assert first["prediction"].startswith(" sat on the") and first["ended"] and answer.err == ""
    assert lines_of(second["prediction"]) and second["tokens"] > 3 and second["score"] < 0
    assert run("predict", model("lines"), prefixes, "--format", "jsonl").out == answer.out
    alone = run("predict", model("lines"), prefixes, "--format", "jsonl", "--window", 1).out
    assert [json.loads(line)["prediction"] for line in alone.splitlines()] == [
        first["prediction"],
        second["prediction"],
    ]
    drawn = {run("predict", model("lines"), prefixes, "--temperature", 3, "--seed", seed).out for seed in range(4)}
    assert len(drawn) > 1


def test_top_k_and_top_p_of_next_to_nothing_are_greedy(run: Run, model: Model, tmp_path: Path) -> None:
    prefixes = tmp_path / "prefixes.txt"
    prefixes.write_text("the \n", encoding="utf-8")
    common = ["predict", model("recurrent"), prefixes, "--longest", 20]
    greedy = run(*common, "--greedy").out
    assert greedy == run(*common, "--top-k", 1).out == run(*common, "--top-p", 0.000001).out
    assert greedy == run(*common, "--temperature", 0).out != "\n"


def test_evaluate_tells_how_likely_a_text_is(run: Run, model: Model, texts: dict[str, Path]) -> None:
    known, other = (run("evaluate", model("song"), texts[name]) for name in ("song", "other"))
    assert known.code == other.code == 0

    def nats(text: str) -> float:
        return float(re.findall(r"nats per character ([\d.]+)", text)[0])

    assert nats(known.out) < 0.5 < 1.5 < nats(other.out)
    assert "600 lines, each token told from the 8 to 16 before it\n" in known.out
    assert "bits per character" in known.out and "perplexity per token" in known.out
    assert "unknown" not in known.out and "2 of 29 tokens are unknown to the model" in other.out


def test_what_is_read_and_chosen_is_told(run: Run, texts: dict[str, Path], tmp_path: Path) -> None:
    spaced = tmp_path / "spaced.txt"
    spaced.write_text("  indented\nplain\n" * 30, encoding="utf-8")
    words = ["train", "generate", spaced, texts["song"], "--model", tmp_path / "m", *TINY, "--steps", 2]
    told = run(*words, "--test", texts["other"]).err
    assert "Read 660 lines of one continuous text" in told
    assert "30 lines have more white space than single spaces" in told
    assert re.search(r"the last \d+ lines are set aside for it and never trained on", told)
    assert "Tokens: character, " in told and "it reads at most 16 tokens back" in told
    assert "Test, 2 lines" in told and "nats per character" in told and "unknown to the model" in told
    card = (tmp_path / "m" / "card.md").read_text(encoding="utf-8")
    assert "A generator of text" in card and "updates" in card


def test_a_training_in_two_parts_ends_bit_for_bit_like_one(run: Run, texts: dict[str, Path], tmp_path: Path) -> None:
    def words(folder: str, *more: Any) -> list[Any]:
        dropping = [*TINY, "--dropout", "0.2", "--schedule", "constant", "--epochs", 2]
        return ["train", "generate", texts["song"], "--model", tmp_path / folder, *dropping, *more]

    for steps in (4, 50):
        answer = run(*words("parts", "--steps", steps))
    assert "Going on from step 4, epoch 1." in answer.err
    assert run(*words("whole", "--steps", 50)).code == 0
    ends = [(tmp_path / name / "state" / "step-00000050.safetensors").read_bytes() for name in ("parts", "whole")]
    assert ends[0] == ends[1]
    assert "This training is finished already" in run(*words("whole", "--steps", 50)).err
    refused = run(*words("whole", "--steps", 50, "--window", 32)).said_and_refused
    assert "window 16 → 32" in refused
    again = run(*words("whole", "--steps", 3, "--window", 32, "--overwrite"))
    assert again.code == 0 and "Going on" not in again.err


@pytest.mark.parametrize("form", ["lines", "text"])
def test_a_stream_is_what_is_written_at_once(form: str, run: Run, model: Model, tmp_path: Path) -> None:
    prefixes = tmp_path / "prefixes.txt"
    prefixes.write_text("the cat \n\nthe d\n", encoding="utf-8")
    for kind in ("song", "lines"):
        words = ["predict", model(kind), prefixes, "--longest", 40, "--format", form, "--seed", 3]
        assert run(*words, "--stream") == run(*words)
    text = run("predict", model("song"), prefixes, "--stream", "--format", "jsonl").refused
    assert text.startswith("regard predict: an object of JSON is written at once")


def test_rules_hold_and_each_line_is_scored(run: Run, model: Model, texts: dict[str, Path], tmp_path: Path) -> None:
    prefixes, allowed, forbidden = (tmp_path / name for name in ("prefixes.txt", "allowed.txt", "forbidden.txt"))
    prefixes.write_text("the cat sat on the\nthe dog sat on the\n", encoding="utf-8")
    allowed.write_text("fog\nlog\n", encoding="utf-8")
    forbidden.write_text("mat\nlog\n", encoding="utf-8")
    words = ["predict", model("lines"), prefixes]
    assert set(run(*words, "--allowed", allowed).out.split()) <= {"fog", "log"}
    found = run(*words, "--forbidden", forbidden, "--shortest", 3, "--longest", 20).out.splitlines()
    assert all(len(line.split()) >= 3 and not {"mat", "log"} & {*line.split()} for line in found)
    scores = tmp_path / "scores.tsv"
    answer = run("evaluate", model("song"), texts["other"], "--scores", scores)
    rows = [list(map(float, line.split("\t"))) for line in scores.read_text(encoding="utf-8").splitlines()]
    perplexity = float(re.findall(r"perplexity per token ([\d.]+)", answer.out)[0])
    total, tokens = sum(row[0] for row in rows), sum(row[2] for row in rows)
    assert len(rows) == 2 and 2.718281828 ** (-total / tokens) == pytest.approx(perplexity, rel=1e-3)
    assert run(*words, "--allowed", allowed, "--lines", 2).refused.startswith("allowed: each text must end")


REFUSED: list[tuple[list[Any], str]] = [
    ([], "needs a text file"),
    (["absent.txt"], "there is no such file"),
    (["empty.txt"], "must hold text"),
    (["blank.txt"], "must hold text"),
    (["one.txt"], "lines to train on and lines to validate on"),
    (["nul.txt"], "must not hold NUL"),
    (["latin.txt"], "text must be utf-8"),
    (["song.txt", "--encoding", "utf-9"], "encoding"),
    (["song.txt", "--each-line", "true"], "must not be blank"),
    (["few.txt", "--each-line", "true"], "at least 10 examples"),
    (["song.txt", "--tokens", "letters"], "tokens: no such name"),
    (["song.txt", "--tokens", "byte", "--vocabulary", 300], "there are 256 bytes"),
    (["song.txt", "--vocabulary", 2], "must have room"),
    (["song.txt", "--tokenizer", "song.txt"], "song.txt"),
    (["song.txt", "--tokenizer", "song.txt", "--tokens", "word"], "leaves nothing to choose"),
    (["song.txt", "--window", 1], "at least 2 tokens"),
    (["song.txt", "--network", "convolutional"], "network: no such name"),
    (["song.txt", "--network", "recurrent", "--positions", "rotary"], "a recurrent network does not have it"),
    (["song.txt", "--network", "recurrent", "--attention", "dot"], "has no attention"),
    (["song.txt", "--cell", "gru"], "a transformer network does not have it"),
    (["song.txt", "--attention", "additive", "--positions", "rotary"], "network: "),
    (["song.txt", "--width", 33, "--heads", 2], "multiple of 2"),
    (["song.txt", "--size", "tiny"], "size: no such name"),
    (["song.txt", "--blank", "keep"], "blank: no such choice"),
    (["song.txt", "--epochs", 0], "epochs: must be at least 1"),
    (["song.txt", "--dropout", 1], "dropout"),
    (["song.txt", "--sources", "a"], "no such flag"),
    (["song.txt", "--valid", "empty.txt"], "must hold text"),
]  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    contents = {"song": SONG.encode(), "empty": b"", "blank": b"\n \n", "one": b"just one line\n", "few": b"a b\n" * 5}
    for name, content in {**contents, "nul": b"a\0b\nc\n", "latin": "é\na\n".encode("latin-1")}.items():
        (folder / f"{name}.txt").write_bytes(content)
    return folder


@pytest.mark.parametrize(("words", "expected"), REFUSED, ids=lambda each: str(each)[:50])
def test_a_training_that_cannot_be_is_refused(
    words: list[Any], expected: str, run: Run, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    text = run("train", "generate", *words, "--model", tmp_path / "model").said_and_refused
    assert expected in text.splitlines()[0] and not (tmp_path / "model" / "model.json").exists()


def test_a_folder_is_needed(run: Run, texts: dict[str, Path]) -> None:
    assert "needs a folder" in run("train", "generate", texts["song"]).refused


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--temperature", -1], "temperature must be at least 0"),
        (["--top-k", -1], "top-k must be at least 0"),
        (["--top-p", 0], "top-p must be above 0"),
        (["--shortest", 9, "--longest", 9, "--lines", 1], "shortest: must be below the longest"),
        (["--no-repeat", -1], "no-repeat: n-grams have at least 1 token"),
        (["--allowed", "absent.txt"], "there is no such file"),
        (["--longest", 0], "longest must be at least 1"),
        (["--lines", -1], "ends must be at least 0"),
        (["--seed", -1], "seed must be at least 0"),
        (["--greedy", "--temperature", 2], "--greedy draws nothing"),
        (["--format", "csv"], "no such choice"),
        (["--window", 0], "--window is at least 1"),
        (["--beam", 2], "no such flag"),
        (["--device", "tpu"], "device: no such name"),
        (["absent.txt"], "there is no such file"),
    ],
    ids=str,
)
def test_a_prediction_that_cannot_be_is_refused(words: list[Any], expected: str, run: Run, model: Model) -> None:
    assert expected in run("predict", model("song"), *words).refused.splitlines()[0]


def test_other_verbs_and_damaged_folders_are_refused(
    run: Run, model: Model, texts: dict[str, Path], tmp_path: Path
) -> None:
    assert "needs a text file" in run("evaluate", model("song")).refused
    assert "--batch-tokens" in run("evaluate", model("song"), texts["song"], "--batch-tokens", 0).refused
    assert "labels, classifies or regresses" in run("encode", model("song"), texts["song"], "--out", "a.npy").refused
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in model("song").iterdir():
        if path.is_file():
            (copy / path.name).write_bytes(path.read_bytes())
    record = json.loads((copy / "model.json").read_text(encoding="utf-8"))
    (copy / "model.json").write_text(json.dumps({**record, "each_line": "no"}), encoding="utf-8")
    assert "each_line must say" in run("predict", copy).refused
    (copy / "text.json").write_text("{}", encoding="utf-8")
    (copy / "model.json").write_text(json.dumps(record), encoding="utf-8")
    text = run("evaluate", copy, texts["song"]).refused
    assert "text.json" in text.splitlines()[0] and three_lines(text)
