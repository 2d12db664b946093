"""Linear attention's choices on the command line: feature maps, redrawing, decay; in every kind of model."""

from pathlib import Path

import pytest
from command_line import TINY, Data, Run

from regard.folder.tensors import read_tensors

FEW = [
    "--average",
    "2",
    "--epochs",
    "40",
    "--schedule",
    "constant",
    "--warmup",
    "1",
    "--device",
    "cpu",
    "--precision",
    "fp32",
]
SMALL = ["--width", "16", "--heads", "2", "--layers", "1", "--feed-forward", "16"]
MAPS = [
    ["--feature-map", "relu", "--decay"],
    ["--feature-map", "random", "--random-features", "8", "--redraw", "2", "--moving-average", "0.9"],
]


def state(folder: Path, step: int) -> bytes:
    return (folder / "state" / f"step-{step:08d}.safetensors").read_bytes()


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "song.txt").write_text("the cat sat on the mat\nthe dog sat on the log\n" * 40, encoding="utf-8")
    (folder / "class.tsv").write_text("text\tlabel\n" + "good day\tyes\nbad day\tno\n" * 20, encoding="utf-8")
    (folder / "words.conll").write_text("the\tD\ncat\tN\n\na\tD\ndog\tN\n\n" * 20, encoding="utf-8")
    return folder


@pytest.mark.parametrize("chosen", MAPS, ids=["relu decay", "random"])
def test_every_kind_of_model_knows_them_and_goes_on_bit_for_bit(
    run: Run, texts: Path, data: Data, tmp_path: Path, chosen: list[str]
) -> None:
    def train(kind: str, file: Path, folder: Path, steps: int, *more: str) -> None:
        words = ["train", kind, file, *more, "--attention", "linear", *chosen, *FEW, "--steps", steps]
        answer = run(*words, "--model", folder)
        assert answer.code == 0, answer.err
        told = "(random features: 8, drawn anew every 2)" if "random" in chosen else "(relu, fading)"
        assert f"linear attention {told}, width" in answer.err

    train("generate", texts / "song.txt", tmp_path / "parts", 3, *SMALL)
    train("generate", texts / "song.txt", tmp_path / "parts", 5, *SMALL)
    train("generate", texts / "song.txt", tmp_path / "whole", 5, *SMALL)
    assert state(tmp_path / "parts", 5) == state(tmp_path / "whole", 5)
    names = read_tensors(tmp_path / "whole" / "weights.safetensors").keys()
    learned = "match.directions" if "random" in chosen else "match.gate"
    assert any(name.endswith(learned) for name in names)
    told = run("evaluate", tmp_path / "whole", texts / "song.txt")
    assert told.code == 0 and told.out == run("evaluate", tmp_path / "parts", texts / "song.txt").out
    train("classify", texts / "class.tsv", tmp_path / "classify", 3, *SMALL, "--positions", "sinusoidal")
    assert run("evaluate", tmp_path / "classify", texts / "class.tsv").code == 0
    train("label", texts / "words.conll", tmp_path / "label", 3, *SMALL, "--positions", "sinusoidal")
    translate = [*SMALL, *TINY[4:6], "--tokens", "word", "--label-smoothing", "0"]
    train("translate", data.tsv, tmp_path / "translate", 3, *translate)
    assert run("predict", tmp_path / "translate", data.unseen, "--beam", 2).code == 0


def test_what_means_nothing_is_refused(run: Run, texts: Path, tmp_path: Path) -> None:
    def refused(*words: str) -> str:
        return run("train", "generate", texts / "song.txt", "--model", tmp_path / "no", *words).refused

    assert "feature-map is of attention linear\n  got  --feature-map relu" in refused("--feature-map", "relu")
    linear = ["--attention", "linear"]
    assert "redraw is of feature-map random\n  got  --redraw 5" in refused(*linear, "--redraw", "5")
    assert "random-features is of feature-map random" in refused(*linear, "--random-features", "5")
    assert "decay is of attention linear\n  got  --decay true" in refused("--decay")
    assert "feature_map: " in refused(*linear, "--feature-map", "cosine")
    random = [*linear, "--feature-map", "random", "--random-features", "0"]
    assert "random-features is at least 1" in refused(*random)
    words = ["train", "classify", texts / "class.tsv", "--model", tmp_path / "no", *linear, "--decay"]
    assert "a decay is of a transformer whose vectors have an order" in run(*words).said_and_refused
