"""Connectionist temporal classification: a target read off the states in their order, wherever it stands in them."""

from torch import Tensor, nn

from regard.shapes import Lengths, States

BLANK = 0
"""What a state says that begins no token: the number of padding, which no target has."""


class Ctc(nn.Module):
    """Scores of `words` tokens for every state, and the summed loss of targets over all ways to read them off.

        loss = −Σ_b log Σ over paths that are target_b, once repeats are merged and blanks left out, of Π_k p(path_k)

    A state says a token or nothing; a target with more tokens (and one more for each that comes twice in a row) than
    there are states has no path, and costs nothing. Cost: b · k · target length; k · v numbers a row in float32.
    Papers: Graves et al. 2006, section 3; beside attention as in Watanabe et al. 2017, section II-C.

    >>> import torch
    >>> ctc = Ctc(8, 5)
    >>> ctc(torch.randn(2, 6, 8), torch.tensor([6, 4]), torch.tensor([[4, 4], [3, 0]]), torch.tensor([2, 1])).shape
    torch.Size([])
    """

    def __init__(self, width: int, words: int) -> None:
        super().__init__()
        self.output = nn.Linear(width, words)

    def forward(self, states: States, lengths: Lengths, targets: Tensor, target_lengths: Lengths) -> Tensor:
        """The summed loss of states (b, k, m) against targets (b, q), each of its own length."""
        scores = self.output(states).float().log_softmax(-1)
        loss: Tensor = nn.functional.ctc_loss(
            scores.transpose(0, 1), targets, lengths, target_lengths, BLANK, reduction="sum", zero_infinity=True
        )
        return loss
