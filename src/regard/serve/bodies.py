"""The bodies of requests, by the names that JSON and forms use."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str | None, Field(description="which model; needed where several are served")]
Items = Annotated[list[Any], Field(description="what is asked about; docs/serving.md shows an item of each kind")]
Chosen = Annotated[dict[str, Any], Field(description="named choices of the model's kind")]


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


class GenerateBody(Body):
    """`POST /generate`."""

    item: Annotated[str, Field(description="how the text begins; it may hold line ends")] = ""
    choices: Chosen = {}
