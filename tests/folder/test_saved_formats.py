"""Models that released versions saved load for ever, and answer as they did."""

import subprocess
import sys
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


ASKING = """
import sys
from pathlib import Path
from saved_models import answers

for model in sys.argv[2:]:
    answers(Path(model), Path(sys.argv[1]))
print({"torch._dynamo", "torch.fx.experimental.symbolic_shapes", "sympy"} & sys.modules.keys() or "none")
"""


@pytest.mark.slow
def test_nobody_who_asks_a_model_waits_for_the_compiler_of_torch(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ASKING, str(tmp_path), *(str(SAVED / name) for name in MODELS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    assert done.stdout == "none\n"
