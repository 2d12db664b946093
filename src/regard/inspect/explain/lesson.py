"""A translator that learns a few pairs, one step of Adam after the other."""

from collections.abc import Sequence

import torch
from torch import Tensor

from regard.inputs.text import BEGIN, END, PAD
from regard.models.translator import Translator

Pairs = Sequence[tuple[str, str]]


class Lesson:
    """The pairs as the network reads them, and an optimizer that remembers: steps may be taken a few at a time."""

    def __init__(self, model: Translator, pairs: Pairs, rate: float) -> None:
        self.model, self.rate = model, rate
        batch = model.stored([source for source, _ in pairs]).batch(range(len(pairs)))
        self.sources, self.lengths = batch.values, batch.lengths
        targets = [[*model.target.encode(target), END] for _, target in pairs]
        longest = max(map(len, targets))
        self.labels = torch.tensor([[*each, *[PAD] * (longest - len(each))] for each in targets])
        self.optimizer = torch.optim.Adam(model.network.parameters(), rate)

    def loss(self) -> Tensor:
        """Mean of −ln p over the words of all targets and their ends."""
        network = self.model.network
        begun = torch.cat((torch.full((len(self.labels), 1), BEGIN), self.labels[:, :-1]), 1)
        states = network.decode(network.encode(self.sources, self.lengths), begun)
        there = self.labels != PAD
        chances: Tensor = network.output(states[there])
        return -chances.gather(1, self.labels[there][:, None]).mean()

    def learn(self, steps: int) -> Tensor:
        """So many steps; the loss before the last of them."""
        loss = torch.zeros(())
        for _ in range(steps):
            self.optimizer.zero_grad()
            loss = self.loss()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
        return loss.detach()
