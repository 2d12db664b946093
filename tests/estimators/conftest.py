"""The form of errors is read as in the tests of inputs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "inputs"))
