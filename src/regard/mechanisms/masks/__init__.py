"""Who may read whom, as data. True always means *may read*; masks are joined with `& | ~`."""

from regard.mechanisms.masks.algebra import (
    Both,
    Either,
    Mask,
    Not,
    PerHead,
    Places,
    Tiles,
    Verdict,
    inside,
    parts,
)
from regard.mechanisms.masks.given import Blocks, Dense, Documents, Edges, Keys, Padding
from regard.mechanisms.masks.positional import Causal, Global, Strided, Window

__all__ = [
    "Blocks",
    "Both",
    "Causal",
    "Dense",
    "Documents",
    "Edges",
    "Either",
    "Global",
    "Keys",
    "Mask",
    "Not",
    "Padding",
    "PerHead",
    "Places",
    "Strided",
    "Tiles",
    "Verdict",
    "Window",
    "inside",
    "parts",
]
