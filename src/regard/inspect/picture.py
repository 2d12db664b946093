"""A heat map as a picture: checked, its fonts chosen, and written as PNG or SVG."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from regard.errors import OptionError, missing
from regard.inspect.figure import DOTS, MOST_TOKENS, Drawing, figure_of
from regard.inspect.fonts import Cover, cover, to_install

ONE_AT_A_TIME = Lock()


def write(drawing: Drawing, path: Path) -> Path:
    """Draw and save; the suffix decides the format. See `regard.inspect.alignment.save` for the errors."""
    _check(drawing, path)
    if find_spec("matplotlib") is None:
        raise missing("a picture of an alignment", "matplotlib", "plot")
    fonts = cover("".join([*drawing.source, *drawing.target, drawing.title]))
    if fonts.lacking and path.suffix.lower() == ".png":
        _save(drawing, fonts, beside := path.with_suffix(".svg"))
        shown = ", ".join(f"{character} (U+{ord(character):04X})" for character in fonts.lacking[:5])
        more = f" and {len(fonts.lacking) - 5} more" if len(fonts.lacking) > 5 else ""
        raise OptionError(
            f"save: a PNG needs a font with every character, and none of the installed has {shown}{more}",
            got=f"{path}; instead {beside} was written, which keeps text as text",
            hint=f"open the SVG, or install a font and save again: {to_install(fonts.lacking)}",
        )
    return _save(drawing, fonts, path)


def _check(drawing: Drawing, path: Path) -> None:
    if path.suffix.lower() not in {".png", ".svg"}:
        raise OptionError(
            "save: a picture is a .png or an .svg",
            got=str(path),
            hint=f"{path.with_suffix('.png')}, or {path.with_suffix('.svg')} to keep text as text",
        )
    if not path.parent.is_dir():
        raise OptionError("save: the folder of the picture must exist", got=str(path), hint=f"mkdir -p {path.parent}")
    across, down = len(drawing.source), len(drawing.target)
    if max(across, down) > MOST_TOKENS:
        raise OptionError(
            f"save: a picture shows at most {MOST_TOKENS} tokens on each side, for more cannot be read",
            got=f"{across} source tokens, {down} target tokens",
            hint="draw a part: Alignment(source[:100], target[:100], weights[:100, :100]); or use as_json",
        )


def _save(drawing: Drawing, fonts: Cover, path: Path) -> Path:
    with drawn_with(fonts):
        suffix = path.suffix.lower().removeprefix(".")
        metadata = {"Date": None} if suffix == "svg" else {}
        figure_of(drawing).savefig(path, format=suffix, dpi=DOTS, metadata=metadata)
    return path


@contextmanager
def drawn_with(fonts: Cover) -> Iterator[None]:
    """Within this block matplotlib draws with these fonts, text as text, the same bytes every time; one at a time."""
    from matplotlib import style

    families = [*fonts.families, "sans-serif"] if fonts.lacking else fonts.families
    settings = {
        "font.family": families,
        "text.parse_math": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "regard",
    }
    with ONE_AT_A_TIME, style.context(["default", settings]), _quiet(bool(fonts.lacking)):
        yield


@contextmanager
def _quiet(lacking: bool) -> Iterator[None]:
    """What matplotlib says of odd font weights helps nobody; what it says of lacking glyphs is known."""
    logger = logging.getLogger("matplotlib.font_manager")
    level = logger.level
    logger.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        if lacking:
            warnings.filterwarnings("ignore", message=r"Glyph \d+", category=UserWarning)
        try:
            yield
        finally:
            logger.setLevel(level)
