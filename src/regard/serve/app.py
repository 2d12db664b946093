"""The routes: what is asked is read, waits, is computed, and goes back as JSON or as events."""

import json
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from regard import __version__
from regard.data.recorded import SUFFIXES
from regard.errors import DataError, RegardError, nearest
from regard.serve.assets import add_page
from regard.serve.bodies import (
    AttendBody,
    Body,
    EncodeBody,
    ForgetBody,
    GenerateBody,
    PredictBody,
    RecallBody,
    RememberBody,
)
from regard.serve.choices import fitted
from regard.serve.documented import Documented, document
from regard.serve.events import Events
from regard.serve.frame import add_frame, page_headers
from regard.serve.gate import LEFT, PATHS
from regard.serve.incoming import Left, incoming
from regard.serve.jobs import Job
from regard.serve.refusals import FAULT, Refusal, told
from regard.serve.served import Record, found
from regard.serve.site import Site

ANSWERS: dict[str, tuple[type[Body], str]] = {
    "predict": (PredictBody, "predictions"),
    "encode": (EncodeBody, "vectors"),
    "attend": (AttendBody, "readings"),
}
"""What each verb's body is, and what its answers are called."""

MEMORY: dict[str, type[Body]] = {"recall": RecallBody, "remember": RememberBody, "forget": ForgetBody}
"""The verbs of memories."""


def build(site: Site, health: Callable[[], tuple[int, str]], *, token: bool) -> FastAPI:
    """The application; `health` tells a status and a word for it, `token` whether the document speaks of one."""
    app = FastAPI(title="regard serve", version=__version__, openapi_url=None, docs_url=None, redoc_url=None)
    described = Documented(site)

    @app.get("/health", **described.get("health"))
    async def health_() -> Response:
        status, word = health()
        return written({"status": word}, status)

    @app.get("/models", **described.get("models"))
    async def models() -> Response:
        return written(told_of(site))

    for verb in ANSWERS:
        app.post(f"/{verb}", **described.post(verb))(_answering(site, verb))

    for verb in site.of_memories:
        app.post(f"/{verb}", **described.post(verb))(_of_memory(site, verb))

    @app.post("/generate", **described.post("generate"))
    async def generate(request: Request) -> Response:
        return await _generated(site, request)

    @app.post("/look", **described.post("look"))
    async def look(request: Request) -> Response:
        return await _looked(site, request)

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return Response(made, media_type="application/json")

    add_page(app)
    add_frame(app)
    made = written(document(app, token=token)).body

    app.add_exception_handler(HTTPException, _unknown)
    app.add_exception_handler(RegardError, _refused)
    app.add_exception_handler(Left, _left)
    app.add_exception_handler(Exception, _failed)
    return app


def told_of(site: Site) -> dict[str, Any]:
    """What `GET /models` answers."""
    every = [
        {
            "name": model.name,
            "kind": model.kind,
            "input": model.input,
            "files": [*SUFFIXES.get(model.input, ())],
            "verbs": [f"/{verb}" for verb in model.does],
            "parameters": model.parameters,
            "choices": model.choosing().model_dump(),
            "example": model.example(),
            **model.told(),
            **({} if model.remembering is None else {"memory": model.remembering.told()}),
        }
        for model in site.models.values()
    ]
    return {"models": every, "limits": site.limits.told()}


def written(record: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON. Raises DataError for a number that JSON does not have."""
    try:
        text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        hint = "the model's training has diverged: train it again with a smaller --learning-rate"
        raise DataError("regard serve: answers must be numbers", got="NaN or infinity", hint=hint) from error
    body = text.encode("utf-8", "backslashreplace")
    return Response(body, status, {"cache-control": "no-store", **(headers or {})}, "application/json")


def _answering(site: Site, verb: str) -> Callable[[Request], Any]:
    """The route of a verb that has one answer."""
    kind, name = ANSWERS[verb]

    async def answer(request: Request) -> Response:
        with site.folder(request) as folder:
            try:
                model, records = await site.answer(request, verb, kind, folder)
            except RegardError as error:
                return _of(error, str(folder or ""))
        return written({"model": model, name: [_bare(verb, record) for record in records]})

    answer.__name__ = verb
    return answer


def _of_memory(site: Site, verb: str) -> Callable[[Request], Any]:
    """The route of a verb of memories: of `/recall` a record for each item, else one."""

    async def answer(request: Request) -> Response:
        model, records = await site.of_memory(request, verb, MEMORY[verb])
        told = {"readings": records} if verb == "recall" else records[0]
        return written({"model": model, **told})

    answer.__name__ = verb
    return answer


def _bare(verb: str, record: Record) -> Any:
    """Of `/encode` the vectors themselves."""
    return next(iter(record.values())) if verb == "encode" else record


async def _generated(site: Site, request: Request) -> Response:
    with site.held.holding() as share:
        given = await incoming(request, site.limits, share, form=False)
        body = fitted(GenerateBody, given.fields, "fields")
        model = found(site.models, body.model)
        model.check("generate")
        items = model.items([body.item])
        events = Events(site, Job(model, "generate", model.wanted("generate", body), items))
        await events.begin(request.receive)
    return events


async def _looked(site: Site, request: Request) -> Response:
    """The inspector's page alone where HTML is wanted, else JSON."""
    with site.folder(request) as folder:
        try:
            model, found = await site.looked(request, folder)
        except RegardError as error:
            return _of(error, str(folder or ""))
    if [*found] == ["page"]:
        return Response(found["page"], headers=page_headers(), media_type="text/html")
    return written({"model": model, **found})


def _of(error: RegardError, private: str = "") -> Response:
    refusal = told(error, private)
    return written(refusal.body, refusal.status, refusal.headers)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RegardError), "as it is registered"
    return _of(error)


async def _unknown(request: Request, error: Exception) -> Response:
    """A path that is none, or a method that a path does not have."""
    assert isinstance(error, HTTPException), "as it is registered"
    path, got = request.url.path, f"{request.method} {request.url.path}"[:80]
    if error.status_code == 404:
        return _of(Refusal(404, "request: no such path", got=repr(got), hint=nearest(path[:40], PATHS)))
    hint = f"{(error.headers or {}).get('Allow', 'another method')} {path}"
    response = _of(Refusal(error.status_code, "request: no such method here", got=repr(got), hint=hint))
    response.headers.update(error.headers or {})
    return response


async def _left(_: Request, __: Exception) -> Response:
    """Nobody reads it; the log does."""
    return Response(status_code=LEFT)


async def _failed(_: Request, __: Exception) -> Response:
    return _of(FAULT)
