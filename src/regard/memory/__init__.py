"""A long-term memory that attention reads and writes, of any size, without a new parameter."""

from regard.memory.entries import Origin
from regard.memory.memory import Memory, Read

__all__ = ["Memory", "Origin", "Read"]
