"""A server in a process of its own: started by the command line, watched from outside, ended by signals."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

KINDS = ("translate", "classify", "label", "regress", "generate")
SAVED = Path(__file__).parents[2] / "tests" / "folder" / "saved" / "format-1"
FOLDERS = tuple(SAVED / kind for kind in KINDS)
TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """`regard serve` of these folders at a free port; a block that ends kills what is left of it.

    Attributes:
        port: where it listens.
        log: the file that its standard error goes to.
    """

    def __init__(
        self, folders: Sequence[Path] = FOLDERS, *flags: str, prepare: Callable[[], None] | None = None
    ) -> None:
        words = [*map(str, folders), "--port", "0", "--device", "cpu", *flags]
        environment = {"OMP_NUM_THREADS": "1", **os.environ}
        self._made = tempfile.TemporaryDirectory(prefix="serving-")
        self.log = Path(self._made.name) / "log"
        with self.log.open("w", encoding="utf-8") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "regard", "serve", *words],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment,
                preexec_fn=prepare,
            )
        assert self._child.stdout is not None
        first = self._child.stdout.readline()
        assert " serves " in first, self.log.read_text("utf-8")
        self.port = int(first.split()[0].rsplit(":", 1)[1])
        self.pid = self._child.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.alive:
            self._child.kill()
        self._child.wait()
        assert self._child.stdout is not None
        self._child.stdout.close()
        self._made.cleanup()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child.poll() is None

    @property
    def memory(self) -> float:
        """Resident memory, MB."""
        lines = Path(f"/proc/{self.pid}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1_024 / 1e6

    @property
    def descriptors(self) -> int:
        """How many files and connections it has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    @property
    def seconds(self) -> float:
        """Of the processor's time, that it took until now."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def said(self) -> str:
        """Its standard error until now."""
        return self.log.read_text("utf-8", errors="replace")

    def signal(self, number: int) -> None:
        """Sends a signal."""
        self._child.send_signal(number)

    def end(self, seconds: float = 60.0) -> int:
        """SIGTERM, and the exit code; minus the signal's number for a process that a signal ended."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds: float = 60.0) -> int:
        """The exit code, once it ends."""
        return self._child.wait(seconds)
