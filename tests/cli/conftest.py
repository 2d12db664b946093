"""The fixtures of the command line; the table of malformed inputs lies with the readers' tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "data"))

from command_line import data, each_model, model, program, reader, run, trained

__all__ = ["data", "each_model", "model", "program", "reader", "run", "trained"]
