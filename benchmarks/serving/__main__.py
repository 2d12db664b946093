"""What `regard serve` bears, and what the readers of files do: logged runs, Markdown on standard output.

    python -m benchmarks.serving load   [MODEL …] [--clients 200] [--minutes 5] [--seed 1]
    python -m benchmarks.serving faults [NAME …]
    python -m benchmarks.serving schema [--examples 200] [--seed 1]
    python -m benchmarks.serving fuzz   [READER …] [--inputs 100000] [--seed 1]
    python -m benchmarks.serving guided [READER …] [--inputs 16000] [--seed 1]

Each ends with 1 if anything was not as docs/serving.md says. `schema` needs schemathesis and `guided` atheris, which
are no dependencies of the project: pip install --target FOLDER schemathesis atheris, and FOLDER in PYTHONPATH.
"""

import sys
from importlib import import_module

PARTS = ("load", "faults", "schema", "fuzz", "guided")


def main() -> int:
    """One part, with the rest of the command line."""
    if len(sys.argv) < 2 or sys.argv[1] not in PARTS:
        print(__doc__, file=sys.stderr)
        return 2
    part = import_module(f"benchmarks.serving.{sys.argv[1]}")
    return int(part.main(sys.argv[2:]))


if __name__ == "__main__":
    sys.exit(main())
