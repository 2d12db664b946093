"""Ask a server of regard, with the standard library alone.

python examples/client.py http://127.0.0.1:8000 MODEL < texts.txt            one answer a line, as JSON
REGARD_TOKEN=… python examples/client.py URL MODEL --stream 'It was'         a text while it is drawn
"""

import itertools
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Any

TRIES, TOGETHER = 5, 64


def ask(url: str, path: str, **fields: Any) -> HTTPResponse:
    """The open answer. A server that is busy says when to come again; any other refusal ends this."""
    token = os.environ.get("REGARD_TOKEN")
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url.rstrip("/") + path, json.dumps(fields).encode(), headers)
    for tried in itertools.count(1):
        try:
            return urllib.request.urlopen(request, timeout=120)  # type: ignore[no-any-return]
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503) or tried == TRIES:
                raise SystemExit(f"{error}\n{error.read().decode(errors='replace')}") from None
            time.sleep(float(error.headers.get("Retry-After", 1)))
        except urllib.error.URLError as error:
            raise SystemExit(f"nobody answers at {url}: {error.reason}") from None


def predictions(url: str, model: str, items: list[Any], **choices: Any) -> list[dict[str, Any]]:
    """What the model predicts for each item, in their order."""
    with ask(url, "/predict", model=model, items=items, choices=choices) as answer:
        return list(json.load(answer)["predictions"])


def stream(url: str, model: str, item: str, **choices: Any) -> Iterator[str]:
    """The pieces of a text as they are drawn."""
    with ask(url, "/generate", model=model, item=item, choices=choices) as answer:
        for line in answer:
            if line.startswith(b"data: ") and "text" in (event := json.loads(line[6:])):
                yield event["text"]


if __name__ == "__main__":
    server, name, *rest = sys.argv[1:]
    if rest[:1] == ["--stream"]:
        for piece in stream(server, name, *rest[1:]):
            print(piece, end="", flush=True)
    else:
        lines = sys.stdin.read().splitlines()
        for first in range(0, len(lines), TOGETHER):
            for each in predictions(server, name, lines[first : first + TOGETHER]):
                print(json.dumps(each, ensure_ascii=False))
