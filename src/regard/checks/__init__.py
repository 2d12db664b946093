"""What must hold at the door, said in three lines where it does not."""

from regard.checks.choices import as_positions, check_choices, check_dropout
from regard.checks.parameters import check_parameters
from regard.checks.shapes import check_shapes
from regard.errors import unknown

__all__ = ["as_positions", "check_choices", "check_dropout", "check_parameters", "check_shapes", "unknown"]
