"""Connections that keep the server waiting are cut, and the server goes on."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Asked, serving

HEAD = b"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n"


@pytest.fixture(scope="module")
def hasty(folders: dict[str, Path]) -> Iterator[Asked]:
    with serving([folders["classify"]], timeout=0.4, body=4 << 20, items=4_000, waiting=4_000) as server:
        yield server


def ended(connection: socket.socket) -> bytes:
    """All that still comes, until the other side closes."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    connection.close()
    return b"".join(parts)


@pytest.mark.parametrize("sent", [b"", b"GET /health", b"GET /health HTTP/1.1\r\nhost: loc"])
def test_headers_that_never_end(sent: bytes, hasty: Asked) -> None:
    connection = hasty.connected()
    connection.sendall(sent)
    assert ended(connection) == b""
    assert hasty.get("/health").status == 200


def test_a_body_that_never_ends(hasty: Asked) -> None:
    connection = hasty.connected()
    connection.sendall(HEAD + b'{"items": [')
    assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")
    connection.close()
    assert hasty.post("/predict", items=["a"]).status == 200


def test_a_body_that_is_cut_off(hasty: Asked) -> None:
    connection = hasty.connected()
    connection.sendall(HEAD + b'{"items": [')
    connection.close()
    assert hasty.post("/predict", items=["a"]).status == 200
    end = time.monotonic() + 10
    while hasty.server.gate.open and time.monotonic() < end:
        time.sleep(0.01)
    assert hasty.server.gate.open == 0


def test_no_http_at_all(hasty: Asked) -> None:
    connection = hasty.connected()
    connection.sendall(b"\x16\x03\x01\x02\x00 hello\r\n\r\n")
    assert ended(connection).startswith(b"HTTP/1.1 400 ")
    too_long = hasty.connected()
    too_long.sendall(b"GET /" + b"a" * 40_000)
    assert ended(too_long)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431", b"")
    assert hasty.get("/health").status == 200


def test_who_does_not_read_is_cut_off(hasty: Asked) -> None:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.connect(("127.0.0.1", hasty.port))
    request = b"GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n"
    cut, end = False, time.monotonic() + 20
    connection.settimeout(1)
    while not cut and time.monotonic() < end:
        try:
            connection.sendall(request * 50)
            time.sleep(0.05)
        except TimeoutError:
            continue
        except OSError:
            cut = True
    connection.close()
    assert cut and hasty.get("/health").status == 200
