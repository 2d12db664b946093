"""The fixtures of the command line, and translators that are trained for a second or two."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
sys.path.insert(0, str(Path(__file__).parent.parent / "models"))
sys.path.insert(0, str(Path(__file__).parent.parent / "folder"))

from command_line import TINY, Data, data, run

TRANSLATORS = {
    "pre": ["--heads", "2", "--feed-forward", "32", "--layers", "2", "--tokens", "bpe", "--vocabulary", "80"],
    "post": ["--heads", "4", "--norm", "post", "--positions", "learned", "--longest", "24", "--joint", "false"],
}


@pytest.fixture(scope="session", params=list(TRANSLATORS))
def translator(request: pytest.FixtureRequest, data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a plain transformer."""
    from regard.cli.main import main

    folder = tmp_path_factory.mktemp("models") / request.param
    words = ["train", "translate", str(data.tsv), "--model", str(folder), *TINY]
    assert main([*words, *TRANSLATORS[request.param], "--epochs", "12"]) == 0
    return folder


@pytest.fixture(scope="session")
def asked(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of sources, of which some are blank, unknown, or like nothing ever read."""
    path = tmp_path_factory.mktemp("asked") / "sources.txt"
    odd = ["", "das Haus", "xyzzy 東京 ist rot", "rot rot rot und und", "  ", "ist"]
    path.write_text("\n".join([*data.unseen.read_text(encoding="utf-8").splitlines()[:20], *odd]) + "\n", "utf-8")
    return path


__all__ = ["data", "run"]
