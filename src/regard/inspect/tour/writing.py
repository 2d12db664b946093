"""The tour written to files: the pages of docs/tour, and one chapter as a notebook."""

import json
from pathlib import Path

from regard.errors import OptionError
from regard.folder.atomic import write_bytes
from regard.inspect.tour import glossary
from regard.inspect.tour.pages import SAYS, SUFFIX, file_name, index, notebook, page
from regard.inspect.tour.source import LANGUAGES, Chapter, chapters


def all_pages() -> dict[str, str]:
    """Every page of docs/tour by its file's name."""
    pages = {}
    for lang in LANGUAGES:
        pages[f"README{SUFFIX[lang]}"] = index(lang)
        pages[f"glossary{SUFFIX[lang]}"] = f"<!-- {SAYS[lang]['made']} -->\n\n{glossary.markdown(lang)}"
        pages |= {file_name(chapter, lang): page(chapter, lang) for chapter in chapters()}
    return pages


def write_docs(folder: Path) -> int:
    """Writes every page into a folder; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in all_pages().items():
        write_bytes(folder / name, text.encode())
    return len(all_pages())


def write_notebook(chapter: Chapter, lang: str, path: Path) -> Path:
    """Writes a chapter as a notebook. OptionError for another suffix, and for a folder that is not there."""
    if path.suffix != ".ipynb":
        hint = f"--notebook {path.stem or 'chapter'}.ipynb"
        raise OptionError("regard tour: --notebook names an .ipynb file", got=repr(str(path)), hint=hint)
    if not path.parent.is_dir():
        raise OptionError(
            "regard tour: the folder must be there", got=str(path.parent), hint="make it, or name another"
        )
    write_bytes(path, (json.dumps(notebook(chapter, lang), ensure_ascii=False, indent=1) + "\n").encode())
    return path
