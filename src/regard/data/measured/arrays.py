"""Items as numpy arrays: one array of all, an `.npz` of several, or a folder with a file for each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regard.data.examples import Examples
from regard.data.files import brief, cannot_open, shown
from regard.data.measured.numpy_files import natural, open_npy, read_npz
from regard.data.pairs import one_of
from regard.errors import DataError

AXES = {
    "series": ((2, 3), "(items, steps) or (items, steps, channels)"),
    "vectors": ((3,), "(items, n, d)"),
    "image": ((3, 4), "(items, rows, columns) or (items, rows, columns, channels)"),
}
BESIDE = ("y", "lengths", "groups")


def read_arrays(path: str | Path, *, kind: str = "series") -> Examples:
    """Items of kind `series`, `vectors` or `image` from an `.npy` file, an `.npz` file or a folder of `.npy` files.

    .npy     one array whose first axis counts the items: (items, steps) or (items, steps, channels) for series,
             (items, n, d) for vectors, (items, rows, columns) with or without channels for images
    .npz     the same as x, or one array for each item under any names, in natural order; y: the answers, one an item
             or one a step; groups. With lengths, x is padded to the longest, or holds all steps end to end (steps, d)
    folder   one file for each item, in natural order of the names; of folders within it, each is a class
    Raises DataError for what is no numpy file, is shorter than it says or holds Python objects (they would need pickle,
    which can run code), and for arrays that do not fit together. An `.npy` file is mapped, not read.
    """
    one_of("kind", kind, tuple(AXES))
    path = Path(path)
    if path.is_dir():
        return _folder(path, kind)
    if path.suffix.lower() == ".npz":
        return _several(read_npz(path), path, kind)
    return Examples(kind, _items(open_npy(path), shown(path), kind), origin=str(path))


def _folder(folder: Path, kind: str) -> Examples:
    """A file for each item; a folder for each class, or none."""
    try:
        entries = sorted((entry for entry in folder.iterdir() if entry.name[0] != "."), key=lambda e: natural(e.name))
        inside = {entry: sorted(entry.iterdir(), key=lambda e: natural(e.name)) for entry in entries if entry.is_dir()}
    except OSError as error:
        raise cannot_open(folder, error) from error
    if inside and len(inside) < len(entries):
        got = f"{len(inside)} folders, {len(entries) - len(inside)} files"
        hint = "put every file into the folder of its class, or all side by side"
        raise DataError(f"{shown(folder)}: must hold only files or only folders", got=got, hint=hint)
    files = [file for each in inside.values() for file in each] if inside else entries
    others = [file for file in files if file.suffix.lower() != ".npy"]
    if others or not files:
        got = f"a file {brief(others[0].name)}" if others else "none"
        raise DataError(f"{shown(folder)}: must hold .npy files", got=got, hint="one .npy file for each item")
    answers = [file.parent.name for file in files] if inside else None
    return Examples(kind, [_item(open_npy(file), shown(file), kind) for file in files], answers, origin=str(folder))


def _several(arrays: Mapping[str, NDArray[Any]], path: Path, kind: str) -> Examples:
    """The arrays of an .npz as items, answers and groups."""
    names = [name for name in arrays if name not in BESIDE]
    if not names:
        hint = "numpy.savez(file, x=items, y=answers)"
        got = f"arrays {', '.join(map(brief, arrays))}" if arrays else "no arrays"
        raise DataError(f"{shown(path)}: must hold items", got=got, hint=hint)
    lengths = None
    if names == ["x"] and "lengths" in arrays:
        lengths = _lengths(arrays["lengths"], arrays["x"], shown(path))
        items: Sequence[Any] = _cut(arrays["x"], lengths, f"{shown(path)}, array x", kind)
    elif names == ["x"]:
        items = _items(arrays["x"], f"{shown(path)}, array x", kind)
    elif "x" in names or "lengths" in arrays:
        hint = "x with y, lengths and groups; or one array for each item, and y and groups"
        got = f"arrays {', '.join(map(brief, list(arrays)[:10]))}"
        raise DataError(f"{shown(path)}: x or lengths cannot stand beside other items", got=got, hint=hint)
    else:
        items = [_item(arrays[name], f"{shown(path)}, array {brief(name)}", kind) for name in names]
    answers = _answers(arrays["y"], items, lengths, f"{shown(path)}, array y") if "y" in arrays else None
    groups = _plain(arrays["groups"], f"{shown(path)}, array groups") if "groups" in arrays else None
    return Examples(kind, items, answers, groups, origin=str(path))


def _items(array: NDArray[Any], where: str, kind: str) -> list[Any]:
    """One array of all items, as a sequence of them."""
    axes, tell = AXES[kind]
    if array.ndim not in axes or 0 in array.shape:
        hint = "array[None] makes one item of one array" if array.ndim == min(axes) - 1 else f"an array {tell}"
        raise DataError(f"{where}: must be {tell}, and not empty", got=f"an array {array.shape}", hint=hint)
    return list(np.asarray(_real(array, where)))


def _item(array: NDArray[Any], where: str, kind: str) -> NDArray[Any]:
    """One array that is one item."""
    axes, tell = AXES[kind]
    if array.ndim + 1 not in axes or 0 in array.shape:
        hint = "one array for each item; for one array of all items, call it x"
        tell = tell.replace("(items, ", "(").replace("(steps)", "(steps,)")
        raise DataError(f"{where}: must be {tell}, and not empty", got=f"an array {array.shape}", hint=hint)
    return _real(array, where)


def _real(array: NDArray[Any], where: str) -> NDArray[Any]:
    """The array, if it holds real numbers."""
    if array.dtype.kind not in "biuf":
        hint = "turn text into numbers; take real and imaginary parts as two channels"
        raise DataError(f"{where}: must hold real numbers", got=f"an array of {array.dtype}", hint=hint)
    return array


def _lengths(lengths: NDArray[Any], x: NDArray[Any], where: str) -> list[int]:
    """How many steps each item has."""
    if lengths.ndim != 1 or lengths.dtype.kind not in "iu" or not len(lengths) or int(lengths.min()) < 1:
        got = f"an array {lengths.shape} of {lengths.dtype}"
        got += f", the smallest {lengths.min()}" if lengths.dtype.kind in "iu" and lengths.size else ""
        raise DataError(f"{where}: lengths must be whole numbers from 1", got=got, hint="one for each item")
    found: list[int] = lengths.tolist()
    flat = x.ndim == 2 and sum(found) == len(x)
    if not flat and (len(found) != len(x) or x.ndim < 2 or max(found) > x.shape[1]):
        got = f"{len(found):,} lengths, {sum(found):,} together, at most {max(found):,}, and x {x.shape}"
        hint = "x (items, longest, d), or x (steps of all, d) where lengths add up to its rows"
        raise DataError(f"{where}: lengths must fit x", got=got, hint=hint)
    return found


def _cut(x: NDArray[Any], lengths: list[int], where: str, kind: str) -> list[NDArray[Any]]:
    """Items of their own lengths, from a padded array or from one of all steps."""
    if x.ndim == 2 and sum(lengths) == len(x):
        parts = np.split(x, np.cumsum(lengths)[:-1])
    else:
        parts = [row[:length] for row, length in zip(x, lengths, strict=True)]
    return [_item(part, where, kind) for part in parts]


def _answers(y: NDArray[Any], items: Sequence[Any], lengths: list[int] | None, where: str) -> list[Any]:
    """One answer an item; of an array (items, steps) one a step, without those beyond an item's length."""
    if y.ndim == 2 and len(y) == len(items):
        sizes = lengths or [len(item) for item in items]
        if y.shape[1] < max(sizes):
            hint = "one answer for each step"
            got = f"{y.shape[1]:,} a row, and an item of {max(sizes):,} steps"
            raise DataError(f"{where}: must have an answer for every step", got=got, hint=hint)
        return [row[:size] for row, size in zip(_plain(y, where), sizes, strict=True)]
    if y.ndim == 1 and lengths is not None and len(y) == sum(lengths) and len(y) != len(items):
        return [part.tolist() for part in np.split(y, np.cumsum(lengths)[:-1])]
    if y.ndim != 1:
        hint = "y (items,), or y (items, steps) for one answer a step"
        raise DataError(f"{where}: must be a list of answers", got=f"an array {y.shape}", hint=hint)
    return _plain(y, where)


def _plain(array: NDArray[Any], where: str) -> list[Any]:
    """A list of Python's own numbers or texts."""
    if array.dtype.kind not in "biufU":
        hint = "answers and groups are numbers or texts"
        raise DataError(f"{where}: must hold numbers or texts", got=f"an array of {array.dtype}", hint=hint)
    found: list[Any] = array.tolist()
    return found
