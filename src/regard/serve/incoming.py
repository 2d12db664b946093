"""A request's body: counted while it comes, JSON read with every doubt, or a form with files."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from regard.data.files import quoted
from regard.data.strict_json import DECODER, broken
from regard.errors import nearest
from regard.serve.aside import aside
from regard.serve.limits import BODIES, Limits
from regard.serve.refusals import EXAMPLES, Refusal, too_large

JSON, FORM = "application/json", "multipart/form-data"
MOST_FIELDS = 16


class Left(Exception):
    """The client has gone."""


class Upload(NamedTuple):
    """A file of a form: what the client calls it, and its bytes."""

    name: str
    content: bytes


class Incoming(NamedTuple):
    """What was asked, by name, how many bytes it had, and the files of a form; None of JSON."""

    fields: dict[str, Any]
    size: int
    uploads: list[Upload] | None = None


class Held:
    """How many bytes of bodies there are, of all requests that are read, wait or are computed."""

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0

    @contextmanager
    def holding(self) -> Iterator["Share"]:
        """One request's share, given back when the request is over."""
        share = Share(self)
        try:
            yield share
        finally:
            self.bytes -= share.bytes


class Share:
    """The bytes of one request."""

    def __init__(self, held: Held) -> None:
        self.held, self.bytes = held, 0

    def add(self, count: int) -> None:
        """Raises Refusal, 429, where all requests together hold too much."""
        if self.held.bytes + count > self.held.most:
            rule = f"regard serve: requests together hold at most {self.held.most:,} bytes ({BODIES} × limit --body)"
            got = f"{self.held.bytes:,}, and {count:,} more"
            raise Refusal(429, rule, got=got, hint="the same again a little later", retry=1)
        self.held.bytes += count
        self.bytes += count


def kind_of(request: Request) -> str:
    """The media type of a body, without what else is told of it."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def incoming(request: Request, limits: Limits, share: Share, *, form: bool) -> Incoming:
    """What was sent. Raises Refusal for another type, too much, too late, or what is no JSON; Left."""
    kind = kind_of(request)
    known = (JSON, FORM) if form else (JSON,)
    if kind not in known:
        got = f"content-type {quoted(kind)}" if kind else "no content-type"
        raise Refusal(415, f"request: the body must be {' or '.join(known)}", got=got, hint=nearest(kind, known))
    if coding := request.headers.get("content-encoding", ""):
        raise Refusal(
            415, "request: the body must not be packed", got=quoted(coding), hint="leave content-encoding out"
        )
    body = await _body(request, limits, share)
    if kind == FORM:
        return await _form(request, body, limits)
    return Incoming(await aside(len(body), lambda: _object(body)), len(body))


async def _body(request: Request, limits: Limits, share: Share) -> bytes:
    """All of it, never more than the limit, whatever its length was said to be."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limits.body:
        raise _beyond(limits, f"{int(declared):,} by its content-length")
    parts: list[bytes] = []
    count, more = 0, True
    try:
        async with asyncio.timeout(limits.timeout):
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise Left
                parts.append(message.get("body", b""))
                count, more = count + len(parts[-1]), message.get("more_body", False)
                if count > limits.body:
                    raise _beyond(limits, f"{count:,}, and there was more to come" if more else f"{count:,}")
                share.add(len(parts[-1]))
    except TimeoutError as error:
        got, hint = f"{count:,} bytes in {limits.timeout:g} seconds", "a faster line, or a smaller body"
        raise Refusal(408, "request: the body must come in time (limit --timeout)", got=got, hint=hint) from error
    return b"".join(parts)


def _beyond(limits: Limits, got: str) -> Refusal:
    return too_large("--body", limits.body, got, "bytes a body", "ask in several requests")


def _object(body: bytes, what: str = "request") -> dict[str, Any]:
    """The JSON object of a body. Raises Refusal, 400, where it is none."""
    found = decoded(body, what)
    if not isinstance(found, dict):
        raise Refusal(400, f"{what}: must be a JSON object", got=quoted(repr(found)), hint=EXAMPLES)
    return found


def decoded(body: bytes, what: str) -> Any:
    """The value. Raises Refusal, 400, for another encoding than UTF-8, and for what is no JSON."""
    text = utf8(body, what)
    try:
        return DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        told = broken(error, what, 1, text, EXAMPLES)
        raise Refusal(400, told.rule, got=told.got, hint=told.hint) from error


def utf8(content: bytes, what: str) -> str:
    """The text. Raises Refusal, 400, for bytes that are none."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        got = f"byte 0x{content[error.start]:02x} at place {error.start:,}, {error.reason}"
        raise Refusal(400, f"{what}: must be UTF-8", got=got, hint="write it as UTF-8") from error


async def _form(request: Request, body: bytes, limits: Limits) -> Incoming:
    """The fields of a form, each JSON but the model's name; its files stand under `items`."""

    async def again() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    copy = Request(request.scope, again)
    try:
        async with copy.form(max_files=limits.items + 1, max_fields=MOST_FIELDS, max_part_size=limits.body) as form:
            fields: dict[str, str] = {}
            uploads: list[Upload] = []
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    uploads.append(Upload(_named(name, value), await value.read()))
                elif name in fields or name == "items":
                    got, hint = quoted(name), "items as files: curl -F items=@seven.wav; every other field once"
                    raise Refusal(422, "request: a form has its items as files", got=got, hint=hint)
                else:
                    fields[name] = value
    except HTTPException as error:
        got, hint = quoted(str(error.detail), 100), "let the client write it: curl -F items=@seven.wav"
        raise Refusal(400, "request: must be a whole form", got=got, hint=hint) from error
    return Incoming({**await aside(len(body), lambda: _values(fields)), "items": []}, len(body), uploads)


def _values(fields: dict[str, str]) -> dict[str, Any]:
    """Each field as what its JSON says; the model's name is none."""
    return {
        name: text if name == "model" else decoded(text.encode(), f"request, {quoted(name)}")
        for name, text in fields.items()
    }


def _named(name: str, file: UploadFile) -> str:
    """What the client calls a file, which stands under `items`."""
    if name != "items":
        raise Refusal(422, "request: files stand under items", got=quoted(name), hint="curl -F items=@seven.wav")
    return file.filename or ""
