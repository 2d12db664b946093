"""What ONNX has no graph for is refused by its choice, before anything is traced; and what a copied part may need."""

import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from translation_cases import case

from regard.export.parts import parts_of
from regard.folder.model import save_translator
from regard.inputs.catalogue import INPUTS
from regard.inputs.text import Text
from regard.models.assembly import translating
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions


@pytest.mark.parametrize(
    ("choices", "got"),
    [
        ({"normalizer": "sparsemax"}, "--normalizer sparsemax"),
        ({"normalizer": "entmax"}, "--normalizer entmax"),
        ({"normalizer": "top-k"}, "--normalizer top-k"),
        ({"pattern": "top-k"}, "--pattern 'top-k'"),
    ],
)
def test_networks_without_a_graph(choices: dict[str, Any], got: str, tmp_path: Path, run: Run) -> None:
    text = Text.learn(["ein Hund", "a dog"], kind="word")
    small = {"width": 8, "layers": 1, "heads": 2, "feed_forward": 8, "dropout": 0.0, **choices}
    save_translator(Translator(text, text, translating(text, text, NetworkOptions(**small), None)), tmp_path / "m", {})
    assert f"\n  got  {got}\n  try  regard serve" in run("export", tmp_path / "m", tmp_path / "made").refused
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("kind", ["image", "graph", "story"])
def test_items_in_a_grid_a_graph_or_a_story(kind: str, tmp_path: Path, run: Run) -> None:
    save_translator(case(kind, "transformer").model, tmp_path / "m", {})
    assert f"\n  got  {kind}\n" in run("export", tmp_path / "m", tmp_path / "made").refused


def test_choices_that_mean_nothing(tmp_path: Path, run: Run) -> None:
    saved = Path(__file__).parent.parent / "folder" / "saved" / "format-1" / "translate"
    assert "--quantization is for ctranslate2" in run("export", saved, tmp_path / "m", "--quantization", "int8").refused
    assert "--longest is at least 2" in run("export", saved, tmp_path / "m", "--longest", "1").refused


@pytest.mark.parametrize(("form", "library"), [("onnx", "onnxscript"), ("ctranslate2", "ctranslate2.specs")])
def test_a_library_that_is_not_there(
    form: str, library: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    saved = Path(__file__).parent.parent / "folder" / "saved" / "format-1" / "translate"
    refused = run("export", saved, tmp_path / "made", "--to", form).refused
    assert refused.startswith(
        f"regard export --to {form}: needs the library {library.split('.')[0].replace('script', '')}"
    )
    assert "pip install '.[export]'" in refused and [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("kind", ["text", "sound", "series", "vectors"])
def test_what_a_folder_runs_needs_no_torch(kind: str) -> None:
    programs = [f"regard.export.standalone.{name}" for name in ("by_ctranslate2", "run_texts", "run_generator")]
    more = ["run_answers", "run_items"]
    parts = parts_of([*programs, *(f"regard.export.standalone.{name}" for name in more), INPUTS[kind].module])
    assert [path for path, text in parts.items() if "import torch" in text or "from torch" in text] == []
    assert "regard/inputs/text/subwords.py" in parts and len(parts) < 150
