"""Drawing targets instead of searching for the best: many, each as likely to come as the network says it is.

The same draws as from a language model (sampling.py), of a decoder that has read a source.
"""

from dataclasses import dataclass

import torch

from regard.decoding.growing import Hypothesis
from regard.decoding.sampling import Row, Sampling, next_tokens
from regard.errors import OptionError
from regard.inputs.text import BEGIN, END
from regard.layers.state import State
from regard.networks.base import Encoded, Stepped


@dataclass(frozen=True)
class Draws:
    """So many targets of each source, drawn as `sampling` says; the first source bears the number `first`."""

    sampling: Sampling
    count: int = 1
    first: int = 0

    def __post_init__(self) -> None:
        """Raises OptionError for fewer than one."""
        if self.count < 1:
            raise OptionError("sampling: at least 1 target is drawn", got=str(self.count), hint="--n-best 1")


@torch.inference_mode()
def draw(
    network: Stepped, encoded: Encoded, longest: list[int], how: Draws, numbers: list[int]
) -> list[list[Hypothesis]]:
    """For every source its targets in the order of drawing, each scored by the mean log-probability of its tokens.

    A target is drawn from (seed, number of its source, how many were drawn before), whatever else is drawn. Those of
    `longest[row]` tokens count as not ended. Raises as `sample` does. Cost: one decoder step of all rows a token.
    """
    device = encoded.states.device
    every = [
        Row([BEGIN], (how.sampling.seed, number, copy), most, place)
        for place, (number, most) in enumerate(zip(numbers, longest, strict=True))
        for copy in range(how.count)
    ]
    rows = every
    state: State = network.start(encoded).select(torch.arange(len(longest), device=device).repeat_interleave(how.count))
    tokens = torch.full((len(rows), 1), BEGIN, device=device)
    while rows:
        states, state = network.step(tokens[:, -1], state)
        following, going = next_tokens(network.output(states), rows, tokens, how.sampling)
        tokens = torch.cat((tokens, torch.tensor(following, device=device)[:, None]), 1)
        if len(going) < len(rows):
            kept = torch.tensor(going, device=device, dtype=torch.long)
            rows, tokens, state = [rows[i] for i in going], tokens[kept], state.select(kept)
    found = [_target(row) for row in every]
    return [found[start : start + how.count] for start in range(0, len(found), how.count)]


def _target(row: Row) -> Hypothesis:
    tokens, score, ended = row.drawn.tokens, row.drawn.score / len(row.drawn.tokens), row.drawn.ended
    return Hypothesis(tokens[:-1] if tokens[-1] == END else tokens, score, ended)
