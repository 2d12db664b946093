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


class Looked(BaseModel):
    """The headline without the changes and with them, what is `said` of the first answer, and what can be changed.

    `record` holds all that was seen, as `regard look` writes it; `page` stands in its place where asked for.
    """

    model: str
    before: dict[str, str]
    after: dict[str, str]
    said: list[dict[str, Any]]
    heads: dict[str, int]
    positions: list[str]
    record: dict[str, Any] | None = None
    page: str | None = None


class Remembered(BaseModel):
    """How many items there were, how many of them were new, and how many entries the memory has now."""

    model: str
    items: int
    new: int
    entries: int


class Forgotten(BaseModel):
    """How many entries were deleted, and how many there are still."""

    model: str
    forgotten: int
    entries: int


class Readings(BaseModel):
    """For each item its pieces, those of its translation, and `weights` (q, k), or the `top` of each row.

    Of `/recall` the answer, and for each token, class or label of it `share`, what the memory had in it, and `entries`.
    """

    model: str
    readings: list[dict[str, Any]]
