"""An explanation written to a file: JSON, or one HTML page."""

import json
from pathlib import Path

from regard.errors import OptionError
from regard.folder.atomic import write_bytes
from regard.inspect.explain.steps import Explained


def write(explained: Explained, path: Path, lang: str, digits: int) -> Path:
    """Writes the form that the suffix names, whole or not at all."""
    check_destination(path)
    if path.suffix.lower() == ".json":
        text = json.dumps(explained.told(lang), ensure_ascii=False, indent=1) + "\n"
    else:
        from regard.inspect.explain.page import page

        text = page(explained, lang, digits)
    write_bytes(path, text.encode())
    return path


def check_destination(path: Path) -> None:
    """OptionError for a suffix that is not known, and for a folder that is not there."""
    if path.suffix.lower() not in (".json", ".html"):
        hint = f"{path.stem or 'steps'}.html, or {path.stem or 'steps'}.json"
        raise OptionError("explain: a file's suffix says its form, .json or .html", got=repr(str(path)), hint=hint)
    if not path.parent.is_dir():
        raise OptionError("explain: the folder must be there", got=str(path.parent), hint="make it, or name another")
