"""The bodies of requests, by the names that JSON and forms use."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str | None, Field(description="which model; needed where several are served")]
Items = Annotated[list[Any], Field(description="what is asked about; docs/serving.md shows an item of each kind")]
Chosen = Annotated[dict[str, Any], Field(description="named choices of the model's kind")]

MOST_OUT = 4_096
"""Heads, or positions, that a request may put out of use."""


class Body(BaseModel):
    """Any of them: a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    model: Name = None


class PredictBody(Body):
    """`POST /predict`."""

    items: Items
    choices: Chosen = {}


class EncodeBody(Body):
    """`POST /encode`."""

    items: Items
    each: Annotated[bool, Field(description="every vector of an item in its context, not one for the whole")] = False


class AttendBody(Body):
    """`POST /attend`."""

    items: Items
    targets: Annotated[
        list[str] | None,
        Field(description="a target for each item to look at; else the model's own", fail_fast=True),
    ] = None
    top: Annotated[int | None, Field(ge=1, description="only so many greatest weights of each row")] = None
    choices: Chosen = {}


class HeadOut(BaseModel):
    """A head whose output is zero."""

    model_config = ConfigDict(extra="forbid", strict=True)

    call: Annotated[str, Field(max_length=200, description="as the record names it")]
    head: Annotated[int, Field(ge=1, description="counted from 1")]


class LookBody(Body):
    """`POST /look`."""

    item: Annotated[Any, Field(description="one item, as /predict takes several")]
    target: Annotated[
        str | None, Field(description="what is explained in place of the model's own answer: a class, a text, a number")
    ] = None
    without: Annotated[
        list[HeadOut], Field(max_length=MOST_OUT, fail_fast=True, description="heads whose output is zero")
    ] = []
    hide: Annotated[
        list[Annotated[int, Field(ge=1)]],
        Field(max_length=MOST_OUT, fail_fast=True, description="positions, from 1, that nobody may read by attention"),
    ] = []
    evidence: Annotated[bool, Field(description="whether evidence is measured; not with hidden positions")] = False
    form: Annotated[
        Literal["json", "html", "both"],
        Field(alias="as", description="a record, the page alone, or the page beside the answers; else by Accept"),
    ] = "json"


class RecallBody(Body):
    """`POST /recall`."""

    items: Items
    top: Annotated[int, Field(ge=1, le=100, description="entries that are shown of each answer, or token")] = 3
    choices: Chosen = {}


ComesFrom = Annotated[
    str, Field(min_length=1, max_length=200, description="where it comes from, by which it is forgotten again")
]


class RememberBody(Body):
    """`POST /remember`."""

    items: Items
    answers: Annotated[
        list[Any] | None,
        Field(description="one for each item: a target, a class, a label for every vector; of a generator none"),
    ] = None
    name: ComesFrom


class ForgetBody(Body):
    """`POST /forget`."""

    name: ComesFrom


class GenerateBody(Body):
    """`POST /generate`."""

    item: Annotated[str, Field(description="how the text begins; it may hold line ends")] = ""
    choices: Chosen = {}
