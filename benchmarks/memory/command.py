"""The command, as these measurements call it."""

import subprocess
import sys


def regard(*words: str) -> str:
    """What the command prints."""
    command = [sys.executable, "-m", "regard", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
