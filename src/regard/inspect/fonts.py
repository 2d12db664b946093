"""Which installed fonts together have a glyph for every character, and what to install where none has."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.font_manager import FontEntry

BASE = "DejaVu Sans"  # comes with matplotlib
NOT_FOR_TEXT = re.compile(r"STIX|cm(r|ss|tt|mi|sy|ex|b)10|Wingdings|Webdings|Symbol$|Last ?Resort|\.")

KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
EAST_ASIAN = re.compile(r"[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\uffef\U00020000-\U0003ffff]")
PICTURES = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")

JAPANESE_FONTS = ("Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", "Meiryo", "IPAGothic")
KOREAN_FONTS = ("Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", "NanumGothic")
CHINESE_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Hiragino Sans GB"),
    *("Microsoft YaHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Sans CJK JP"),
)

INSTALL = {
    EAST_ASIAN: "apt install fonts-noto-cjk (Debian, Ubuntu), "
    "brew install --cask font-noto-sans-cjk (macOS), "
    "the optional feature Chinese Supplemental Fonts or Microsoft YaHei (Windows)",
    PICTURES: "apt install fonts-symbola (Debian, Ubuntu), Noto Emoji from fonts.google.com/noto (macOS, Windows)",
    re.compile("."): "apt install fonts-noto-core (Debian, Ubuntu), "
    "the Noto Sans of that script from fonts.google.com/noto (macOS, Windows)",
}


class Cover(NamedTuple):
    """Font families to draw with, in order, and the characters of which none of the installed has a glyph."""

    families: list[str]
    lacking: str


def cover(text: str) -> Cover:
    """The fonts for a text: the base font, and others until no glyph is wanting.

    Takes milliseconds. Fonts installed after matplotlib made its list are found too.
    """
    wanted = set(text) - {" ", "\n"}
    families = []
    for name, entry in _fonts(text):
        found = _found(entry, wanted)
        if found or name == BASE:
            families.append(name)
        wanted -= found
        if not wanted:
            break
    return Cover(families, "".join(sorted(wanted)))


def to_install(lacking: str) -> str:
    """The packages, by operating system, that have glyphs for these characters."""
    needed = []
    for character in lacking:
        font = next(font for script, font in INSTALL.items() if script.match(character))
        needed += [font] if font not in needed else []
    return "; and ".join(needed)


def _fonts(text: str) -> Iterator[tuple[str, "FontEntry"]]:
    """Every upright text font, the likeliest first; at the end those that matplotlib does not know yet."""
    known = _upright()
    names = [
        BASE,
        *(JAPANESE_FONTS if KANA.search(text) else ()),
        *(KOREAN_FONTS if HANGUL.search(text) else ()),
    ]
    names += [*CHINESE_FONTS, *JAPANESE_FONTS, *KOREAN_FONTS, *sorted(known, key=_rank)]
    yield from ((name, known[name]) for name in dict.fromkeys(names) if name in known)
    _add_new_fonts()
    fresh = _upright()
    yield from ((name, fresh[name]) for name in sorted(fresh.keys() - known.keys(), key=_rank))


def _rank(name: str) -> tuple[bool, str]:
    return not name.startswith("Noto Sans"), name


def _upright() -> dict[str, "FontEntry"]:
    """Of each family the entry that matplotlib takes for text that is neither bold nor slanted."""
    from matplotlib.font_manager import fontManager

    best: dict[str, FontEntry] = {}
    for entry in fontManager.ttflist:
        plain = entry.style == "normal" and entry.size == "scalable" and not NOT_FOR_TEXT.match(entry.name)
        if plain and (entry.name not in best or _boldness(entry) < _boldness(best[entry.name])):
            best[entry.name] = entry
    return best


def _boldness(entry: "FontEntry") -> int:
    return abs(int(entry.weight) - 400) if str(entry.weight).isdigit() else 0


def _found(entry: "FontEntry", characters: set[str]) -> set[str]:
    from matplotlib.ft2font import FT2Font

    try:
        place = getattr(entry, "index", 0)  # in a collection; before matplotlib 3.11 always the first
        font = FT2Font(entry.fname, face_index=place) if place else FT2Font(entry.fname)
    except (OSError, RuntimeError):
        return set()
    return {character for character in characters if font.get_char_index(ord(character))}


def _add_new_fonts() -> None:
    from matplotlib.font_manager import findSystemFonts, fontManager

    for path in set(findSystemFonts()) - {entry.fname for entry in fontManager.ttflist}:
        with suppress(Exception):  # a damaged font file is no reason to draw nothing
            fontManager.addfont(path)
