"""Random features drawn anew while a network trains, so that it learns from many draws and trusts none."""

from torch import nn

from regard.layers.match import Match


def redraw(network: nn.Module, seed: int, update: int) -> None:
    """Draws anew what is due at this update; it follows from (seed, update, which layer), so that it can be repeated.

    Paper: Choromanski et al. 2020, arXiv 2009.14794, section 4.2.
    """
    matches = (module for module in network.modules() if isinstance(module, Match) and module.redraw)
    for number, match in enumerate(matches):
        if update % match.redraw == 0:
            match.draw((seed, update, number))
