"""What a server bears: each limit has a name, which the refusal that it leads to names."""

from dataclasses import asdict, dataclass

from regard.errors import OptionError

BODIES = 16
"""So many bodies of the largest size may be held at once, by requests that are read, wait or are computed."""
CHARACTERS = 16
"""A text may have so many times as many characters as tokens."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Numbers that no request, and not all of them together, may pass.

    Attributes:
        body: bytes of a request's body, and of a page of /look.
        items: items of a request.
        length: tokens or vectors of an item, and tokens of an answer.
        total: tokens or vectors of all items of a request.
        numbers: numbers in an answer of /encode, /attend and /look.
        waiting: items that wait to be computed, of all requests.
        streams: texts that are told token by token, at once.
        together: items that are computed together, across requests.
        connections: open connections.
        timeout: seconds that a body may take to come, and again an answer, from then on.
        drain: seconds that accepted requests are given to end, once the server is told to stop.
    """

    body: int = 8 << 20
    items: int = 256
    length: int = 4_096
    total: int = 65_536
    numbers: int = 250_000
    waiting: int = 1_024
    streams: int = 32
    together: int = 64
    connections: int = 512
    timeout: float = 60.0
    drain: float = 30.0

    def __post_init__(self) -> None:
        """Raises OptionError for a limit of nothing, or one that no full request could keep to."""
        for name, value in asdict(self).items():
            if not value > 0:
                raise OptionError(f"--{name}: is above 0", got=str(value), hint="leave it out")
        if self.items > self.waiting:
            got = f"--items {self.items} --waiting {self.waiting}"
            rule = "--waiting: must have room for one whole request"
            raise OptionError(rule, got=got, hint=f"--waiting {self.items}")

    def told(self) -> dict[str, float]:
        """All of them, by name."""
        return {**asdict(self), "characters": self.characters}

    @property
    def characters(self) -> int:
        """Most characters of a text."""
        return CHARACTERS * self.length
