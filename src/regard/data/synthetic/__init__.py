"""Tasks whose answers are known exactly, drawn from a seed, of any length: copy, reverse, sort, recall, ListOps."""

from regard.data.synthetic.files import Plan, write
from regard.data.synthetic.making import Made, make
from regard.data.synthetic.tasks import TASKS, Sizes

__all__ = ["TASKS", "Made", "Plan", "Sizes", "make", "write"]
