"""How texts and their answers lie in files: what a user may say where the files do not tell."""

from dataclasses import dataclass, fields

from regard.data.tables import Column


@dataclass(frozen=True)
class TextLayout:
    """Choices for reading labelled texts; what is left out follows from the files.

    Attributes:
        format: auto, table, json, spans, conllu, columns, fasttext, label-first or lines; see door.py.
        x: column or key of the texts, by name or by number from 1.
        y: column or key of the answers.
        groups: column or key of the groups, of which a split must not part any.
        part: of a JSON document with lists by name, the one to read, or several joined by +.
        label_separator: for label-first: a class ends where this first stands in it.
        encoding: of the files.
        blank: "error", or "skip" to leave out and count items without text or answer.
    """

    format: str = "auto"
    x: Column = None
    y: Column = None
    groups: Column = None
    part: str | None = None
    label_separator: str | None = None
    encoding: str = "utf-8"
    blank: str = "error"

    def given(self) -> dict[str, object]:
        """What was chosen, besides what every format understands.

        >>> TextLayout(x="text", blank="skip").given()
        {'x': 'text'}
        """
        own = (field.name for field in fields(self) if field.name not in ("format", "encoding", "blank"))
        return {name: getattr(self, name) for name in own if getattr(self, name) is not None}
