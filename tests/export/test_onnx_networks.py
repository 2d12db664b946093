"""Networks of other makes, each with fresh weights: the graphs and what runs them give what the network gives."""

from pathlib import Path
from typing import Any

import pytest
import torch
from command_line import Run
from exported import lines_of

from regard.folder.generator import save_generator
from regard.folder.model import save_translator
from regard.inputs.text import Text
from regard.models.assembly import translating
from regard.models.generator import Generator
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.language import build_language

pytestmark = pytest.mark.slow
pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

SMALL = {"width": 8, "layers": 1, "heads": 2, "feed_forward": 8, "dropout": 0.1}
TRANSLATORS: dict[str, dict[str, Any]] = {
    "additive": {"network": "recurrent", "attention": "additive"},
    "pattern": {"layers": 2, "pattern": "local:1 longformer:1:1"},
    "members": {"network": "recurrent", "attention": "none", "cell": "rnn", "members": 2},
}


def moved(network: torch.nn.Module) -> None:
    """Weights larger than those a training begins with."""
    torch.manual_seed(3)
    with torch.no_grad():
        for each in network.parameters():
            each.add_(0.3 * torch.randn_like(each))


@pytest.mark.parametrize("name", TRANSLATORS)
def test_translators(name: str, tmp_path: Path, run: Run) -> None:
    text = Text.learn(["eins zwei drei vier", "one two three four"], kind="word")
    torch.manual_seed(1)  # equal scores, or nearly, may be told in another order
    network = translating(text, text, NetworkOptions(**{**SMALL, **TRANSLATORS[name]}), None)
    moved(network)
    save_translator(Translator(text, text, network), tmp_path / "m", {})
    (tmp_path / "asked.txt").write_text("eins\n\nzwei drei vier eins\nvier vier\n", encoding="utf-8")
    assert run("export", tmp_path / "m", tmp_path / "made").code == 0
    for words in (["--beam", 1, "--longest", 5], ["--beam", 3]):
        expected = run("predict", tmp_path / "m", tmp_path / "asked.txt", *words).out
        assert lines_of(tmp_path / "made" / "run.py", tmp_path / "asked.txt", *words) == expected.splitlines()
        assert expected.split()


@pytest.mark.parametrize("network", ["recurrent", "transformer"])
def test_generators(network: str, tmp_path: Path, run: Run) -> None:
    text = Text.learn(["abcabcd"], kind="character")
    recurrent = {"attention": "none", "cell": "lstm", "layers": 2}
    other = (
        recurrent
        if network == "recurrent"
        else {"attention": "cosine", "positions": "alibi", "normalizer": "sigmoid", "pattern": "local:3"}
    )
    model = build_language(NetworkOptions(**{**SMALL, "network": network, "longest": 16, **other}), text.size)
    moved(model)
    save_generator(Generator(text, model, True), tmp_path / "m", {})
    (tmp_path / "asked.txt").write_text("abc\n\nb\n", encoding="utf-8")
    assert run("export", tmp_path / "m", tmp_path / "made").code == 0
    for words in (["--longest", 40, "--lines", 0], ["--greedy", "--longest", 9]):
        expected = run("predict", tmp_path / "m", tmp_path / "asked.txt", *words).out.splitlines()
        assert lines_of(tmp_path / "made" / "run.py", tmp_path / "asked.txt", *words) == expected
