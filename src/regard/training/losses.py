"""How far a network's scores are from the answers."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from regard.models.targets import NONE, Targets
from regard.networks.answering import AnswerNetwork


def summed_loss(
    network: AnswerNetwork, scores: Tensor, answers: Tensor, lengths: Tensor, targets: Targets, smoothing: float
) -> Tensor:
    """The loss of each item (b), in nats: summed over its vectors where each has an answer.

    One class: −log p, with label smoothing ε; labels chosen together: the field's −log p of the whole sequence.
    Several classes: the mean over the classes of −log p of yes or no. Numbers: half the squared error, scaled.
    A vector whose answer is `NONE` counts nothing, nor does a sequence of the field that holds one.
    """
    if network.crf is not None:
        beyond = torch.arange(answers.shape[1], device=answers.device) >= lengths[:, None]
        whole = ((answers != NONE) | beyond).all(1)
        return network.crf.losses(scores, answers.clamp_min(0), lengths) * whole
    if targets.several:
        smooth = answers * (1 - smoothing) + smoothing / 2
        return binary_cross_entropy_with_logits(scores, smooth, reduction="none").mean(-1)
    if targets.classes:
        each = cross_entropy(
            scores.flatten(0, -2), answers.flatten(), ignore_index=NONE, label_smoothing=smoothing, reduction="none"
        )
        return each.view(answers.shape).flatten(1).sum(1) if targets.per_vector else each
    squared = (scores - answers).square().mean(-1) / 2
    if not targets.per_vector:
        return squared
    real = torch.arange(squared.shape[1], device=squared.device) < lengths[:, None]
    return (squared * real).sum(1)
