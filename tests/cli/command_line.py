"""Three tiny translators, trained once, and two ways to run the command: in this process, and in one of its own."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from regard.cli.main import main

NOUNS = {"der Hund": "the dog", "die Katze": "the cat", "ein Kind": "a child", "das Haus": "the house"}
WORDS = {"klein": "small", "groß": "big", "rot": "red", "alt": "old", "neu": "new", "schön": "fine"}
TINY = [
    *("--width", "32", "--layers", "1", "--tokens", "word"),
    *("--dropout", "0", "--label-smoothing", "0", "--batch-tokens", "256", "--average", "1", "--precision", "fp32"),
    *("--device", "cpu", "--metric", "exact", "--learning-rate", "0.01", "--validate-epochs", "100"),
]
NETWORKS = {
    "transformer": ["--network", "transformer", "--heads", "2", "--feed-forward", "32"],
    "additive": ["--network", "recurrent", "--attention", "additive"],
    "none": ["--network", "recurrent", "--attention", "none"],
}


class Answer(NamedTuple):
    """What a command left: its exit code and its two streams."""

    code: int
    out: str
    err: str

    @property
    def refused(self) -> str:
        """The error text, once it is seen to be all there is: exit code 2, nothing on standard output, three lines."""
        assert (self.code, self.out) == (2, ""), self
        assert three_lines(self.err), self.err
        return self.err

    @property
    def said_and_refused(self) -> str:
        """The last three lines, the error text, after whatever was announced before it."""
        text = "".join(self.err.splitlines(keepends=True)[-3:])
        assert self.code == 2 and three_lines(text), self
        return text


def three_lines(text: str) -> bool:
    lines = text.splitlines()
    return len(lines) == 3 and lines[1].startswith("  got  ") and lines[2].startswith("  try  ")


Run = Callable[..., Answer]
Program = Callable[..., subprocess.CompletedProcess[bytes]]
Trained = Callable[[str], Path]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("predict", folder, "--beam", 3)` in this process."""

    def run(*words: object) -> Answer:
        capsys.readouterr()
        code = main([str(word) for word in words])
        return Answer(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def program() -> Program:
    """The same in a process of its own, with bytes in and bytes out."""

    def program(*words: object, given: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "regard", *map(str, words)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", **variables}
        return subprocess.run(command, input=given, capture_output=True, env=environment, timeout=600)

    return program


def sentences(count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Pairs such as `der Hund ist rot und alt` and `the dog is red and old`, of three lengths."""
    chosen = random.Random(seed)
    pairs = []
    for _ in range(count):
        noun = chosen.choice(list(NOUNS))
        words = chosen.sample(list(WORDS), chosen.randint(1, 3))
        pairs.append(
            (f"{noun} ist {' und '.join(words)}", f"{NOUNS[noun]} is {' and '.join(WORDS[word] for word in words)}")
        )
    return pairs


class Data(NamedTuple):
    """One corpus in three forms, and lines it does not hold."""

    tsv: Path
    source: Path
    target: Path
    jsonl: Path
    unseen: Path


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    folder = tmp_path_factory.mktemp("data")
    files = Data(*(folder / name for name in ("train.tsv", "train.de", "train.en", "train.jsonl", "unseen.de")))
    pairs = sentences(300)
    for path, lines in (
        (files.tsv, [f"{source}\t{target}" for source, target in pairs]),
        (files.source, [source for source, _ in pairs]),
        (files.target, [target for _, target in pairs]),
        (files.jsonl, [json.dumps({"source": source, "target": target}) for source, target in pairs]),
        (files.unseen, [source for source, _ in sentences(40, seed=7)]),
    ):
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return files


def tiny_transformer(data: Data, folder: Path, *more: str) -> list[str]:
    """The words that train the smallest transformer on the corpus."""
    return ["train", "translate", str(data.tsv), "--model", str(folder), *TINY, *NETWORKS["transformer"], *more]


@pytest.fixture(scope="session")
def trained(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The folder of a network of NETWORKS, trained for a second when it is first asked for."""
    home = tmp_path_factory.mktemp("models")

    def trained(name: str) -> Path:
        folder = home / name
        if not folder.exists():
            words = [str(data.tsv), "--model", str(folder), *TINY, *NETWORKS[name], "--epochs", "20"]
            assert main(["train", "translate", *words]) == 0
        return folder

    return trained


@pytest.fixture
def model(trained: Trained) -> Path:
    """The transformer's folder."""
    return trained("transformer")


@pytest.fixture(params=list(NETWORKS))
def each_model(request: pytest.FixtureRequest, trained: Trained) -> Path:
    """Each network's folder in turn."""
    return trained(request.param)


@pytest.fixture(params=["transformer", "additive"])
def reader(request: pytest.FixtureRequest, trained: Trained) -> Path:
    """Each network's folder that has attention."""
    return trained(request.param)
