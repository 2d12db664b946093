"""schemathesis over the OpenAPI document of a real server: does every answer keep to what the document says?

pip install --target FOLDER schemathesis, and PYTHONPATH=FOLDER:… for this command: it is no dependency of the project.
One check is left out, that whatever fits the schema is accepted: what an item may be depends on the model, which no
schema of a whole server can tell.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.serving.process import FOLDERS, Process
from benchmarks.serving.small import written

LEFT_OUT = "positive_data_acceptance"


def main(words: Sequence[str]) -> int:
    """Runs it, prints its summary and the statuses of the server's log; its exit code, or 1 for a fault in the log."""
    parser = argparse.ArgumentParser(prog="benchmarks.serving schema", description=__doc__)
    parser.add_argument("--examples", type=int, default=200, help="cases of each operation")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(words)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        code, ended, said = _run(Path(home), chosen.examples, chosen.seed)
    statuses = Counter(line.split()[4] for line in said.splitlines() if line.endswith(" ms"))
    counts = ", ".join(f"{count:,} × {status}" for status, count in sorted(statuses.items()))
    faults = [line for line in said.splitlines() if "fault: " in line or "Traceback" in line]
    took = time.monotonic() - start
    told = f"seed {chosen.seed}, {statuses.total():,} requests in {took:.0f} s: {counts}"
    print(f"\n{told}; {len(faults)} faults in the log; exit code {ended} after SIGTERM")
    print(*faults[:10], sep="\n", file=sys.stderr)
    return code or ended or bool(faults)


def _run(home: Path, examples: int, seed: int) -> tuple[int, int, str]:
    """The exit codes of schemathesis and of the server, and the server's log."""
    checks = [
        "--checks",
        "all",
        "--exclude-checks",
        LEFT_OUT,
        "--continue-on-failure",
        "--suppress-health-check",
        "all",
    ]
    drawn = ["--max-examples", str(examples), "--seed", str(seed), "--generation-database", "none"]
    with Process([*FOLDERS, *written(home)], "--timeout", "20") as server:
        url = f"http://127.0.0.1:{server.port}/openapi.json"
        words = ["-m", "schemathesis.cli", "run", url, *checks, *drawn, "--warnings", "off", "--no-color"]
        code = subprocess.run([sys.executable, *words], cwd=home).returncode
        return code, server.end(), server.said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
