"""Every word of the page, in each of its languages: one table, words.json, that the scripts read too."""

import json
from importlib.resources import files

from regard.errors import OptionError, nearest

LANGUAGES = {"en": "English", "zh": "中文"}


def words(language: str) -> dict[str, str]:
    """The words of one language by name; `{0}`, `{1}` stand for what is filled in. OptionError for another language."""
    if language not in LANGUAGES:
        raise OptionError(
            f"page: the language is {' or '.join(LANGUAGES)}",
            got=f"language={language!r}",
            hint=nearest(language, LANGUAGES) if language else "en",
        )
    table = json.loads(files("regard.inspect.page").joinpath("words.json").read_text(encoding="utf-8"))
    return {name: every[list(LANGUAGES).index(language)] for name, every in table.items()}
