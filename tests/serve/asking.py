"""A server in a thread of this process, behind a real socket, and a client of the standard library alone."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from regard.serve.access import Access, access_of, bound
from regard.serve.limits import Limits
from regard.serve.opening import opened, remember_beside
from regard.serve.served import Served
from regard.serve.server import Server

SAVED = Path(__file__).parent.parent / "folder" / "saved" / "format-1"
JSON = {"content-type": "application/json"}


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def refused(self) -> str:
        """The three lines as one text, once they are seen to be all there is."""
        told = self.json
        assert list(told) == ["rule", "got", "try"] and self.status >= 400, self
        assert all(isinstance(line, str) and line for line in told.values())
        return f"{self.status} {told['rule']} | {told['got']} | {told['try']}"

    @property
    def events(self) -> list[tuple[str, Any]]:
        """Server-sent events: their names and data."""
        assert self.headers["content-type"].startswith("text/event-stream"), self
        blocks = [block.split("\n") for block in self.body.decode().split("\n\n")[:-1]]
        return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


class Asked:
    """A server that is asked."""

    def __init__(self, server: Server, models: dict[str, Served], port: int) -> None:
        self.server, self.models, self.port = server, models, port

    def raw(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Any request; a body that is an iterator is sent in chunks, without a length."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {}, encode_chunked=isinstance(body, Iterator))
            found = connection.getresponse()
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.raw("GET", path, headers=headers)

    def post(self, path: str, **fields: Any) -> Answer:
        return self.raw("POST", path, json.dumps(fields).encode(), JSON)

    def form(self, path: str, files: Sequence[tuple[str, bytes]], **fields: str) -> Answer:
        """A form with files under `items`."""
        parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
        parts += [(f'name="items"; filename="{name}"', content) for name, content in files]
        body = b"".join(
            b"--cut\r\ncontent-disposition: form-data; %s\r\n\r\n%s\r\n" % (told.encode(), content)
            for told, content in parts
        )
        headers = {"content-type": "multipart/form-data; boundary=cut"}
        return self.raw("POST", path, body + b"--cut--\r\n", headers)

    def predictions(self, model: str, items: Sequence[Any], **choices: Any) -> Any:
        """What `/predict` answers, once it does."""
        found = self.post("/predict", model=model, items=list(items), choices=choices)
        assert found.status == 200, found.body
        return found.json["predictions"]

    def connected(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def begun(self, path: str, **fields: Any) -> socket.socket:
        """A request that was sent, whose answer nobody has read yet."""
        body = json.dumps(fields).encode()
        head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        connection = self.connected()
        connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        return connection


@contextmanager
def serving(
    folders: Sequence[Path | str], access: Access | None = None, memories: Sequence[str] = (), **limits: Any
) -> Iterator[Asked]:
    """A server of these folders until the block ends."""
    borne, names = Limits(**limits), [str(folder) for folder in folders]
    models = opened(names, borne)
    remember_beside(models, names, memories, writing=access is not None and access.memory_token is not None)
    with bound("127.0.0.1", 0) as listening:
        server = Server(models, borne, access or access_of(listening, [], ""))
        ready = threading.Event()
        thread = threading.Thread(target=server.run, args=(listening, ready.set))
        thread.start()
        assert ready.wait(30)
        try:
            yield Asked(server, models, listening.getsockname()[1])
        finally:
            server.stop()
            thread.join(30)
            assert not thread.is_alive()


class Held:
    """A model whose answers wait until they are let go: what happens meanwhile can be looked at."""

    def __init__(self, model: Served) -> None:
        self.model, self.answers = model, model.answers
        self.entered, self.free = threading.Event(), threading.Event()
        self.calls: list[int] = []

    def __enter__(self) -> "Held":
        self.model.answers = self.wait  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        self.free.set()
        self.model.answers = self.answers  # type: ignore[method-assign]

    def wait(self, verb: str, asked: Any, ready: Any) -> Any:
        self.calls.append(len(ready.items))
        self.entered.set()
        assert self.free.wait(30)
        return self.answers(verb, asked, ready)


class Waiting:
    """Requests that are made at once, each by a thread, and their answers in order."""

    def __init__(self, asks: Sequence[Any]) -> None:
        self.answers: list[Answer | None] = [None] * len(asks)
        self._threads = [threading.Thread(target=self._ask, args=each) for each in enumerate(asks)]
        for thread in self._threads:
            thread.start()

    def _ask(self, index: int, ask: Any) -> None:
        self.answers[index] = ask()

    def all(self) -> list[Answer]:
        for thread in self._threads:
            thread.join(60)
        assert None not in self.answers
        return self.answers  # type: ignore[return-value]
