"""The OpenAPI document is one, all its references lead somewhere, and its examples are answered."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from asking import Asked
from fastapi.openapi.models import OpenAPI

from regard.serve.access import Access
from regard.serve.app import build


@pytest.fixture(scope="module")
def document(asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = asked.get("/openapi.json").json
    return found


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (each for name, each in part.items() if name == "$ref")
        part = list(part.values())
    for each in part if isinstance(part, list) else []:
        yield from references(each)


def test_it_is_a_document_whose_references_lead_somewhere(document: dict[str, Any]) -> None:
    OpenAPI.model_validate(document)
    assert document["openapi"].startswith("3.1") and set(document["paths"]) == {
        *("/health", "/models", "/predict", "/encode", "/attend", "/generate", "/look"),
    }
    for reference in references(document):
        part: Any = document
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]
    refused = document["components"]["schemas"]["Refused"]
    assert list(refused["properties"]) == ["rule", "got", "try"]
    assert document["components"]["schemas"]["TranslateChoices"]["properties"]["beam"]["default"] == 5


def test_each_request_has_an_example_for_each_model_that_answers_it(document: dict[str, Any], asked: Asked) -> None:
    for verb in ("predict", "encode", "attend", "generate", "look"):
        post = document["paths"][f"/{verb}"]["post"]
        examples = post["requestBody"]["content"]["application/json"]["examples"]
        assert set(examples) == {model.name for model in asked.models.values() if verb in model.verbs}
        for name, example in examples.items():
            answer = asked.post(f"/{verb}", **example["value"])
            assert answer.status == 200, (verb, name, answer.body)


def test_events_are_described_one_by_one(document: dict[str, Any], asked: Asked) -> None:
    content = document["paths"]["/generate"]["post"]["responses"]["200"]["content"]
    schema = content["text/event-stream"]["itemSchema"]
    events = asked.post("/generate", model="generate", item="a", choices={"longest": 2}).events
    assert {name for name, _ in events} < set(schema["properties"]["event"]["enum"])


def test_refusals_have_documented_statuses(document: dict[str, Any]) -> None:
    told = set(document["paths"]["/predict"]["post"]["responses"])
    assert {"200", "400", "401", "404", "413", "415", "421", "422", "429", "503", "504"} <= told


def test_it_speaks_of_the_token_where_there_is_one(asked: Asked) -> None:
    from regard.serve.documented import document as documented
    from regard.serve.site import Site

    site = Site(asked.models, asked.server.worker, asked.server.limits)
    made = documented(build(site, lambda: (200, "ok"), token=True), token=True)
    assert made["security"] == [{"token": []}] and made["paths"]["/health"]["get"]["security"] == []
    assert Access(None, None).token is None and "security" not in json.dumps(asked.get("/openapi.json").json)
