"""Damaged bodies of requests, through all of the server but its sockets: it is called as uvicorn calls it."""

import asyncio
import json
import tempfile
from functools import cache
from logging import Handler, LogRecord, getLogger
from pathlib import Path
from typing import Any

from benchmarks.serving.process import FOLDERS
from benchmarks.serving.small import written

from regard.errors import DataError
from regard.serve.access import Access
from regard.serve.app import build
from regard.serve.gate import Gate
from regard.serve.limits import Limits
from regard.serve.opening import opened
from regard.serve.site import Site
from regard.serve.worker import Worker

LIMITS = Limits(length=600, items=32, timeout=5.0, body=1 << 20)
CUT = b"cut"


class Faults(Handler):
    """What the server logs of its own faults."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: LogRecord) -> None:
        """Keeps it."""
        self.told.append(record.getMessage())


class Application:
    """A server without a socket."""

    def __init__(self) -> None:
        self.loop, self.faults = asyncio.new_event_loop(), Faults()
        self._home = tempfile.TemporaryDirectory()
        models = opened([*map(str, FOLDERS), *map(str, written(Path(self._home.name)))], LIMITS)
        worker = Worker(models.values(), LIMITS)
        worker.start()
        self.gate = Gate(build(Site(models, worker, LIMITS), lambda: (200, "ok"), token=False), Access())
        log = getLogger("regard.serve")
        log.handlers, log.propagate = [self.faults], False
        log.setLevel("ERROR")

    def ask(self, path: str, kind: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer; the client stays until it has it."""
        return self.loop.run_until_complete(self._asked(path, kind, body))

    async def _asked(self, path: str, kind: str, body: bytes) -> tuple[int, bytes]:
        headers = [(b"host", b"localhost"), (b"content-type", kind.encode()), (b"content-length", b"%d" % len(body))]
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "headers": headers,
            "server": ("localhost", 80),
        }
        parts = [
            {"type": "http.request", "body": body[at : at + 65_536], "more_body": True}
            for at in range(0, len(body), 65_536)
        ]
        parts.append({"type": "http.request", "body": b"", "more_body": False})
        sent: list[Any] = []

        async def receive() -> Any:
            return parts.pop(0) if parts else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        await self.gate(scope, receive, send)
        return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:])


application = cache(Application)


def asked_json(folder: Path) -> None:
    """A damaged body of JSON."""
    body, path = folder / "body", (folder / "_path").read_text("utf-8")
    _judged(*application().ask(path, "application/json", body.read_bytes() if body.exists() else b""))


def asked_form(folder: Path) -> None:
    """A damaged form."""
    body, path = folder / "body", (folder / "_path").read_text("utf-8")
    kind = f"multipart/form-data; boundary={CUT.decode()}"
    _judged(*application().ask(path, kind, body.read_bytes() if body.exists() else b""))


def _judged(status: int, body: bytes) -> None:
    """Raises DataError for a clean refusal, AssertionError for anything that is none."""
    faults, application().faults.told = application().faults.told, []
    assert status < 500 or status in (501, 503, 504), f"{status}: {faults or body[:200]}"
    assert not faults, f"{faults}"
    if body.startswith(b"event: "):
        return
    told = json.loads(body)
    if status >= 400:
        assert list(told) == ["rule", "got", "try"], f"{status} {body[:200]!r}"
        raise DataError(told["rule"], got=told["got"], hint=told["try"])


def form(files: list[tuple[str, bytes]], **fields: str) -> bytes:
    """A form as clients write it."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [(f'name="items"; filename="{name}"', content) for name, content in files]
    lines = (
        b"--%s\r\ncontent-disposition: form-data; %s\r\n\r\n%s\r\n" % (CUT, told.encode(), each) for told, each in parts
    )
    return b"".join(lines) + b"--%s--\r\n" % CUT
