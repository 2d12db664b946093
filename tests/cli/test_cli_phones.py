"""Words to phones at the command line: what the data alone choose, and error rates, of which lower is better."""

import json
import random
from pathlib import Path

import pytest
from command_line import Run

from regard.networks.base import NetworkOptions
from regard.training.config import TranslateConfig
from regard.training.defaults import network_options, training_options

SOUNDS = {"a": ["aː"], "b": ["b"], "c": ["t͡ʃ"], "d": ["d"], "e": ["ɛ"], "x": ["k", "s"]}
QUICK = ["--epochs", "4", "--validate-epochs", "1", "--batch-tokens", "96", "--device", "cpu", "--width", "32"]


def pronounced(word: str) -> str:
    return " ".join(phone for letter in word for phone in SOUNDS[letter])


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = random.Random(1)
    words = ["".join(drawn.choices([*SOUNDS], k=drawn.randint(3, 6))) for _ in range(150)]
    path = tmp_path_factory.mktemp("phones") / "words.tsv"
    path.write_text("".join(f"{word}\t{pronounced(word)}\n" for word in dict.fromkeys(words)), encoding="utf-8")
    return path


def test_phones_are_tokens_and_the_lowest_error_rate_chooses_weights(table: Path, run: Run, tmp_path: Path) -> None:
    told = run("train", "translate", table, "--valid", table, "--model", tmp_path / "model", *QUICK)
    assert told.code == 0, told.err
    assert "Tokens: character, 10 and 11." in told.err and "Network: 3 × recurrent, bilinear attention" in told.err
    assert "the weights with the best WER are kept" in told.err
    record = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert record["scores"][record["chosen"]] == min(record["scores"].values()) < 100
    log = [json.loads(line) for line in (tmp_path / "model" / "metrics.jsonl").read_text().splitlines()]
    validated = [line["score"] for line in log if "score" in line]
    assert record["scores"]["best"] == round(min(validated), 4) < max(validated)
    pairs = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    (tmp_path / "words").write_text("".join(f"{word}\n" for word, _ in pairs), encoding="utf-8")
    said = run("predict", tmp_path / "model", tmp_path / "words").out.splitlines()
    wrong = sum(one != other for one, (_, other) in zip(said, pairs, strict=True))
    scores = run("evaluate", tmp_path / "model", table).out.splitlines()[1:]
    assert [line.split()[0] for line in scores] == ["WER", "PER"]
    assert scores[0].endswith(f"{wrong} of {len(pairs)} answers wrong")
    assert scores[0].startswith(f"WER {100 * wrong / len(pairs):.1f} % ")
    assert run("evaluate", tmp_path / "model", table, "--metric", "per").out.splitlines()[1:] == scores[1:]
    refused = run("evaluate", tmp_path / "model", table, "--metric", "wre").refused
    assert refused.startswith("--metric: no such choice\n  got  'wre'\n") and "exact, wer, cer, per" in refused


def test_sentences_keep_their_defaults() -> None:
    config = TranslateConfig(model="model")
    network, training = network_options(config, 29_000, shared=True), training_options(config, 29_000, 400_000, "bleu")
    assert network == NetworkOptions(width=128, layers=4, heads=4, feed_forward=256, dropout=0.3, longest=513)
    assert (training.epochs, training.batch_tokens, training.learning_rate, training.warmup) == (34, 3333, 0.005, 510)
    assert network_options(config, 100_000, shared=False, spelled=True).network == "transformer"
    assert network_options(TranslateConfig(model="model", heads=2), 3_600, shared=False, spelled=True).members == 1
