"""Memory that does not hold a batch: it is read in halves; what is never held ends training with all kept."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from command_line import Data, Run, tiny_transformer
from torch import Tensor

from regard.training.pairs import Translating

CHOICES = ["--schedule", "constant", "--warmup", "0", "--average", "1"]


def words(data: Data, folder: Path, *more: str) -> list[str]:
    return tiny_transformer(data, folder, *CHOICES, *more)


def small(most: int, from_step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a step on, batches of more items than that do not fit."""
    real, seen = Translating.loss, [0]

    def loss(self: Translating, batch: Any, *rest: Any) -> Tensor:
        seen[0] += torch.is_grad_enabled()
        if torch.is_grad_enabled() and seen[0] >= from_step and len(batch.target_lengths) > most:
            raise RuntimeError(
                "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."
            )
        return real(self, batch, *rest)

    monkeypatch.setattr(Translating, "loss", loss)


def test_halves_make_the_same_update(run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(*words(data, tmp_path / "whole", "--steps", "3")).code == 0
    small(20, 0, monkeypatch)
    answer = run(*words(data, tmp_path / "halves", "--steps", "3"))
    assert answer.code == 0 and "Step 1: memory did not hold a batch; it is read in halves." in answer.err
    one, other = (
        json.loads((tmp_path / name / "metrics.jsonl").read_text("utf-8").splitlines()[-1])
        for name in ("whole", "halves")
    )
    assert abs(one["train_loss"] - other["train_loss"]) < 1e-5


def test_what_is_never_held_ends_training_and_keeps_the_step_before(
    run: Run, data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(0, 3, monkeypatch)
    text = run(*words(data, tmp_path / "model", "--steps", "9")).said_and_refused
    assert text.startswith("training, step 3: memory must hold a batch") and "got  1 item at a time: " in text
    assert json.loads((tmp_path / "model" / "state" / "position.json").read_text("utf-8"))["step"] == 2
