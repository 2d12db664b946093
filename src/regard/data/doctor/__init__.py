"""The data doctor: looks at data before a training does, and says what is wrong, what is odd, and what is there."""

from regard.data.doctor.examine import examine
from regard.data.doctor.finding import Finding, as_text
from regard.data.doctor.meaning import meant
from regard.data.doctor.running import examine_lines

__all__ = ["Finding", "as_text", "examine", "examine_lines", "meant"]
