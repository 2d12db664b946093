"""The inspector's page: one self-contained HTML file for a look, for two side by side, or for a training."""

from regard.inspect.page.writing import frame, write

__all__ = ["frame", "write"]
