"""`Look`: what one look has seen, to be written as a page, a picture, a table or JSON."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regard.errors import OptionError
from regard.inspect.record import Record

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".html", ".json", ".csv", ".png", ".svg")


class Look:
    """What a model read for one item, and what that was worth; `record` holds all of it in plain arrays."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def to_json(self) -> dict[str, Any]:
        """All of it in JSON's types; numbers that are none are None."""
        from regard.inspect.written import as_json

        return as_json(self.record)

    def plot(self, call: str | None = None, head: int | None = None) -> "Figure":
        """A figure: one call's weights, and the evidence beside them.

        Args:
            call: its name; the last unless given.
            head: counted from 1; the mean of all unless given.

        Raises OptionError for a call or a head that is not there, MissingError without matplotlib.
        """
        from regard.inspect.plotting import figure_of_look

        return figure_of_look(self.record, call, head)

    def save(self, path: str | Path, *, call: str | None = None, head: int | None = None, language: str = "en") -> Path:
        """Write it; the suffix says how, and the path is returned.

        .html a page that needs no network; .json all of it; .csv one line a weight; .png and .svg one call's weights
        and the evidence, as `plot` draws them. The page is in a `language`, `en` or `zh`.

        Raises OptionError for another suffix, a folder that is not there, or as `plot` does.
        """
        path = Path(path)
        if path.suffix.lower() not in SUFFIXES:
            hint = f"{path.with_suffix('.html') if path.name else 'look.html'}, or {', '.join(SUFFIXES[1:])}"
            raise OptionError("look: a file is one of " + ", ".join(SUFFIXES), got=repr(str(path)), hint=hint)
        if not path.parent.is_dir():
            raise OptionError("look: the folder of the file must exist", got=str(path), hint=f"mkdir -p {path.parent}")
        match path.suffix.lower():
            case ".html":
                import_module("regard.inspect.page").write(self.record, path, language=language)
            case ".json" | ".csv":
                from regard.inspect.written import write_csv, write_json

                (write_json if path.suffix.lower() == ".json" else write_csv)(self.record, path)
            case _:
                from regard.inspect.plotting import save_figure

                save_figure(self.record, path, call, head)
        return path

    def _repr_html_(self) -> str:
        """The page in a frame of its own, as notebooks show it."""
        frame: str = import_module("regard.inspect.page").frame(self.record)
        return frame

    def __repr__(self) -> str:
        task, calls, difference = self.record.headline["task"], len(self.record.calls), self.record.difference
        return f"<Look: {task}, {calls} calls, captured = fast within {difference:.1e}>"
