"""The OpenAPI document: each request with an example for every model that can answer it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from regard.serve.answers import (
    Forgotten,
    Health,
    Looked,
    Models,
    Predictions,
    Readings,
    Refused,
    Remembered,
    Vectors,
)
from regard.serve.bodies import (
    AttendBody,
    EncodeBody,
    ForgetBody,
    GenerateBody,
    LookBody,
    PredictBody,
    RecallBody,
    RememberBody,
)
from regard.serve.choices import AnswerChoices, GenerateChoices, TranslateChoices
from regard.serve.incoming import FORM, JSON
from regard.serve.served import Served
from regard.serve.site import Site

REF = "#/components/schemas/{model}"
BODIES: dict[str, type[BaseModel]] = {
    "predict": PredictBody,
    "encode": EncodeBody,
    "attend": AttendBody,
    "generate": GenerateBody,
    "look": LookBody,
    "recall": RecallBody,
    "remember": RememberBody,
    "forget": ForgetBody,
}
AS_JSON = ("generate", "recall", "remember", "forget")
"""Verbs that take no form."""
ANSWERS: dict[str, type[BaseModel]] = {
    "predict": Predictions,
    "encode": Vectors,
    "attend": Readings,
    "look": Looked,
    "recall": Readings,
    "remember": Remembered,
    "forget": Forgotten,
}
ABOUT = {
    "health": "Whether the server takes requests; never asks for a token.",
    "models": "What is served: kinds, inputs, endings of files, sizes, choices, an item of each, and the limits.",
    "predict": "What `regard predict` answers to each item, in the order of the items.",
    "encode": "The new representation: one vector an item, or one for every vector of it.",
    "attend": "What each piece of a translation was read from, or what one answer for the whole was pooled from.",
    "look": "What the inspector sees of one item, with heads dropped or positions hidden; `text/html` is its page.",
    "recall": "Which remembered examples each answer read, and how strongly.",
    "remember": "Writes items and their answers to the model's memory; needs the token of --memory-token-file.",
    "forget": "Deletes what was remembered under a name; needs the token of --memory-token-file.",
    "generate": "A text that goes on, as server-sent events: `token` for each one, then `done`, or `error`.",
}
REFUSED = (400, 401, 403, 404, 408, 413, 415, 421, 422, 429, 500, 503, 504)
CHOICES = (TranslateChoices, AnswerChoices, GenerateChoices)
EVENT = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": ["token", "done", "error"]},
        "data": {"type": "string", "contentMediaType": JSON, "description": "a JSON object"},
    },
}
"""One of a stream, as OpenAPI 3.2 describes events."""
FILES = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "model": {"type": "string"},
        "choices": {"type": "string", "description": "JSON, as are all other fields"},
    },
}


class Documented:
    """What the document says of each path."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def get(self, name: str) -> dict[str, Any]:
        """Of a path that is only read."""
        kind = Health if name == "health" else Models
        codes = (503,) if name == "health" else (401, 403, 421, 503)
        return {"summary": ABOUT[name], "response_model": kind, "responses": _refusals(codes)}

    def post(self, verb: str) -> dict[str, Any]:
        """Of a path that is asked."""
        schema = {"$ref": REF.format(model=BODIES[verb].__name__)}
        content: dict[str, Any] = {JSON: {"schema": schema, "examples": self._examples(verb)}}
        if verb not in AS_JSON:
            content[FORM] = {"schema": FILES}
        told: dict[str, Any] = {"summary": ABOUT[verb], "responses": _refusals(REFUSED)}
        if verb in ANSWERS:
            told["response_model"] = ANSWERS[verb]
        if verb == "look":
            told["responses"][200] = {"content": {"text/html": {"schema": {"type": "string"}}}}
        if verb == "generate":
            stream = {"text/event-stream": {"itemSchema": EVENT}}
            told["responses"][200] = {"description": "events", "content": stream}
        return {**told, "openapi_extra": {"requestBody": {"required": True, "content": content}}}

    def _examples(self, verb: str) -> dict[str, Any]:
        """One for each model that does it."""
        able = [model for model in self.site.models.values() if verb in model.does]
        return {
            model.name: {
                "summary": f"{model.kind}, {model.input}",
                "value": {"model": model.name, **_asked(verb, model)},
            }
            for model in able
        }


def _asked(verb: str, model: Served) -> dict[str, Any]:
    choices = {"choices": {"longest": 8}} if model.kind == "generate" else {}
    if verb == "generate":
        return {"item": model.example(), **choices}
    if verb == "look":
        return {"item": model.example()}
    if verb == "forget":
        return {"name": "example"}
    if verb == "remember":
        return {"items": [model.example()], **_answers(model), "name": "example"}
    return {"items": [model.example()], **choices, **({"top": 3} if verb == "attend" else {})}


def _answers(model: Served) -> dict[str, Any]:
    """An answer for the example; a text that goes on has none."""
    told = model.told()
    if model.kind == "generate":
        return {}
    return {"answers": [told["classes"][0] if "classes" in told else "a text"]}


def _refusals(codes: Sequence[int]) -> dict[int | str, dict[str, Any]]:
    return {code: {"model": Refused, "description": HTTPStatus(code).phrase} for code in codes}


def document(app: FastAPI, *, token: bool) -> dict[str, Any]:
    """The document of the application, with the schemas of bodies and choices, and of the token if one is needed."""
    made = app.openapi()
    kinds = [(kind, "validation") for kind in (*BODIES.values(), *CHOICES)]
    _, schemas = models_json_schema(kinds, ref_template=REF)  # type: ignore[arg-type]
    components = made.setdefault("components", {})
    components.setdefault("schemas", {}).update(schemas["$defs"])
    if token:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        made["security"] = [{"token": []}]
        made["paths"]["/health"]["get"]["security"] = []
    return made
