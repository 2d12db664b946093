"""Programs of exported folders in a process of their own, where neither torch nor this regard can be imported."""

import subprocess
import sys
from pathlib import Path

ALONE = """
import runpy, sys
from pathlib import Path

sys.modules["torch"] = None
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    assert Path(sys.modules["regard"].__file__).is_relative_to(Path(sys.argv[0]).parent), "another regard"
"""


def answers(program: Path, *words: object, given: str = "") -> subprocess.CompletedProcess[str]:
    """What a program of an exported folder says."""
    command = [sys.executable, "-X", "utf8", "-c", ALONE, str(program), *map(str, words)]
    return subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8", timeout=300)


def lines_of(program: Path, *words: object, given: str = "") -> list[str]:
    """The lines of one that succeeds."""
    done = answers(program, *words, given=given)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
