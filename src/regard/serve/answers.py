"""What goes back, by name: for the OpenAPI document."""

from typing import Annotated, Any

from pydantic import BaseModel, Field


class Refused(BaseModel):
    """Why a request is not answered: which rule, what came, what to do next."""

    rule: str
    got: str
    hint: Annotated[str, Field(alias="try")]


class Health(BaseModel):
    """`ok`, `draining` while the server ends, `broken` where nothing is computed any more."""

    status: str


class Models(BaseModel):
    """What is served, and the limits by name."""

    models: list[dict[str, Any]]
    limits: dict[str, float]


class Predictions(BaseModel):
    """A record for each item: `prediction`, and what is known beside it; several under `candidates`."""

    model: str
    predictions: list[dict[str, Any]]


class Vectors(BaseModel):
    """For each item a vector, or a list of them, of blank texts null."""

    model: str
    vectors: list[list[Any] | None]


class Readings(BaseModel):
    """For each item its pieces, those of its translation, and `weights` (q, k), or the `top` of each row."""

    model: str
    readings: list[dict[str, Any]]
