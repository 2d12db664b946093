"""`train generate`, `predict` and `evaluate` of images: the road from grey images to new ones."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from numpy.typing import NDArray
from PIL import Image

from regard.cli.main import main
from regard.folder.painter import load_painter

TINY = [
    *("--width", "16", "--layers", "1", "--heads", "2", "--feed-forward", "32", "--device", "cpu", "--average", "1"),
    *("--precision", "fp32", "--batch-tokens", "640", "--learning-rate", "0.02", "--validate-epochs", "30"),
    *("--warmup", "5", "--epochs", "30"),
]
Model = Callable[[str], Path]


def bars(count: int, seed: int = 0) -> NDArray[np.uint8]:
    """Images of 6 × 4: a black column, and beside it one of four greys, which the first row tells."""
    shades = np.random.default_rng(seed).integers(1, 5, count).astype(np.uint8)
    images = np.zeros((count, 6, 4), np.uint8)
    images[:, :, 1:] = 60 * shades[:, None, None]
    return images


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same images as an array and as a folder of PNG; and some that are not of their kind."""
    folder = tmp_path_factory.mktemp("images")
    np.save(folder / "bars.npy", bars(120))
    np.save(folder / "floats.npy", bars(20) / 255)
    np.save(folder / "wide.npy", np.zeros((20, 6, 8), np.uint8))
    (folder / "png").mkdir()
    (folder / "colour").mkdir()
    for number, image in enumerate(bars(12)):
        Image.fromarray(image).save(folder / "png" / f"{number}.png")
        Image.fromarray(image).convert("RGB").save(folder / "colour" / f"{number}.png")
    (folder / "sizes").mkdir()
    for number in range(12):
        Image.fromarray(np.zeros((6, 4 + number // 11), np.uint8)).save(folder / "sizes" / f"{number:02}.png")
    return folder


@pytest.fixture(scope="module")
def model(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Model:
    home = tmp_path_factory.mktemp("painters")

    def model(attention: str) -> Path:
        if not (home / attention).exists():
            words = [str(files / "bars.npy"), "--input", "image", "--levels", "16", "--attention", attention]
            assert main(["train", "generate", *words, *TINY, "--model", str(home / attention)]) == 0
        return home / attention

    return model


def bits(text: str) -> float:
    return float(re.findall(r"bits per dimension ([\d.]+) \(95 % [\d.]+ to [\d.]+\)", text)[0])


@pytest.mark.parametrize("attention", ["dot", "linear"])
def test_images_are_learned_told_and_completed(run: Run, model: Model, files: Path, attention: str) -> None:
    folder = model(attention)
    told = run("evaluate", folder, files / "bars.npy")
    assert told.out.startswith("120 images, 6 rows of 4 pixels in 16 levels of grey\n")
    assert bits(told.out) < 0.25  # 2 bits an image are 0.083 a pixel; each pixel alone has 1.5
    alone = run("evaluate", folder, files / "bars.npy", "--batch-tokens", 1)
    assert bits(alone.out) == pytest.approx(bits(told.out), abs=2e-4)
    out = files / f"half-{attention}.npy"
    half = ["predict", folder, files / "bars.npy", "--given", "half", "--count", 20, "--temperature", 0, "--npy", out]
    assert run(*half).code == 0
    painted, truth = np.load(out), bars(120)[:20]
    assert painted.dtype == np.uint8 and (painted[:, :3] // 16 == truth[:, :3] // 16).all()
    assert (painted // 16 == truth // 16).mean() > 0.9


def test_new_images_depend_on_the_seed_alone(run: Run, model: Model, tmp_path: Path) -> None:
    def new(name: str, *more: object) -> NDArray[np.uint8]:
        answer = run("predict", model("linear"), "--npy", tmp_path / name, "--count", 5, *more)
        assert answer.code == 0 and answer.out == "" and answer.err.startswith("5 images of 6 × 4 pixels in ")
        return np.asarray(np.load(tmp_path / name))

    first = new("first.npy")
    assert first.shape == (5, 6, 4) and set(np.unique(first)) <= {17 * level for level in range(16)}
    assert (new("again.npy", "--window", 2) == first).all() and (new("other.npy", "--seed", 2) != first).any()


def test_grids_are_png(run: Run, model: Model, files: Path, tmp_path: Path) -> None:
    assert run("predict", model("dot"), "--png", tmp_path / "new.png", "--count", 5, "--columns", 3).code == 0
    with Image.open(tmp_path / "new.png") as grid:
        assert grid.size == (3 * (3 * 5 + 1), 3 * (2 * 7 + 1)) and grid.mode == "L"
    half = ["predict", model("dot"), files / "png", "--given", "2", "--count", 4, "--each", 3, "--zoom", 1]
    assert run(*half, "--png", tmp_path / "half.png").code == 0
    with Image.open(tmp_path / "half.png") as grid:
        pixels = np.asarray(grid)
    assert pixels.shape == (4 * 7 + 1, 5 * 5 + 1)
    assert (pixels[1:7, 1:5] // 16 == bars(12)[0] // 16).all() and (pixels[3:7, 6:10] == 160).all()


def test_the_same_command_goes_on_and_the_folder_says_what_it_is(run: Run, files: Path, tmp_path: Path) -> None:
    words = ["train", "generate", files / "bars.npy", "--input", "image", *TINY, "--model", tmp_path / "model"]
    assert run(*words, "--epochs", 1).code == 0 and run(*words, "--epochs", 2).code == 0
    again = run(*words, "--epochs", 2)
    assert "finished already" in again.err + again.out
    told = json.loads(run("info", tmp_path / "model").out)
    assert told["kind"] == "generate-images" and told["network"]["columns"] == 4
    assert load_painter(tmp_path / "model")[0].canvas.levels == 256
    assert "256 levels" in (tmp_path / "model" / "card.md").read_text(encoding="utf-8")


def test_what_is_no_grey_image_of_that_size_is_refused(run: Run, model: Model, files: Path, tmp_path: Path) -> None:
    def refused(name: str, *more: str) -> str:
        words = ["train", "generate", files / name, "--input", "image", "--model", tmp_path / "no", *more]
        return run(*words).said_and_refused

    assert re.search(r"0\.png: images must be grey, \(rows, columns\)\n  got  \(6, 4, 3\)", refused("colour"))
    got = "images must have one size\n  got  6 rows and 5 columns, the first 6 and 4"
    assert got in refused("sizes") and "11.png" in refused("sizes")
    assert "item 1: pixels must have 8 bits, numbers from 0 to 255\n  got  float64" in refused("floats.npy")
    assert "shrink: must divide rows and columns\n  got  --shrink 4" in refused("bars.npy", "--shrink", "4")
    assert "levels: must be from 2 to 256\n  got  257" in refused("bars.npy", "--levels", "257")
    assert "--window: says nothing of images" in refused("bars.npy", "--window", "8")
    assert "--each-line: says nothing of images" in refused("bars.npy", "--each-line", "true")
    wide = run("evaluate", model("dot"), files / "wide.npy").refused
    assert "images must have the model's 6 rows and 4 columns\n  got  6 rows and 8 columns" in wide
    assert "--levels: says nothing of texts" in run("train", "generate", "x.txt", "--levels", 4, "--model", "m").refused
    assert "--input: no such choice" in run("train", "generate", "x", "--input", "sound", "--model", "m").refused


def test_other_mistakes_are_told(run: Run, model: Model, files: Path, tmp_path: Path) -> None:
    folder, png = model("dot"), tmp_path / "x.png"
    assert "images go to a file\n  got  neither --png nor --npy" in run("predict", folder).refused
    assert "--given: needs images" in run("predict", folder, "--given", "half", "--png", png).refused
    for given in ("6", "0", "upper", "none"):
        asked = run("predict", folder, files / "bars.npy", "--given", given, "--png", png).refused
        assert "--given: must be half, or from 1 to 5 rows" in asked
    assert "--each: is of images that are given" in run("predict", folder, "--each", 2, "--png", png).refused
    assert "--zoom is at least 1" in run("predict", folder, "--zoom", 0, "--png", png).refused
    assert "regard evaluate: needs images" in run("evaluate", folder).refused
    assert "paints images, which this does not know" in run("look", folder, "text").refused
    start = run(
        "train", "generate", files / "bars.npy", "--input", "image", "--from", folder, "--model", tmp_path / "m"
    )
    assert "--from: a training on images begins with fresh weights" in start.refused


def test_a_damaged_canvas_is_refused(run: Run, model: Model, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in model("dot").iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    canvas = copy / "canvas.json"
    canvas.write_text(canvas.read_text(encoding="utf-8").replace('"rows": 6', '"rows": 5'), encoding="utf-8")
    told = run("predict", copy, "--png", tmp_path / "x.png").refused
    assert "canvas.json: the file must be the one that was saved" in told
