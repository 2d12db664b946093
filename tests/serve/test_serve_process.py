"""`regard serve` as a process of its own: it starts, answers, and ends on SIGTERM once what it accepted is answered."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_the_process_drains_on_sigterm(folders: dict[str, Path], tmp_path: Path) -> None:
    words = [str(folders["generate"]), "--port", "0", "--device", "cpu"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with (tmp_path / "log").open("w+", encoding="utf-8") as log:
        command = [sys.executable, "-m", "regard", "serve", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment, text=True)
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.endswith(" serves generate (generate)\n")
        port = int(first.split()[0].rsplit(":", 1)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        body = json.dumps({"item": "abc", "choices": {"longest": 150, "lines": 0}})
        connection.request("POST", "/generate", body, {"content-type": "application/json"})
        stream = connection.getresponse()
        begun = stream.read(10)
        killer = threading.Timer(0.05, process.send_signal, (signal.SIGTERM,))
        killer.start()
        rest = begun + stream.read()
        connection.close()
        assert process.wait(60) == 0
        process.stdout.close()
        log.seek(0)
        logged = log.read()
    assert stream.status == 200 and rest.count(b"event: token") == 150 and b"event: done" in rest
    assert "POST /generate 200" in logged and "abc" not in logged and "Traceback" not in logged


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="resident memory is read where Linux tells it")
def test_what_a_huge_body_took_does_not_stay(folders: dict[str, Path]) -> None:
    command = [sys.executable, "-m", "regard", "serve", str(folders["generate"]), "--port", "0", "--device", "cpu"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True)
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline().split()[0].rsplit(":", 1)[1])
        grown = []
        for count in (1, 200_000, 200_000, 200_000):
            before = resident(process.pid)
            body = json.dumps({f"k{n}": 1 for n in range(count)})
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/predict", body, {"content-type": "application/json"})
            assert connection.getresponse().status == 422
            connection.close()
            end = time.monotonic() + 20
            while resident(process.pid) - before > 25_000 and time.monotonic() < end:
                time.sleep(0.05)
            grown.append(resident(process.pid) - before)
    finally:
        process.kill()
        process.wait(60)
        process.stdout.close()
    assert max(grown[1:]) <= 25_000, "kilobytes; its objects take 60,000"


def resident(pid: int) -> int:
    """Kilobytes that a process holds."""
    return int(Path(f"/proc/{pid}/status").read_text(encoding="utf-8").split("VmRSS:")[1].split()[0])
