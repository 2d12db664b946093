"""What a request may choose, by kind of model: the flags of `regard predict`, under the same names."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from regard.decoding.beam import Search
from regard.decoding.growing import STEEPEST
from regard.decoding.sampling import Sampling
from regard.errors import nearest
from regard.serve.refusals import EXAMPLES, Refusal, unfit

WIDEST = 64
Model = TypeVar("Model", bound=BaseModel)


class Choices(BaseModel):
    """Comparable, so that requests which choose the same can be computed together."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class TranslateChoices(Choices):
    """How a translator searches."""

    beam: Annotated[int, Field(ge=1, le=WIDEST, description="hypotheses kept; 1 is greedy")] = Search.beam
    n_best: Annotated[int, Field(ge=1, le=WIDEST, description="targets for each item, at most the beam")] = 1
    length_penalty: Annotated[
        float, Field(ge=-STEEPEST, le=STEEPEST, description="exponent of the length that scores are divided by")
    ] = Search.length_penalty
    longest: Annotated[int, Field(ge=0, description="most tokens of a target; 0 is as many as predict allows")] = 0


class AnswerChoices(Choices):
    """When a classifier says that it does not know."""

    unknown_below: Annotated[float, Field(ge=0, le=1, description="answer `unknown` below this probability")] = 0.0
    unknown: Annotated[str, Field(max_length=100, description="what is answered then")] = "unknown"


class GenerateChoices(Choices):
    """How a generator draws."""

    temperature: Annotated[float, Field(ge=0, description="above 1 draws unlikelier tokens more often; 0: none")] = (
        Sampling.temperature
    )
    top_k: Annotated[int, Field(ge=0, description="draw from so many likeliest tokens alone; 0 is all")] = (
        Sampling.top_k
    )
    top_p: Annotated[float, Field(gt=0, le=1, description="draw from the fewest tokens of this probability")] = (
        Sampling.top_p
    )
    seed: Annotated[int, Field(ge=0, le=2**63 - 1, description="the same seed draws the same again")] = Sampling.seed
    longest: Annotated[int, Field(ge=1, description="most tokens that are drawn")] = Sampling.longest
    lines: Annotated[int | None, Field(ge=0, description="end after so many line ends; 0 is never")] = None


def fitted(kind: type[Model], given: dict[str, Any], what: str) -> Model:
    """The object, each field of its type. Raises Refusal that names the field, or the nearest of an unknown name."""
    names = [field.alias or name for name, field in kind.model_fields.items()]
    if (strange := next((name for name in given if name not in names), None)) is not None:
        raise unfit(f"{what}: no such name", strange, nearest(strange[:40], names))
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][-1]) if first["loc"] else ""
    if first["type"] == "missing":
        raise Refusal(422, f"request: {what}: needs {name}", got="none", hint=EXAMPLES)
    place = ".".join(map(str, first["loc"]))
    raise unfit(f"{what}: {place + ': ' if place else ''}{first['msg'][0].lower()}{first['msg'][1:]}", first["input"])
