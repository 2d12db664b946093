"""Where a model goes, and what it begins with: the same for every kind of training."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class FolderChoices:
    """One folder, and perhaps another to begin with."""

    model: str = ""
    """folder that the model is written to"""
    overwrite: bool = False
    """delete the model in the folder, nothing else there, and train from the beginning"""
    start: str | None = None
    """folder of a model to begin with: its weights, its network, its vocabulary; for other data of the same kind"""
