"""What an update changes: the network's weights, what the optimizer remembers of each, and their moving average."""

import torch
from torch import Tensor, nn

from regard.folder.record import unique
from regard.training.moving import MovingAverage
from regard.training.options import TrainingOptions

ADAM = ("step", "exp_avg", "exp_avg_sq")


class Learner:
    """A network with its optimizer on the device that `options` name."""

    def __init__(self, network: nn.Module, options: TrainingOptions) -> None:
        self.network = network.to(options.device)
        self.optimizer = _optimizer(self.network, options)
        self.average = MovingAverage(self.network, options.moving_average)

    def tensors(self) -> dict[str, Tensor]:
        """All of it by name: `weights.encoder.0.weight`, `exp_avg.encoder.0.weight`, `moving.encoder.0.weight`."""
        weights = {f"weights.{name}": tensor for name, tensor in unique(self.network).items()}
        moments = {
            f"{key}.{name}": value
            for name, parameter in self.network.named_parameters()
            for key, value in self.optimizer.state.get(parameter, {}).items()
        }
        return {**weights, **moments, **self.average.tensors()}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Puts it all back; a parameter without moments begins anew. KeyError where a weight is missing."""
        with torch.no_grad():
            for name, parameter in self.network.named_parameters():
                parameter.copy_(tensors[f"weights.{name}"])
                keys = [key for key in ADAM if f"{key}.{name}" in tensors]
                kept = {key: tensors[f"{key}.{name}"].to(parameter.device) for key in keys}
                if "step" in kept and not self.optimizer.defaults["fused"]:  # only fused Adam counts beside the weights
                    kept["step"] = kept["step"].cpu()
                self.optimizer.state[parameter] = kept
        self.average.restore(tensors)

    def take(self, weights: dict[str, Tensor]) -> None:
        """Gives the network these weights."""
        with torch.no_grad():
            for name, parameter in self.network.named_parameters():
                parameter.copy_(weights[name])


def _optimizer(network: nn.Module, options: TrainingOptions) -> torch.optim.Optimizer:
    """Its rate comes with every update."""
    decay, fused = options.weight_decay, options.device in ("cpu", "cuda")
    if options.optimizer == "sgd":
        return torch.optim.SGD(network.parameters(), lr=0.0, weight_decay=decay, fused=fused)
    return torch.optim.AdamW(network.parameters(), lr=0.0, betas=(0.9, 0.98), weight_decay=decay, fused=fused)
