"""Folds that a data set comes with, so that results may be compared."""

from pathlib import Path

import numpy as np

from regard.data.files import cannot_open, shown
from regard.data.items import Whole
from regard.data.lines import read_lines
from regard.data.measured.numbers import as_whole
from regard.data.measured.numpy_files import natural
from regard.errors import DataError


def read_folds(folder: str | Path, items: int) -> list[Whole]:
    """The numbers, from 0, of the items to test on in each fold: `test_idx-1.txt`, `test_idx-2.txt`, …, one a line.

    An item may be in none (8 of MUTAG's 188 graphs are, 3 of PROTEINS' 1,113): it trains in all folds then.
    Raises DataError with path and line for what is not the number of one of so many items, or is in two folds.
    """
    folder = Path(folder)
    try:
        files = sorted(folder.glob("test_idx-*.txt"), key=lambda file: natural(file.name))
        files = files if files or folder.is_dir() else list(folder.iterdir())
    except OSError as error:
        raise cannot_open(folder, error) from error
    if not files:
        hint = "the folder is often called 10fold_idx"
        raise DataError(f"{shown(folder)}: must hold files test_idx-K.txt", got="none", hint=hint)
    fold_of = np.full(items, -1)
    return [_fold(file, fold_of, number) for number, file in enumerate(files)]


def read_fold(folder: str | Path, fold: int, items: int) -> tuple[Whole, Whole]:
    """The numbers of the items to train on in this fold, counted from 1, and of those to test on; see `read_folds`.

    Raises DataError, too, for a fold that does not exist, or that leaves nothing to one of the two.
    """
    folds = read_folds(folder, items)
    if not 1 <= fold <= len(folds):
        hint = "folds are counted from 1"
        raise DataError(f"{shown(folder)}: must have the fold", got=f"fold {fold} of {len(folds)}", hint=hint)
    test = np.sort(folds[fold - 1])
    train = np.setdiff1d(np.arange(items), test)
    if not len(train) or not len(test):
        got = f"{len(train):,} to train on, {len(test):,} to test on"
        hint = "name the items of each fold, one a line"
        raise DataError(f"{shown(folder)}: a fold must have both items in it and others", got=got, hint=hint)
    return train, test


def _fold(file: Path, fold_of: Whole, number: int) -> Whole:
    """The items of one file, which are marked as its."""
    lines = [(line, text) for line, text in read_lines(file) if text.strip()]
    chosen = as_whole([text for _, text in lines], "an item", lambda index: f"{shown(file)}:{lines[index][0]}")
    for (line, _), item in zip(lines, chosen.tolist(), strict=True):
        at = f"{shown(file)}:{line}"
        if not 0 <= item < len(fold_of):
            hint = "items are counted from 0"
            raise DataError(f"{at}: must be an item from 0 below {len(fold_of):,}", got=f"{item}", hint=hint)
        if fold_of[item] >= 0:
            hint = "an item is tested once: remove it from one of the folds"
            raise DataError(f"{at}: must not be in a fold already", got=f"{item}, in {_name(fold_of[item])}", hint=hint)
        fold_of[item] = number
    return chosen


def _name(fold: int) -> str:
    """The fold as people count it."""
    return f"fold {fold + 1}"
