"""Every malformed input of the readers' table is refused by `regard train translate` too: three lines, exit code 2."""

from pathlib import Path

import pytest
from command_line import Run
from malformed import CASES, Case


def test_there_are_at_least_thirty() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_refused_in_three_lines(case: Case, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    words = [*case.arguments.get("data", ())]
    words += [f"--{name}={value}" for name, value in case.arguments.items() if name != "data"]
    text = run("train", "translate", *words, "--model=model").refused
    assert text.startswith(case.place)
    assert all(fragment in text for fragment in case.fragments)
    assert not Path("model").exists()
