"""Twelve short chapters on attention, in English and Chinese, whose numbers are computed: `regard tour`."""

from regard.inspect.tour.draw import bars, grid, table
from regard.inspect.tour.exercises import check

__all__ = ["bars", "check", "grid", "table"]
