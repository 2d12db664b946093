"""Lines of text from plain or gzipped files and from pipes, numbered, streaming, and never shifted.

Only a line feed ends a line; a carriage return before it belongs to the end. Form feeds, U+0085, U+2028 and
single carriage returns inside a line are white space of that line: a reader that took them for line ends
would pair every later line with the wrong partner. A byte order mark before the first line is dropped.
"""

import codecs
import gzip
import sys
import zlib
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import cast

from regard.data.encodings import COMMON, advice, known_encoding
from regard.data.files import cannot_open, open_bytes, quoted, shown
from regard.errors import DataError

LONGEST = 100_000
CHUNK = 1 << 18
MARK = "\ufeff"


def read_lines(path: str | Path, encoding: str = "utf-8", *, longest: int = LONGEST) -> Iterator[tuple[int, str]]:
    """The lines of a file as (number from 1, text without its line end), read as they are asked for.

    Raises DataError with path and line if the file cannot be opened, is empty, damaged or in another
    encoding, if it holds a NUL byte or a line of more than `longest` characters; OptionError for an unknown
    encoding. Memory: one chunk and one line, however far a .gz unpacks. About 0.3 s for a million lines.
    """
    encoding = known_encoding(encoding)
    with open_bytes(path) as stream:
        lines = stream_lines(stream, path, encoding, longest=longest)
        first = next(lines, None)
        if first is None:
            hint = "check what was to write it; it holds not a single line"
            raise DataError(f"{shown(path)}: must hold text", got="an empty file", hint=hint)
        yield first
        yield from lines


def read_sources(path: str | Path = "-", *, encoding: str = "utf-8") -> Iterator[str]:
    """The lines to predict from, blank ones too: one for each line of a file, or of standard input for `-`.

    Standard input gives each line as soon as it ends, and may be empty; a file may not. Errors: `read_lines`.
    """
    if str(path) != "-":
        yield from (line for _, line in read_lines(path, encoding))
    elif sys.stdin is None:
        hint = "name a file, or feed lines: … | regard"
        raise DataError("standard input: must be open", got="a closed stream", hint=hint)
    else:
        stream = cast(BufferedIOBase, sys.stdin.buffer)
        yield from (line for _, line in stream_lines(stream, "standard input", known_encoding(encoding)))


def stream_lines(
    stream: BufferedIOBase, name: str | Path, encoding: str, *, longest: int = LONGEST
) -> Iterator[tuple[int, str]]:
    """The numbered lines of an open stream; `name` is what errors call it."""
    number, rest = 0, ""
    for text in _texts(stream, name, encoding):
        rest += text
        lines = rest.split("\n")
        if "\r" in rest:
            lines[:-1] = [line.removesuffix("\r") for line in lines[:-1]]
        if number == 0:
            lines[0] = lines[0].removeprefix(MARK)
        if max(map(len, lines)) > longest:
            raise _overlong(lines, name, number, longest)
        rest = lines.pop()
        yield from enumerate(lines, number + 1)
        number += len(lines)
    if rest:
        last = rest.removesuffix("\r")
        if number == 0 and "\r" in last:
            hint = "convert it: tr '\\r' '\\n' < old > new"
            got = f"carriage returns and no line feed, starting {quoted(last)}"
            raise DataError(f"{shown(name)}:1: lines must end with a line feed", got=got, hint=hint)
        yield number + 1, last


def _texts(stream: BufferedIOBase, name: str | Path, encoding: str) -> Iterator[str]:
    """A stream's text, piece by piece, free of NUL."""
    decoder, line, ended = codecs.getincrementaldecoder(encoding)(), 1, False
    while not ended:
        chunk = _chunk(stream, name, line)
        ended = not chunk
        try:
            text = decoder.decode(chunk, ended)
        except UnicodeError as error:
            raise _undecodable(error, chunk, name, line, encoding) from error
        if "\0" in text:
            line += text.count("\n", 0, text.index("\0"))
            hint = advice(chunk, encoding, otherwise="remove it: tr -d '\\000' < old > new")
            raise DataError(f"{shown(name)}:{line}: text must not hold NUL", got="a NUL byte", hint=hint)
        yield text
        line += text.count("\n")


def _chunk(stream: BufferedIOBase, name: str | Path, line: int) -> bytes:
    """The next bytes, as many as are there and at most CHUNK; none at the end."""
    try:
        return stream.read1(CHUNK)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        plain = "Not a gzipped file" in str(error)
        hint = "take .gz off its name" if plain else "copy it again; gzip -t tests it"
        got = "a file that is not gzipped" if plain else f"damaged gzip data: {error}"
        raise DataError(f"{shown(name)}:{line}: .gz must be sound gzip data", got=got, hint=hint) from error
    except OSError as error:
        raise cannot_open(Path(name), error) from error


def _undecodable(error: UnicodeError, chunk: bytes, name: str | Path, line: int, encoding: str) -> DataError:
    """The error for bytes that are not in the encoding; the piece that holds them began on `line`."""
    if not isinstance(error, UnicodeDecodeError):
        error = UnicodeDecodeError(encoding, chunk, 0, 1, str(error))
    data = error.object
    before = data[: error.start].decode(error.encoding, "replace")
    start = data.rfind(b"\n", 0, error.start) + 1
    others = "|".join(name for name in COMMON if name != encoding)
    return DataError(
        f"{shown(name)}:{line + before.count(chr(10))}: text must be {encoding}",
        got=f"byte {data[error.start : error.end][:8].hex(' ')} ({error.reason})",
        hint=advice(data[start:], encoding, otherwise=f"mend this line, or --encoding {others}"),
    )


def _overlong(lines: list[str], name: str | Path, number: int, longest: int) -> DataError:
    """The error for the first line that is too long."""
    index = next(index for index, line in enumerate(lines) if len(line) > longest)
    more = "at least " if index == len(lines) - 1 else ""
    return DataError(
        f"{shown(name)}:{number + index + 1}: a line may have at most {longest:,} characters",
        got=f"{more}{len(lines[index]):,}, starting {quoted(lines[index])}",
        hint="break it into sentences, or check that its lines end with line feeds",
    )
