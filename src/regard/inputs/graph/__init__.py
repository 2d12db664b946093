"""Graphs: nodes with features or tags, edges with or without, from objects of several libraries."""

from regard.inputs.graph.convert import as_graph
from regard.inputs.graph.graph import GraphInput, GraphOptions

__all__ = ["GraphInput", "GraphOptions", "as_graph"]
