"""Files that came with a form, as items: sounds and images by their suffix, texts line by line."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from regard.data.files import quoted
from regard.data.lines import read_sources
from regard.data.recorded import SUFFIXES
from regard.serve.incoming import Upload, utf8
from regard.serve.limits import Limits
from regard.serve.refusals import Refusal
from regard.serve.served import Served


def items_of(model: Served, uploads: Sequence[Upload], folder: Path, limits: Limits) -> list[Any]:
    """The items that files hold, written to the folder under names of our own; what clients call them is not trusted.

    Raises Refusal, 415, for a kind of input that comes as JSON alone, or a suffix that its files do not have.
    """
    if model.input not in SUFFIXES:
        got, hint = f"{len(uploads):,} files", "application/json, as docs/serving.md shows it"
        raise Refusal(415, f"request: {model.input} come as JSON", got=got, hint=hint)
    paths = [_written(model.input, upload, folder, index) for index, upload in enumerate(uploads)]
    if model.input != "text":
        return paths
    return model.items([line for path in paths for line in islice(read_sources(path), limits.items + 1)])


def _written(kind: str, upload: Upload, folder: Path, index: int) -> Path:
    suffix = Path(upload.name).suffix.lower() if kind != "text" else ".txt"
    if suffix not in SUFFIXES[kind]:
        known = " ".join(SUFFIXES[kind])
        rule = f"request: item {index + 1}: the name of a file of {kind} must end in {known}"
        raise Refusal(415, rule, got=quoted(upload.name), hint="name it as what it is, or convert it")
    path = folder / f"item-{index + 1}{suffix}"
    if kind == "text":
        utf8(upload.content, path.name)
    with kept():
        path.write_bytes(upload.content)
    return path


@contextmanager
def kept() -> Iterator[None]:
    """Around what writes files of a form. Raises Refusal, 503, where the system has no room or descriptor for them."""
    try:
        yield
    except OSError as error:
        hint, rule = "the same again a little later", "regard serve: a form's files are kept while it is answered"
        raise Refusal(503, rule, got=os.strerror(error.errno or errno.EIO), hint=hint, retry=5) from error
