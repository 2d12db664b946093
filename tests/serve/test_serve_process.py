"""`regard serve` as a process of its own: it starts, answers, and ends on SIGTERM once what it accepted is answered."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
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
