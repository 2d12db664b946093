"""`import regard` is quick because it brings in little: counted, not timed."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

REQUIRED = {"torch", "numpy"}
ALLOWED_BESIDE = {"jaxtyping", "safetensors", "wadler_lindig", "typing_extensions"}
HEAVY_PARTS = ("torch._inductor", "torch._dynamo", "torch.utils.tensorboard", "multiprocessing.pool")

PROGRAM = f"""
import json, sys
import {", ".join(sorted(REQUIRED))}
before = set(sys.modules)
import regard
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def brought_in() -> list[str]:
    """The modules that `import regard` loads after torch and numpy have been loaded."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_importing_regard_brings_in_only_the_core_dependencies() -> None:
    loaded = brought_in()
    tops = {name.split(".")[0] for name in loaded} - set(sys.stdlib_module_names) - REQUIRED - {"regard"}
    assert tops <= ALLOWED_BESIDE
    assert [name for name in loaded if name.startswith(HEAVY_PARTS)] == []
