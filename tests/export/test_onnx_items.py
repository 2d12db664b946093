"""Items that are no texts, prepared and read in a process without torch as they are in one with it."""

from pathlib import Path

import answer_cases
import numpy as np
import pytest
import translation_cases
from command_line import Run
from exported import lines_of

from regard.folder.answerer import save_answerer
from regard.folder.model import save_translator

pytestmark = pytest.mark.slow
pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")


def test_sounds_are_classified(tmp_path: Path, run: Run) -> None:
    soundfile = pytest.importorskip("soundfile")
    save_answerer(answer_cases.case("sound", "classify", "convolutional").model, tmp_path / "m", {})
    (tmp_path / "sounds").mkdir()
    paths = []
    for number, sound in enumerate(answer_cases.ITEMS["sound"][:4]):
        paths.append(tmp_path / "sounds" / f"{number}.wav")
        soundfile.write(paths[-1], sound.samples, sound.rate)
    assert run("export", tmp_path / "m", tmp_path / "made").code == 0
    expected = run("predict", tmp_path / "m", tmp_path / "sounds", "--input", "sound", "--scores").out.splitlines()
    found = lines_of(tmp_path / "made" / "run.py", "--scores", given="".join(f"{path}\n" for path in paths))
    assert [line.split("\t")[1] for line in found] == [line.split("\t")[1] for line in expected]
    sure = [float(line.split("\t")[0]) for line in expected]
    assert [float(line.split("\t")[0]) for line in found] == pytest.approx(sure, abs=1.1e-4)


def test_vectors_are_translated(tmp_path: Path, run: Run) -> None:
    save_translator(translation_cases.case("vectors", "transformer").model, tmp_path / "m", {})
    (tmp_path / "data").mkdir()
    for number, vectors in enumerate(answer_cases.ITEMS["vectors"][:4]):
        np.save(tmp_path / "data" / f"{number}.npy", vectors)
    assert run("export", tmp_path / "m", tmp_path / "made").code == 0
    for words in ([], ["--beam", 1, "--longest", 3]):
        expected = run("predict", tmp_path / "m", tmp_path / "data", *words).out.splitlines()
        assert lines_of(tmp_path / "made" / "run.py", tmp_path / "data", *words) == expected
        assert len(expected) == 4
