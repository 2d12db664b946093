"""One update and one validation: where the model meets the numbers."""

from collections.abc import Callable

import torch
from torch import Tensor

from regard.data.pairs import Pairs
from regard.decoding.beam import Search
from regard.models.translator import Translator
from regard.networks.base import Network
from regard.training.data import Batch, Corpus
from regard.training.options import TrainingOptions


def batch_loss(network: Network, batch: Batch, options: TrainingOptions, smoothing: float) -> Tensor:
    """The summed cross-entropy of a batch's target tokens."""
    low = options.precision == "bf16"
    with torch.autocast(options.device, dtype=torch.bfloat16, enabled=low):
        encoded = network.encode(batch.source, batch.source_lengths)
        states = network.decode(encoded, batch.target_in)
        real = batch.real
        return network.output.loss(states[real], batch.target_out[real], smoothing)


def update(
    network: Network,
    optimizer: torch.optim.Optimizer,
    batches: list[Batch],
    options: TrainingOptions,
    rate: float,
) -> tuple[float, int]:
    """One weight update from the mean loss a token of all the batches; that loss, and how many tokens there were."""
    tokens = sum(int(batch.target_lengths.sum()) for batch in batches)
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for batch in batches:
        loss = batch_loss(network, batch.to(options.device), options, options.label_smoothing) / tokens
        loss.backward()  # type: ignore[no-untyped-call]
        total += float(loss.detach())
    if options.clip:
        torch.nn.utils.clip_grad_norm_(network.parameters(), options.clip)
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    return total, tokens


@torch.inference_mode()
def mean_loss(network: Network, corpus: Corpus, options: TrainingOptions) -> float:
    """Cross-entropy a token, in nats, without smoothing or dropout."""
    network.eval()
    total, tokens = 0.0, 0
    for indices in corpus.in_order(options.batch_tokens):
        batch = corpus.batch(indices)
        total += float(batch_loss(network, batch.to(options.device), options, 0.0))
        tokens += int(batch.target_lengths.sum())
    return total / max(tokens, 1)


def greedy(model: Translator, pairs: Pairs) -> list[str]:
    """One translation a source, each token the best next one."""
    found = model.translate(pairs.sources, Search(beam=1), batch_tokens=8192)
    return [candidates[0].text for candidates in found]


Metric = Callable[[list[str], list[str]], float]
"""Predictions and references to a score from 0 to 100."""
