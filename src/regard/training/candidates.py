"""The weights that a finished training may take: averaged over epochs, moving average, last, and best."""

import torch
from torch import Tensor

from regard.folder.record import unique
from regard.training.checkpoint import Checkpoints
from regard.training.learner import Learner
from regard.training.position import Position, best_name, epoch_name


def candidates(learner: Learner, checkpoints: Checkpoints, position: Position) -> dict[str, dict[str, Tensor]]:
    """Each by name; of equal scores the first wins, for it learned longest.

    What is drawn and not learned has no mean: there it is as it was last.
    """
    found: dict[str, dict[str, Tensor]] = {}
    network = learner.network
    drawn = {name: each.detach().clone() for name, each in network.named_parameters() if not each.requires_grad}
    if len(position.averaged) > 1:
        kept = [checkpoints.kept(epoch_name(step)) for step in position.averaged]
        found[f"averaged ({len(kept)} epochs)"] = _mean(kept) | drawn
    if learner.average.weights:
        found[f"moving average ({learner.average.decay:g})"] = learner.average.weights | drawn
    found["last"] = {name: tensor.clone() for name, tensor in unique(learner.network).items()}
    if position.best_step:
        found["best"] = checkpoints.kept(best_name(position.best_step))
    return found


def _mean(weights: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.stack([each[name] for each in weights]).mean(0) for name in weights[0]}
