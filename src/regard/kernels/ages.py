"""How much of what was read is left, chunk by chunk: γ to the power of its age, in positions."""

import torch
from torch import Tensor


class Ages:
    """The powers of decays, ln γ (g or 1,), for matrices of `groups` = b · g memories; from the end where `reverse`.

    A memory holds what lies before a chunk as its last position left it, so that the chunk's first reads it at age 1.
    """

    def __init__(self, decay: Tensor, groups: int, batch: int, *, reverse: bool = False) -> None:
        self.decay, self.reverse = decay.expand(groups // batch).repeat(batch)[:, None], reverse

    def of_pairs(self, scores: Tensor, count: int) -> Tensor:
        """Scores (groups, r · count, s · count) of a chunk's positions with one another."""
        at = torch.arange(count, device=scores.device)
        apart = (at[:, None] - at).abs()
        left = (self.decay[:, :, None] * apart).exp()[:, None, :, None]
        return (scores.view(len(scores), -1, count, scores.shape[2] // count, count) * left).view_as(scores)

    def reading(self, query: Tensor, count: int) -> Tensor:
        """Queries (groups, r · count, f), before they read the memory."""
        return self._aged(query, 1 + self._steps(count, query.device))

    def staying(self, key: Tensor, count: int) -> Tensor:
        """Keys (groups, s · count, f), before they enter the memory that the next chunk reads."""
        return self._aged(key, count - 1 - self._steps(count, key.device))

    def of_memory(self, memory: Tensor, count: int) -> Tensor:
        """The memory (groups, f, e) after so many positions."""
        return memory * (self.decay[:, :, None] * count).exp()

    def _steps(self, count: int, device: torch.device) -> Tensor:
        """How many positions of the chunk come before each."""
        steps = torch.arange(count, device=device)
        return steps.flip(0) if self.reverse else steps

    def _aged(self, rows: Tensor, ages: Tensor) -> Tensor:
        left = (self.decay * ages).exp()[:, None, :, None]
        return (rows.view(len(rows), -1, len(ages), rows.shape[2]) * left).view_as(rows)
