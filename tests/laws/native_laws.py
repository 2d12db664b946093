"""The laws of the native core for every instruction set that this machine runs, as Markdown: `make native-laws`.

    python tests/laws/native_laws.py [--sanitized] [--log FILE] [PYTEST'S ARGUMENTS…]

Fails if a law is broken, if a test is skipped, if the core computed no law, or if instruction sets were given different
ones; with `--sanitized` also if the core was built without sanitizers (`make sanitize`). What is not built or does not
run here is named.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ISAS = ("baseline", "avx2", "avx512", "amx")
LAWS = Path(__file__).parent


class Ran(NamedTuple):
    """What one instruction set came to: how pytest ended, its tests, those left out, combinations by the core."""

    status: int
    tests: int
    skipped: int
    combinations: int
    seconds: float

    @property
    def broken(self) -> str | None:
        """Why this is no proof, or None."""
        if self.status:
            return f"pytest ended with {self.status}"
        if self.skipped or not self.combinations:
            return f"{self.skipped} tests skipped, {self.combinations} combinations computed by the native core"
        return None


def in_python(isa: str, program: str) -> str:
    """What a fresh Python that uses this instruction set prints."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env={**os.environ, "REGARD_ISA": isa}, capture_output=True, text=True)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def run(isa: str, arguments: list[str]) -> Ran:
    """The laws whose names say native, in a pytest of their own, to which a native core that is missing is an error."""
    environment = {**os.environ, "REGARD_ISA": isa, "REGARD_REQUIRE_NATIVE": "1"}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "laws.xml")
        command = [sys.executable, "-m", "pytest", str(LAWS), "-k", "native", "-rs", f"--junitxml={report}"]
        began = time.monotonic()
        status = subprocess.run([*command, *arguments], env=environment).returncode
        seconds = time.monotonic() - began
        if not report.exists():
            return Ran(status or 1, 0, 0, 0, seconds)
        suite = next(ElementTree.parse(report).iter("testsuite"))
        covered = {found.get("value", "") for found in suite.iter("property") if found.get("name") == "covered"}
    native = sum(value.endswith(" by native") for value in covered)
    return Ran(status, int(suite.get("tests", 0)), int(suite.get("skipped", 0)), native, seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sanitized", action="store_true")
    parser.add_argument("--log", type=Path, metavar="FILE", help="gets the table too")
    chosen, arguments = parser.parse_known_args()
    built = in_python("", "from regard.native.__main__ import built; print(dict(built()).get('flags'))")
    if chosen.sanitized and "-fsanitize" not in built:
        sys.exit(f"the native core that is found was built without sanitizers: {built}")
    lines = ["| instruction set | tests | skipped | combinations by the core | seconds | |", f"|{' --- |' * 6}"]
    found: list[Ran] = []
    for isa in ISAS:
        if (missing := in_python(isa, "from regard.native import why_not; print(why_not())")) != "None":
            lines.append(f"| {isa} | | | | | {missing} |")
            continue
        ran = run(isa, arguments)
        found.append(ran)
        verdict = ran.broken or ("holds, sanitized" if chosen.sanitized else "holds")
        lines.append(f"| {isa} | {ran.tests} | {ran.skipped} | {ran.combinations} | {ran.seconds:.0f} | {verdict} |")
    table = "\n".join(lines) + "\n"
    print(f"\n{table}", end="")
    if chosen.log:
        chosen.log.parent.mkdir(parents=True, exist_ok=True)
        chosen.log.write_text(table, encoding="utf-8")
    alike = len({(each.tests, each.combinations) for each in found}) == 1
    return 0 if alike and all(each.broken is None for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
