"""The command line, as anybody would type it."""

import subprocess
import sys


def regard(words: list[str]) -> str:
    """What the command prints; an error with all that it said where it fails."""
    done = subprocess.run([sys.executable, "-m", "regard", *words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"regard {' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout
