"""What a request is refused with: a status, and the three lines as JSON."""

from dataclasses import dataclass

from regard.data.files import quoted, shown
from regard.errors import MissingError, RegardError

EXAMPLES = "GET /openapi.json has an example for each request"


class Refusal(RegardError):
    """A request that is not answered: `status` says why to programs, the three lines to people.

    `retry` is in how many seconds it is worth another try.
    """

    def __init__(self, status: int, rule: str, *, got: str, hint: str, retry: int | None = None) -> None:
        super().__init__(rule, got=got, hint=hint)
        self.status, self.retry = status, retry


@dataclass(frozen=True)
class Told:
    """A refusal as it leaves the server."""

    status: int
    body: dict[str, str]
    headers: dict[str, str]


def told(error: RegardError, private: str = "") -> Told:
    """The refusal of any error of the user's; the folder `private` is nobody's business, and is cut out of the text."""
    status = error.status if isinstance(error, Refusal) else 501 if isinstance(error, MissingError) else 422
    body = {"rule": error.rule, "got": error.got, "try": error.hint}
    if private:
        body = {name: text.replace(f"{private}/", "").replace(private, "") for name, text in body.items()}
    headers = {}
    if isinstance(error, Refusal) and error.retry is not None:
        headers["retry-after"] = str(error.retry)
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Told(status, body, headers)


def too_large(name: str, most: float, got: str, unit: str, hint: str) -> Refusal:
    """413, which names the limit as the flag that sets it."""
    return Refusal(413, f"request: at most {most:,} {unit} (limit {name})", got=got, hint=hint)


def unfit(what: str, got: object, hint: str = EXAMPLES) -> Refusal:
    """422 for JSON of another form than is asked for."""
    text = quoted(got, 80) if isinstance(got, str) else shown(repr(got)[:80])
    return Refusal(422, f"request: {what}", got=text, hint=hint)


FAULT = Refusal(
    500,
    "regard serve: the server must be able to answer",
    got="a fault of its own, which its log names",
    hint="tell whoever runs it at what time this was",
)
"""All that a client learns of what should not have happened."""
