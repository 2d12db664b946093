"""`--device` of predict, evaluate and look: where the model runs, and nothing else."""

from pathlib import Path

import pytest
import torch
from command_line import Data, Run, Trained


@pytest.mark.parametrize("verb", ["predict", "evaluate", "look"])
def test_the_model_runs_where_it_is_told_and_says_the_same(
    verb: str, run: Run, trained: Trained, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [verb, trained("additive"), {"predict": data.unseen, "evaluate": data.tsv, "look": "ein Kind"}[verb]]
    expected = run(*words, "--device", "cpu")
    moved: list[str] = []

    def move(module: torch.nn.Module, where: str | torch.device) -> torch.nn.Module:
        if isinstance(where, str):  # a look moves its untrained twin to where the model is
            moved.append(where)
        return module

    with monkeypatch.context() as patch:
        patch.setattr("torch.cuda.is_available", lambda: True)
        patch.setattr("torch.nn.Module.to", move)
        assert run(*words) == run(*words, "--device", "auto") == run(*words, "--device", "cpu") == expected
    assert expected.code == 0 and moved == ["cuda", "cuda", "cpu"]


@pytest.mark.parametrize("verb", ["predict", "evaluate", "look"])
def test_a_device_that_is_not_there_is_refused(
    verb: str, run: Run, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    text = run(verb, model, "ein Kind", "--device", "cuda").refused
    assert text == "device: 'cuda' is not on this machine\n  got  a machine with cpu\n  try  --device auto\n"
