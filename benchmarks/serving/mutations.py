"""Damage, drawn: one to four changes to one of the files, of bytes, of numbers, of lines, or of JSON's own parts."""

import gzip
import json
import random
from collections.abc import Callable
from typing import Any

from benchmarks.serving.seeds import Files

WHOLE = (0, 1, 2, 127, 128, 255, 256, 32_767, 32_768, 65_535, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)
WORDS = (
    *(b"0", b"-1", b"1e999", b"nan", b"-inf", b"99999999999999999999", b"0x10", b"1" * 5_000, b"1_000", b"\xd9\xa3"),
    *(b"", b" ", b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\r", b"\r\n", b"\n", b"\t", b","),
    *(b'"', b"'", b"{", b"[" * 2_000, b"null", b"true", b"../", b"/", b"a" * 3_000, b"\xcc\x81", b"\xf0\x9f\x98\x80"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1, 2, 7, 2**31, 2**64, 10**30, 0.5, 1e308, "", "a", "\0", "é" * 50, "transformer", "none"),
    *([], [None], [[]], {}, {"a": 1}, [1] * 300, "x" * 4_000, -(2**63), [[0.1], [2]]),
)


def damaged(files: Files, chosen: random.Random) -> Files:
    """The same with one file changed; one in fifty stays as it is, one file in fifty is gone or empty.

    Files whose names begin with _ tell how the others are sent, and are left alone.
    """
    found = dict(files)
    name = chosen.choice(sorted(each for each in found if each[0] != "_"))
    draw = chosen.random()
    if draw < 0.02:
        return found
    if draw < 0.03:
        del found[name]
        return found
    if draw < 0.04:
        return {**found, name: b""}
    packed = name.endswith(".gz") and chosen.random() < 0.7
    content = gzip.decompress(found[name]) if packed else found[name]
    for _ in range(chosen.choice((1, 1, 2, 4))):
        content = _changed(content, chosen)
    return {**found, name: gzip.compress(content, mtime=0) if packed else content}


def _changed(content: bytes, chosen: random.Random) -> bytes:
    if content[:1] in (b"{", b"[") and chosen.random() < 0.6 and (edited := _edited(content, chosen)) is not None:
        return edited
    return chosen.choice(CHANGES)(content, chosen)


def _place(content: bytes, chosen: random.Random) -> int:
    """Anywhere, but twice as often within the first bytes, where headers stand."""
    return chosen.randrange(min(len(content), 80) if chosen.random() < 0.5 else len(content)) if content else 0


def _bit(content: bytes, chosen: random.Random) -> bytes:
    at = _place(content, chosen)
    return content[:at] + bytes(each ^ (1 << chosen.randrange(8)) for each in content[at : at + 1]) + content[at + 1 :]


def _byte(content: bytes, chosen: random.Random) -> bytes:
    at = _place(content, chosen)
    return content[:at] + bytes([chosen.choice((0, 1, 0x7F, 0x80, 0xFF, chosen.randrange(256)))]) + content[at + 1 :]


def _number(content: bytes, chosen: random.Random) -> bytes:
    """A whole number of some width, either way round."""
    at, width = _place(content, chosen), chosen.choice((2, 4, 8))
    value = chosen.choice(WHOLE) % (1 << 8 * width)
    return content[:at] + value.to_bytes(width, chosen.choice(("little", "big"))) + content[at + width :]


def _cut(content: bytes, chosen: random.Random) -> bytes:
    return content[: _place(content, chosen)]


def _removed(content: bytes, chosen: random.Random) -> bytes:
    at = _place(content, chosen)
    return content[:at] + content[at + chosen.randint(1, 16) :]


def _twice(content: bytes, chosen: random.Random) -> bytes:
    at, size = _place(content, chosen), chosen.randint(1, 64)
    return content[: at + size] + content[at : at + size] * chosen.choice((1, 1, 20)) + content[at + size :]


def _inserted(content: bytes, chosen: random.Random) -> bytes:
    at = _place(content, chosen)
    new = chosen.choice(WORDS) if chosen.random() < 0.8 else chosen.randbytes(chosen.randint(1, 32))
    return content[:at] + new + content[at + chosen.choice((0, len(new))) :]


def _word(content: bytes, chosen: random.Random) -> bytes:
    """A field of a text becomes something else."""
    separator = chosen.choice((b" ", b",", b"\t", b"\n", b":"))
    fields = content.split(separator)
    fields[chosen.randrange(len(fields))] = chosen.choice(WORDS)
    return separator.join(fields)


def _lines(content: bytes, chosen: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    at = chosen.randrange(len(lines) or 1)
    match chosen.randrange(4):
        case 0:
            chosen.shuffle(lines)
        case 1:
            lines[at:at] = lines[at : at + 1] * 3
        case 2:
            del lines[at : at + 1]
        case _:
            lines[at:at] = [b"\n"]
    return b"".join(lines)


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_bit, _byte, _number, _cut, _removed, _twice, _inserted, _word, _lines),
)


def _edited(content: bytes, chosen: random.Random) -> bytes | None:
    """A part of a JSON value taken away, doubled or replaced; None for what is no JSON."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    _edit(value, chosen)
    return json.dumps(value).encode()


def _edit(value: Any, chosen: random.Random) -> None:
    """Goes down until it stops somewhere."""
    while isinstance(value, dict | list) and value:
        key = chosen.choice(sorted(value)) if isinstance(value, dict) else chosen.randrange(len(value))
        if isinstance(value[key], dict | list) and value[key] and chosen.random() < 0.8:
            value = value[key]
            continue
        match chosen.randrange(4):
            case 0:
                del value[key]
            case 1 if isinstance(value, list):
                value.insert(key, value[key])
            case 2 if isinstance(value, dict):
                value["more"] = value[key]
            case _:
                value[key] = chosen.choice(VALUES)
        return
