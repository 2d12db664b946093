"""What is read must have a name: a mixture of all positions has none that would tell anything."""

from torch import nn

from regard.errors import OptionError
from regard.layers.low_rank import LowRank


def check_named(where: str, network: nn.Module) -> None:
    """Raises OptionError, from `where`, for a network or a layer that reads mixtures of positions."""
    if any(isinstance(each, LowRank) for each in network.modules()):
        raise OptionError(
            f"{where}: weights are shown over positions, and what is read here are mixtures of all of them",
            got="a layer of linformer",
            hint="another --pattern, such as local:64, in a model that is to be looked into",
        )
