"""Series of measurements: steps by channels, of any length, with gaps."""

from regard.inputs.series.changes import changed
from regard.inputs.series.gaps import filled
from regard.inputs.series.series import SeriesInput, SeriesOptions, TransposedWarning

__all__ = ["SeriesInput", "SeriesOptions", "TransposedWarning", "changed", "filled"]
