"""Names of encodings, and in which one a refused file was probably written."""

import codecs
import re

from regard.data.files import quoted
from regard.errors import OptionError, nearest

COMMON = (
    *("utf-8", "utf-16", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"),
    *("latin-1", "cp1252", "cp1251", "koi8-r"),
)
# Python calls these text encodings too; they are ways to spell text in other text.
NOT_FOR_FILES = {"utf-7", "idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape"}
# Where each encoding keeps its punctuation, its syllables and its everyday characters: first, second byte.
EVERYDAY = {
    "euc-kr": re.compile(rb"[\xa1\xb0-\xc8][\xa1-\xfe]"),
    "euc-jp": re.compile(rb"[\xa1\xa4\xa5\xb0-\xcf][\xa1-\xfe]"),
    "gb18030": re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]"),
    "big5": re.compile(rb"[\xa1\xa4-\xc6][\x40-\xfe]"),
    "shift_jis": re.compile(rb"[\x81-\x83\x88-\x97][\x40-\xfc]"),
}
BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
BESIDE_LETTERS = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
PACKED = {
    b"\x1f\x8b": "it is gzip data: give it a name that ends in .gz",
    b"PK\x03\x04": "it is a zip archive or an office document: unpack it, or export it as .tsv",
    b"BZh": "it is bzip2 data: unpack it with bunzip2",
    b"\xfd7zXZ": "it is xz data: unpack it with unxz",
    b"\x28\xb5\x2f\xfd": "it is zstd data: unpack it with unzstd",
    b"%PDF": "it is a PDF: export its text first",
}
SAMPLE, LIKELY = 4_096, 0.8


def known_encoding(encoding: str) -> str:
    """The canonical name. Raises OptionError for an encoding that Python lacks or that files are not in."""
    try:
        "a".encode(encoding)
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    if not name or name in NOT_FOR_FILES:
        hint = nearest(encoding, COMMON)
        raise OptionError("encoding: must be one that text files are in", got=quoted(encoding), hint=hint)
    return name


def advice(sample: bytes, encoding: str, *, otherwise: str) -> str:
    """What to do about bytes that `encoding` cannot read, for the last line of an error."""
    for magic, what in PACKED.items():
        if sample.startswith(magic):
            return what
    guesses = likely_encodings(sample, besides=encoding)[:2]
    return "; ".join(f"--encoding {name} reads {quoted(text, 16)}" for name, text in guesses) or otherwise


def likely_encodings(sample: bytes, besides: str = "") -> list[tuple[str, str]]:
    """Encodings that read a sample as plausible text, best first, each with the line it reads beyond ASCII.

    >>> likely_encodings("你好，世界".encode("gb18030"))
    [('gb18030', '你好，世界')]
    """
    sample = sample[:SAMPLE]
    scores = {name: _score(sample, name) for name in _candidates(sample) if name != besides}
    best = sorted((name for name in scores if scores[name] > LIKELY), key=lambda name: -scores[name])
    return [(name, _glimpse(_decoded(sample, name) or "")) for name in best]


def _candidates(sample: bytes) -> tuple[str, ...]:
    """The encodings to try; of two that explain a sample equally well, the first is named first."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if min(even, odd) == 0 and max(even, odd) > len(sample) / 4:
        return ("utf-16-be" if even else "utf-16-le",)
    if len(b"".join(UTF8.findall(sample))) > len(BEYOND_ASCII.findall(sample)) / 2:
        return ("utf-8",)
    latin = "cp1252" if re.search(rb"[\x80-\x9f]", sample) else "latin-1"
    return (latin, *EVERYDAY)


def _score(sample: bytes, encoding: str) -> float:
    """How much of what lies beyond ASCII is what this encoding is mostly used for: 0 to 1."""
    text = _decoded(sample, encoding)
    if text is None:
        return 0.0
    if encoding.startswith("utf"):
        return 1.0
    beyond = [character.encode(encoding) for character in text if not character.isascii()]
    if encoding in EVERYDAY:
        everyday = sum(EVERYDAY[encoding].fullmatch(code) is not None for code in beyond)
    else:
        everyday = len(BESIDE_LETTERS.findall(sample))
    return everyday / max(len(beyond), 1)


def _decoded(sample: bytes, encoding: str) -> str | None:
    """The sample read in an encoding, or None; a character that the sample's end cuts in two is let go."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return None


def _glimpse(text: str) -> str:
    """The first line of a text that has anything beyond ASCII, or else the first."""
    lines = text.removeprefix("\ufeff").splitlines() or [""]
    return next((line.strip() for line in lines if not line.isascii()), lines[0].strip())
