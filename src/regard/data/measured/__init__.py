"""Files of measurements: series, arrays and graphs, each as examples, and every error by file and line."""

from regard.data.measured.arrays import read_arrays
from regard.data.measured.dgcnn import read_dgcnn
from regard.data.measured.folds import read_fold, read_folds
from regard.data.measured.long import from_frame, read_long
from regard.data.measured.nodes import NodeColumns, NodeData, read_node_graph
from regard.data.measured.tagged import TaggedGraph
from regard.data.measured.ts import read_ts
from regard.data.measured.tu import read_tu

__all__ = [
    "NodeColumns",
    "NodeData",
    "TaggedGraph",
    "from_frame",
    "read_arrays",
    "read_dgcnn",
    "read_fold",
    "read_folds",
    "read_long",
    "read_node_graph",
    "read_ts",
    "read_tu",
]
