"""Kinds of input by name: which class reads what, and with which options."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from regard.errors import unknown
from regard.inputs.base import Input


@dataclass(frozen=True)
class _Kind:
    """Where the class and the options of an input are, so that only the one asked for is imported."""

    module: str
    name: str


INPUTS = {
    "text": _Kind("regard.inputs.words", "Text"),
    "sound": _Kind("regard.inputs.sound", "Sound"),
    "image": _Kind("regard.inputs.image", "Image"),
    "graph": _Kind("regard.inputs.graph", "Graph"),
    "series": _Kind("regard.inputs.series", "Series"),
    "vectors": _Kind("regard.inputs.vectors", "Vector"),
    "story": _Kind("regard.inputs.story", "Story"),
}
"""`text` is `TextInput` with `TextOptions` of `regard.inputs.words`, and so on."""


def input_class(kind: str) -> type[Input]:
    """The class that reads this kind of item."""
    found: type[Input] = getattr(*_place(kind, "Input"))
    return found


def options_class(kind: str) -> type[Any]:
    """The dataclass of its options."""
    found: type[Any] = getattr(*_place(kind, "Options"))
    return found


def _place(kind: str, what: str) -> tuple[Any, str]:
    if kind not in INPUTS:
        raise unknown("input", kind, list(INPUTS))
    return import_module(INPUTS[kind].module), INPUTS[kind].name + what
