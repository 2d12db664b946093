"""A loss or a gradient that is no finite number ends training within the step, or is left out by choice."""

import json
import re
from pathlib import Path

import pytest
import torch
from command_line import Data, Run, tiny_transformer

from regard.layers.output import Output


def words(data: Data, folder: Path, *more: str) -> list[str]:
    chosen = ["--schedule", "constant", "--warmup", "0", "--steps", "6"]
    return tiny_transformer(data, folder, *chosen, *more)


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third loss of a training is not a number, and the fourth has a gradient that is none."""
    healthy, calls = Output.loss, [0]

    def loss(self: Output, states: torch.Tensor, words: torch.Tensor, smoothing: float = 0.0) -> torch.Tensor:
        found = healthy(self, states, words, smoothing)
        if not torch.is_grad_enabled():
            return found
        calls[0] += 1
        if calls[0] == 3:
            return found * float("nan")
        nothing = (states - states.detach()).sum()
        return found + nothing.sqrt() if calls[0] == 4 else found

    monkeypatch.setattr(Output, "loss", loss)


def position(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "state" / "position.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.usefixtures("poisoned")
def test_the_first_ends_training_with_the_items_named_and_the_last_good_state_kept(
    run: Run, data: Data, tmp_path: Path
) -> None:
    text = run(*words(data, tmp_path / "model")).said_and_refused
    assert text.startswith("training, step 3: loss and gradients must be finite numbers; the step was not made\n")
    assert re.search(r"got  a loss of nan; items .*training pair \d+, .* and [\d,]+ more\n", text), text
    assert "--skip-bad-batches 10" in text and position(tmp_path / "model")["step"] == 2
    again = run(*words(data, tmp_path / "model", "--skip-bad-batches", "1"))
    assert again.code == 0 and "Going on from step 2" in again.err


@pytest.mark.usefixtures("poisoned")
def test_some_may_be_left_out(run: Run, data: Data, tmp_path: Path) -> None:
    answer = run(*words(data, tmp_path / "model", "--skip-bad-batches", "2"))
    assert answer.code == 0 and position(tmp_path / "model")["skipped"] == 2
    told = [line for line in answer.err.splitlines() if "is left out, as chosen" in line]
    assert told[0].startswith("Step 3 is left out, as chosen: a loss of nan;")
    assert told[1].startswith("Step 4 is left out, as chosen: a gradient that is not finite, of ")


def test_weights_that_explode_are_told_by_the_layer_that_saw_it_first(run: Run, data: Data, tmp_path: Path) -> None:
    text = run(*words(data, tmp_path / "model", "--learning-rate", "1e30", "--norm", "post")).said_and_refused
    assert text.startswith("training, step 2: ") and "first in " in text
