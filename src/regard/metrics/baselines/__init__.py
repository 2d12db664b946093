"""What one gets without attention, trained in seconds and told beside every model."""

from regard.metrics.baselines.bag import BagOfVectors, bag_of_vectors
from regard.metrics.baselines.constant import Constant, average, majority
from regard.metrics.baselines.each import EachVector, each_vector
from regard.metrics.baselines.tag_table import TagTable, most_frequent_tag

__all__ = [
    "BagOfVectors",
    "Constant",
    "EachVector",
    "TagTable",
    "average",
    "bag_of_vectors",
    "each_vector",
    "majority",
    "most_frequent_tag",
]
