"""What goes wrong around a training, and what comes of it: a Markdown table, one row a fault.

    python -m benchmarks.faults      as root on Linux for all of them; the others say why they were not tried

Each fault strikes a small training (kills.py's); then the same command is given again without it. A row says how the
struck command ended, the first line of what it said, and whether the training ended bit for bit like an untouched one.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.kills import Ended, Killer, child, dying_at, ended, written

from regard.cli.flags import check_cli

FILES = 24
"""After so many files a training is struck: it has averages, a best validation, and a checkpoint before the newest."""

Fault = Callable[[Path, Path], tuple[int, str]]
"""Strikes the training of these data in this folder: exit code, and what was said."""


def main() -> int:
    """Strikes, goes on, compares, prints; 1 if a training ended otherwise."""
    other = 0
    check_cli("train")  # now, while every file can be read
    print("| fault | exit code | said | after the same command again |\n| --- | ---: | --- | --- |")
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        data, whole = written(Path(made)), Path(made, "whole")
        assert child(data, whole, Killer()) == 0, "a training that nothing strikes ends well"
        for number, (name, fault) in enumerate(faults().items()):
            folder = Path(made, f"struck-{number}", "model")
            folder.parent.mkdir()
            try:
                code, said = fault(data, folder)
            except OSError as error:
                print(f"| {name} | | not tried: {error} | |", flush=True)
                continue
            again = child(data, folder, Killer())
            outcome = compared(ended(folder), ended(whole)) if again == 0 else "DOES NOT GO ON"
            other += outcome.isupper()
            print(f"| {name} | {code} | {shown(said, folder)} | {outcome} |", flush=True)
            subprocess.run(["umount", "-q", str(folder)], check=False, capture_output=True)
    return 1 if other else 0


def compared(found: Ended, wanted: Ended) -> str:
    """How a training ended, held against one that nothing struck."""
    if found == wanted:
        return "the same weights"
    return "the same last weights, others to choose from" if found.state == wanted.state else "OTHER WEIGHTS"


def faults() -> dict[str, Fault]:
    """Each by its name."""
    found: dict[str, Fault] = {
        "the disk is full": full_disk,
        "a file may not grow beyond 8 kB": small_files,
        "the folder may no longer be written to": no_permission,
        "another training writes to the folder": two_writers,
        "the clock jumps by a day, forth and back": clock_jump,
    }
    for name in ("position.json", "step-*.safetensors", "epoch-*.safetensors", "best-*.safetensors"):
        for place in ("first", "middle", "last"):
            found[f"the newest {name} is cut at its {place} byte"] = damaged(name, place, cut=True)
            found[f"a bit of the newest {name} turns, {place} byte"] = damaged(name, place, cut=False)
    return found


def full_disk(data: Path, folder: Path) -> tuple[int, str]:
    """A file system of 90 kB, which is enlarged afterwards."""
    folder.mkdir()
    mounted(folder, "size=90k")
    found = struck(data, folder)
    mounted(folder, "remount,size=50m")
    return found


def mounted(folder: Path, options: str) -> None:
    """OSError where that is not allowed."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip())


def small_files(data: Path, folder: Path) -> tuple[int, str]:
    """The system's own limit, of which writing says `File too large`."""
    return struck(data, folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000)))


def no_permission(data: Path, folder: Path) -> tuple[int, str]:
    """The rights are taken away after a first part; a process of root's becomes nobody, who has none."""
    child(data, folder, Killer(dying_at(FILES, before=False)))

    def lose() -> None:
        os.setgid(65534)
        os.setuid(65534)

    return struck(data, folder, lose)


def two_writers(data: Path, folder: Path) -> tuple[int, str]:
    """A lock is held while the command is given."""
    from regard.folder.lock import locked

    with locked(folder):
        return struck(data, folder)


def clock_jump(data: Path, folder: Path) -> tuple[int, str]:
    """`time.time` runs a day ahead and a day behind, by turns."""
    real, turn = time.time, [1]

    def jumping() -> float:
        turn[0] = -turn[0]
        return real() + 86_400 * turn[0]

    return struck(data, folder, lambda: setattr(time, "time", jumping))


def damaged(pattern: str, place: str, cut: bool) -> Fault:
    """A training is killed after some checkpoints, and one of its files damaged."""

    def strike(data: Path, folder: Path) -> tuple[int, str]:
        child(data, folder, Killer(dying_at(FILES, before=False)))
        found = sorted((folder / "state").glob(pattern))
        content = bytearray(found[-1].read_bytes())
        at = {"first": 0, "middle": len(content) // 2, "last": len(content) - 1}[place]
        if cut:
            del content[at:]
        else:
            content[at] ^= 1
        found[-1].write_bytes(content)
        return struck(data, folder)

    return strike


def struck(data: Path, folder: Path, prepare: Callable[[], None] = lambda: None) -> tuple[int, str]:
    """The exit code of the training, and its last words that are no progress."""
    code = child(data, folder, Killer(prepare))
    lines = folder.with_suffix(".log").read_text("utf-8").splitlines()
    told = lines[-3:-2] if code == 2 else [line for line in lines if "damaged" in line]
    return code, "".join(told)


def shown(text: str, folder: Path) -> str:
    """As a cell of the table, without the paths of this machine."""
    return text.replace(str(folder), "my-model")[:150].replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
