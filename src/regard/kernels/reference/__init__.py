"""The judge of every kernel, in float64 and plain loops: judge.py, and what it is made of."""

from regard.kernels.reference.dropout import keeps
from regard.kernels.reference.judge import attend
from regard.kernels.reference.masks import may_read

__all__ = ["attend", "keeps", "may_read"]
