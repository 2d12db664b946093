"""Makes a small model of each kind with this version, and what it answers: for a new format, never for an old one.

python tests/folder/saved_models.py tests/folder/saved/format-1
"""

import contextlib
import io
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

from regard.cli.main import main as regard

SMALL = [
    *(
        "--width",
        "8",
        "--layers",
        "1",
        "--heads",
        "2",
        "--batch-tokens",
        "64",
        "--average",
        "1",
        "--learning-rate",
        "0.02",
    ),
    *("--precision", "fp32", "--device", "cpu", "--dropout", "0", "--epochs", "30", "--validate-epochs", "10"),
]
ASKED = {
    "translate": ["der Hund schläft 3", "die Katze läuft 7"],
    "classify": ["a good film", "a poor film"],
    "label": ["New York sleeps", "York runs"],
    "regress": ["more more and", "more and"],
    "generate": ["abc", "bca"],
    "generate-images": [],
}
"""What each is asked, a line each; also what the test asks."""


def data() -> dict[str, tuple[str, str]]:
    """Name and content of the training file of each kind."""
    nouns, verbs = {"der Hund": "the dog", "die Katze": "the cat"}, {"schläft": "sleeps", "läuft": "runs"}
    pairs = [f"{a} {c} {i}\t{b} {d} {i}" for a, b in nouns.items() for c, d in verbs.items() for i in range(10)]
    films = [
        f"a {word} film,{kind}" for word, kind in (("good", "pos"), ("bad", "neg"), ("great", "pos"), ("poor", "neg"))
    ]
    numbers = [f"{'more ' * i}and,{i}.5" for i in range(1, 5)]
    return {
        "translate": ("pairs.tsv", "\n".join(pairs)),
        "classify": ("films.csv", "\n".join(["text,label", *films * 10])),
        "label": ("words.conll", "New\tB-x\nYork\tI-x\nsleeps\tO\n\nYork\tB-x\nruns\tO\n\n" * 10),
        "regress": ("numbers.csv", "\n".join(["text,label", *numbers * 10])),
        "generate": ("text.txt", "abcabc\n" * 40),
        "generate-images": ("stripes.npy", ""),
    }


def stripes(path: Path) -> None:
    """Images of one white column."""
    images = np.zeros((40, 4, 4), np.uint8)
    images[np.arange(40), :, np.arange(40) % 4] = 255
    np.save(path, images)


def main(target: Path) -> None:
    """Trains, keeps what a model needs, asks."""
    with tempfile.TemporaryDirectory() as made:
        for kind, (name, content) in data().items():
            file, model, more = Path(made) / name, Path(made) / kind, []
            if kind == "generate-images":
                stripes(file)
                more = ["--input", "image", "--levels", "2"]
            else:
                file.write_text(content + "\n", encoding="utf-8")
            words = ["train", kind.removesuffix("-images"), str(file), *more, "--model", str(model)]
            assert regard([*words, *SMALL]) == 0
            (target / kind).mkdir(parents=True, exist_ok=True)
            for path in model.iterdir():
                if path.suffix in (".json", ".safetensors"):
                    shutil.copyfile(path, target / kind / path.name)
            (target / kind / "answers.txt").write_text(answers(target / kind, Path(made)), encoding="utf-8")


def answers(model: Path, folder: Path) -> str:
    """What the command line answers; `folder` is where the questions are written to."""
    if model.name == "generate-images":
        new = folder / "new.npy"
        assert regard(["predict", str(model), "--temperature", "0", "--count", "1", "--npy", str(new)]) == 0
        return f"{np.load(new).tolist()}\n"
    asked = folder / "asked.txt"
    asked.write_text("\n".join(ASKED[model.name]) + "\n", encoding="utf-8")
    greedy = ["--greedy", "--longest", "8"] if model.name == "generate" else []
    with contextlib.redirect_stdout(io.StringIO()) as told:
        assert regard(["predict", str(model), str(asked), *greedy]) == 0
    return told.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
