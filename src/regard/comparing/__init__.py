"""Networks compared: trained under the same budget with several seeds, measured, put in a table, drawn, reported."""

from regard.comparing.door import Compared, compare
from regard.comparing.plan import Plan

__all__ = ["Compared", "Plan", "compare"]
