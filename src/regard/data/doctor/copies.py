"""Items that come twice: in one part, with other answers, or in what is learned from and what is tested on."""

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import blake2b, file_digest
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.data.doctor.finding import MOST_PLACES, Finding, Severity, of
from regard.data.examples import Examples
from regard.data.items import Graph, Sound, Story

Keys = NDArray[np.uint64]
Twins = list[tuple[int, int]]


def copies(parts: Mapping[str, Examples], conflict: Severity = "warn") -> Iterator[Finding]:
    """Findings on equal items; texts are equal if their words are, files if their bytes are.

    `conflict` is how grave it is that equal items have different answers.
    """
    sizes = Counter(size for part in parts.values() for item in part.items if (size := _size(item)) is not None)
    keys = {name: _keys(part, sizes) for name, part in parts.items()}
    for name, part in parts.items():
        twins = _within(keys[name])
        if twins:
            text = f"{name}: {of(len(twins), part)} repeat another"
            yield Finding("note", text, _where(twins, part, part), "leave them out if they are not meant")
            yield from _unlike(twins, part, part, f"{name}: {{}} repeat another with a different answer", conflict)
    for (one, first), (other, second) in combinations(parts.items(), 2):
        if first.items is second.items:  # one graph, of which each part answers for other nodes
            continue
        twins = _across(keys[one], keys[other])
        if twins:
            text = f"{other}: {of(len(twins), second)} are in {one} too"
            yield Finding("warn", text, _where(twins, second, first), "leave them out of one part")
            yield from _unlike(twins, second, first, f"{other}: {{}} are in {one} with a different answer", conflict)


def groups(parts: Mapping[str, Examples]) -> Iterator[Finding]:
    """A warning for every two parts that share groups."""
    for (one, first), (other, second) in combinations(parts.items(), 2):
        if first.groups is None or second.groups is None:
            continue
        both = {str(group) for group in first.groups if group is not None} & set(map(str, second.groups))
        if both:
            count = f"{len(both):,} group{'s' * (len(both) > 1)}"
            hint = "split by groups, so that what is tested is new"
            yield Finding("warn", f"{other}: {count} in {one} too", tuple(sorted(both)[:MOST_PLACES]), hint)


def _where(twins: Twins, part: Examples, other: Examples) -> tuple[str, ...]:
    return tuple(f"{part.where(here)} as {other.where(there)}" for here, there in twins[:MOST_PLACES])


def _unlike(twins: Twins, part: Examples, other: Examples, text: str, severity: Severity) -> Iterator[Finding]:
    """A finding for the items that repeat others whose answers differ."""
    if part.answers is None or other.answers is None:
        return
    unlike = [(here, there) for here, there in twins if _answer(part, here) != _answer(other, there)]
    if unlike:
        hint = "decide which answer is right" if severity == "warn" else ""
        yield Finding(severity, text.replace("{}", of(len(unlike), part)), _where(unlike, part, other), hint)


def _answer(part: Examples, index: int) -> Any:
    answer = part.answers[index] if part.answers is not None else None
    return list(answer) if isinstance(answer, list | tuple | np.ndarray) else answer


def _within(keys: Keys) -> Twins:
    """Items equal to an earlier one of their part, each with the one before it, in the order of the data."""
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    return sorted(zip(order[same + 1].tolist(), order[same].tolist(), strict=True))


def _across(first: Keys, second: Keys) -> Twins:
    """Items of the second part equal to one of the first, with the first such."""
    if not len(first) or not len(second):
        return []
    order = np.argsort(first, kind="stable")
    place = np.searchsorted(first[order], second).clip(max=len(first) - 1)
    found = np.flatnonzero(first[order[place]] == second)
    return list(zip(found.tolist(), order[place[found]].tolist(), strict=True))


def _keys(part: Examples, sizes: Counter[int]) -> Keys:
    """Eight bytes for every item, equal for equal items; two different ones in ten million agree once in 10⁵ sets."""
    return np.fromiter((_digest(item, sizes) for item in part.items), np.uint64, len(part))


def _digest(item: Any, sizes: Counter[int]) -> int:
    hashed = blake2b(digest_size=8)
    for piece in _pieces(item, sizes):
        if isinstance(piece, np.ndarray):
            hashed.update(f"{piece.dtype} {piece.shape}".encode())
            hashed.update(repr(piece.tolist()).encode() if piece.dtype.hasobject else piece.tobytes())
        else:
            hashed.update(piece)
    return int.from_bytes(hashed.digest(), "little")


def _pieces(item: Any, sizes: Counter[int]) -> list[Any]:
    """What an item is made of, as arrays and bytes."""
    if isinstance(item, str):
        return [" ".join(item.split()).encode("utf-8", "surrogatepass")]
    if isinstance(item, Path):
        return [_file(item, sizes)]
    if isinstance(item, Sound):
        part = f"{item.rate} {item.start} {item.stop}".encode()
        return [part, *_pieces(item.samples, sizes)]
    if isinstance(item, Graph):
        arrays = [item.nodes, item.source, item.target]
        return arrays if item.edges is None else [*arrays, item.edges]
    if isinstance(item, Story):
        return ["\x1f".join((*item.sentences, item.question)).encode("utf-8", "surrogatepass")]
    if isinstance(item, list) and item and isinstance(item[0], str):
        return ["\x1f".join(item).encode("utf-8", "surrogatepass")]
    return [np.asarray(item)]


def _size(item: Any) -> int | None:
    """The bytes of an item's file, if it is one that can be read."""
    path = item.samples if isinstance(item, Sound) else item
    try:
        return path.stat().st_size if isinstance(path, Path) else None
    except OSError:
        return None


def _file(path: Path, sizes: Counter[int]) -> bytes:
    """The digest of a file's bytes; of one whose size no other has, its name will do."""
    size = _size(path)
    if size is None or sizes[size] < 2:
        return str(path.absolute()).encode("utf-8", "surrogateescape")
    try:
        with path.open("rb") as stream:
            return file_digest(stream, "blake2b").digest()
    except OSError:
        return str(path.absolute()).encode("utf-8", "surrogateescape")
