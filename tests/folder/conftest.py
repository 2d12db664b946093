"""The fixtures of the command line, for folders that it wrote."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))

from command_line import data, each_model, model, program, reader, run, trained

__all__ = ["data", "each_model", "model", "program", "reader", "run", "trained"]
