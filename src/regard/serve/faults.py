"""A fault of the server's own, as its log tells it: what and where, never the values, which may be users' texts."""

import traceback
from pathlib import Path


def told_briefly(error: BaseException) -> str:
    """`fault: KeyError at served.py:41 < worker.py:77 < …`, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-1:-9:-1]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"fault: {type(error).__name__} at {places or 'no place'}"
