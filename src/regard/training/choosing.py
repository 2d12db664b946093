"""From what somebody chose to the options it goes to."""

from dataclasses import fields
from typing import Any


def chosen(config: Any, kind: type) -> dict[str, Any]:
    """The choices that somebody made, of those that the options of this kind hold."""
    values = {field.name: getattr(config, field.name, None) for field in fields(kind)}
    return {name: value for name, value in values.items() if value is not None}
