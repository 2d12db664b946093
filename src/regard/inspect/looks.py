"""`Look`: what one look has seen, to be written as a page, a picture, a table or JSON."""

from collections.abc import Sequence
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
        path = _checked(Path(path), SUFFIXES)
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


def save_several(records: Sequence[Record], path: str | Path, kind: str, language: str = "en") -> Path:
    """Several looks at one item in one file, .html or .json, whose path is returned; `kind` is `compare` or `film`.

    Raises OptionError for another suffix, or a folder that is not there.
    """
    path = _checked(Path(path), SUFFIXES[:2])
    if path.suffix.lower() == ".html":
        import_module("regard.inspect.page").write(records, path, language=language, kind=kind)
    else:
        from regard.inspect.written import write_json

        write_json(records, path)
    return path


def _checked(path: Path, suffixes: Sequence[str]) -> Path:
    if path.suffix.lower() not in suffixes:
        hint = f"{path.with_suffix('.html') if path.name else 'look.html'}, or {', '.join(suffixes[1:])}"
        raise OptionError("look: a file is one of " + ", ".join(suffixes), got=repr(str(path)), hint=hint)
    if not path.parent.is_dir():
        raise OptionError("look: the folder of the file must exist", got=str(path), hint=f"mkdir -p {path.parent}")
    return path
