"""The one door to pairs of texts in files: which reader, by what was given and how the files are called."""

from collections.abc import Callable, Sequence
from pathlib import Path

from regard.data.files import open_bytes, shown
from regard.data.jsonl import read_jsonl
from regard.data.pairs import Pairs
from regard.data.parallel import read_parallel
from regard.data.tables import Column, read_csv, read_tsv
from regard.errors import DataError, OptionError

READERS: dict[str, Callable[..., Pairs]] = {".tsv": read_tsv, ".csv": read_csv, ".jsonl": read_jsonl}
FORMS = "one .tsv, .csv or .jsonl file, or two parallel files, each plain or .gz"


def read_pairs(
    data: str | Path | Sequence[str | Path] | None = None,
    *,
    source: str | Path | None = None,
    target: str | Path | None = None,
    x: Column = None,
    y: Column = None,
    encoding: str = "utf-8",
    blank: str = "error",
) -> Pairs:
    """Pairs of texts from one table (.tsv, .csv, .jsonl) or two parallel files, each plain or .gz.

    `data` is the table or the two files; `source` and `target` are the two files by name. `x` and `y` choose
    columns or keys of a table. blank="skip" leaves out pairs with a blank side and counts them in `skipped`.
    Raises OptionError where arguments contradict, DataError with path and line where a file cannot be read.
    """
    if data is not None and (source is not None or target is not None):
        hint = "keep one of the two ways"
        raise OptionError("data: give files or source and target", got="both", hint=hint)
    if data is None:
        files = _two(source, target)
    else:
        files = [Path(data)] if isinstance(data, str | Path) else [Path(each) for each in data]
    if len(files) == 1:
        keys = {"x": x, "y": y}
        return _reader(files[0])(files[0], **keys, encoding=encoding, blank=blank)
    _check_parallel(files, x, y)
    return read_parallel(*files, encoding=encoding, blank=blank)


def kind_of(path: Path) -> str:
    """The suffix that tells a file's format, without .gz: `train.TSV.gz` is a .tsv."""
    return Path(path.stem if path.suffix.lower() == ".gz" else path.name).suffix.lower()


def _two(source: str | Path | None, target: str | Path | None) -> list[Path]:
    """The two parallel files given by name."""
    if source is not None and target is not None:
        return [Path(source), Path(target)]
    if source is None and target is None:
        raise OptionError("data: there must be something to read", got="no files", hint=FORMS)
    given, other = ("source", "target") if target is None else ("target", "source")
    hint = f"add --{other} FILE, whose line 17 belongs to line 17 of the {given}"
    raise OptionError("source, target: both are needed", got=f"only the {given}", hint=hint)


def _reader(path: Path) -> Callable[..., Pairs]:
    """The reader for one file, by its suffix."""
    if kind_of(path) in READERS:
        return READERS[kind_of(path)]
    open_bytes(path).close()
    raise DataError(
        f"{shown(path)}: one file must be a .tsv, .csv or .jsonl table",
        got=f"the suffix {kind_of(path)!r}" if kind_of(path) else "no suffix",
        hint="rename it if it is one of these; of two parallel files, name both",
    )


def _check_parallel(files: Sequence[Path], x: Column, y: Column) -> None:
    """Raises unless these are two different files of lines, and no columns were asked for."""
    names = " ".join(map(shown, files)) or "no files"
    if len(files) != 2:
        raise OptionError("data: one or two files", got=names, hint=FORMS)
    tables = [shown(path) for path in files if kind_of(path) in READERS]
    if tables:
        rule = "data: a table holds both sides, so it comes alone"
        raise OptionError(rule, got=names, hint=f"read {tables[0]} alone; for validation there is --valid")
    if x is not None or y is not None:
        hint = "leave them out, or give one .tsv, .csv or .jsonl file"
        raise OptionError("x, y: choose columns of a table", got=f"parallel files {names}", hint=hint)
    if _same(*files):
        hint = "name the other language's file"
        raise OptionError("data: source and target must be two files", got=f"{names}, the same", hint=hint)


def _same(one: Path, other: Path) -> bool:
    """Whether two names lead to one file; what cannot be opened is for the readers to refuse."""
    try:
        return one == other or one.samefile(other)
    except (OSError, ValueError):
        return False
