"""Readers of what was recorded: sounds and images in folders, in manifests and in IDX files."""

from regard.data.recorded.folders import read_folder
from regard.data.recorded.idx import read_idx
from regard.data.recorded.manifest import Columns, read_manifest
from regard.data.recorded.media import SUFFIXES, check_file

__all__ = ["SUFFIXES", "Columns", "check_file", "read_folder", "read_idx", "read_manifest"]
