"""The client of examples/, run as a program against the server."""

import json
import os
import subprocess
import sys
from pathlib import Path

from asking import Asked

CLIENT = Path(__file__).parent.parent.parent / "examples" / "client.py"


def run(asked: Asked, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CLIENT), f"http://127.0.0.1:{asked.port}", *words]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(command, input=given, capture_output=True, text=True, env=environment, encoding="utf-8")


def test_lines_are_answered_in_their_order(asked: Asked) -> None:
    lines = [*["ein Hund", "", "die Katze schläft"] * 30]
    done = run(asked, "translate", given="".join(f"{line}\n" for line in lines))
    assert not done.stderr
    found = [json.loads(line)["prediction"] for line in done.stdout.splitlines()]
    assert found == [
        each["prediction"] for each in asked.post("/predict", model="translate", items=lines).json["predictions"]
    ]


def test_a_text_is_told_while_it_is_drawn(asked: Asked) -> None:
    done = run(asked, "generate", "--stream", "ab")
    expected = asked.post("/predict", model="generate", items=["ab"]).json["predictions"][0]["prediction"]
    assert (done.stdout, done.stderr) == (expected, "")


def test_refusals_end_it_with_what_the_server_says(asked: Asked) -> None:
    done = run(asked, "nobody", given="a\n")
    assert done.returncode == 1 and "HTTP Error 404" in done.stderr and '"try"' in done.stderr
    asked.port, port = 1, asked.port
    try:
        assert "nobody answers at http://127.0.0.1:1" in run(asked, "translate", given="a\n").stderr
    finally:
        asked.port = port


def test_it_has_sixty_lines() -> None:
    assert len(CLIENT.read_text(encoding="utf-8").splitlines()) <= 60
