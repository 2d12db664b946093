"""One update and one validation: where the model meets the numbers."""

import math
from typing import Any

import torch

from regard.training.finite import NotFinite, bad_gradients, first_bad_layer
from regard.training.options import TrainingOptions
from regard.training.profiling import record_function
from regard.training.task import Task
from regard.training.workers import ALONE, Workers


def update(
    task: Task,
    optimizer: torch.optim.Optimizer,
    batches: list[Any],
    options: TrainingOptions,
    rate: float,
    among: Workers = ALONE,
) -> tuple[float, int]:
    """One weight update from the mean loss an answer of all the batches; that loss, and how many answers there were.

    Each of several workers has its share of the batches, and all make the same update. Raises NotFinite, before
    anything is changed, where the loss or a gradient is not.
    """
    optimizer.zero_grad(set_to_none=True)
    count = int(among.summed(sum(task.size(batch) for batch in batches)))
    total, wrong = 0.0, "a loss that is not finite, of another worker"
    for batch in batches:
        with record_function("forward"):
            loss = task.loss(batch.to(options.device), options, options.label_smoothing) / max(count, 1)
        total += (value := float(loss.detach()))
        if not math.isfinite(value):
            wrong = f"a loss of {value}{_first(task, batch, options)}"
            break
        with record_function("backward"):
            loss.backward()  # type: ignore[no-untyped-call]
    total = among.added(task.network, total)
    if not math.isfinite(total):
        raise NotFinite(wrong)
    norm = torch.nn.utils.clip_grad_norm_(task.network.parameters(), options.clip or math.inf)
    if not math.isfinite(norm):
        raise NotFinite(bad_gradients(task.network))
    for group in optimizer.param_groups:
        group["lr"] = rate
    with record_function("update weights"):
        optimizer.step()
    return total, count


@torch.no_grad()
def _first(task: Task, batch: Any, options: TrainingOptions) -> str:
    """`, first in encoder.0`: the batch is read once more, so that only what goes wrong pays for the search."""
    with first_bad_layer(task.network) as found:
        task.loss(batch.to(options.device), options, options.label_smoothing)
    return f", first in {found[0]}" if found else ""


@torch.inference_mode()
def mean_loss(task: Task, options: TrainingOptions) -> float:
    """The loss an answer on the validation items, in nats of a class, without smoothing or dropout."""
    task.network.eval()
    total, count = 0.0, 0
    for indices in task.held_out(options):
        batch = task.held_out_batch(indices)
        total += float(task.loss(batch.to(options.device), options, 0.0))
        count += task.size(batch)
    return total / max(count, 1)
