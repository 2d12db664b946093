"""Models that released versions saved load for ever, and answer as they did."""

from pathlib import Path

import pytest
from saved_models import ASKED, answers

SAVED = Path(__file__).parent / "saved"
MODELS = sorted(path.parent.relative_to(SAVED).as_posix() for path in SAVED.glob("*/*/model.json"))


def test_every_format_has_a_model_of_each_kind() -> None:
    assert [f"format-1/{kind}" for kind in sorted(ASKED)] == MODELS


@pytest.mark.parametrize("name", MODELS)
def test_it_loads_and_answers_as_it_did(name: str, tmp_path: Path) -> None:
    model = SAVED / name
    told, before = answers(model, tmp_path), (model / "answers.txt").read_text(encoding="utf-8")
    if model.name == "regress":
        assert [float(line) for line in told.split()] == pytest.approx(
            [float(line) for line in before.split()], abs=1e-4
        )
    else:
        assert told == before
