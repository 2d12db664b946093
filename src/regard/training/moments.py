"""What an optimizer remembers of each parameter, as tensors with names, and back."""

import torch
from torch import Tensor, nn

ADAM = ("step", "exp_avg", "exp_avg_sq")


def moments_of(network: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """`exp_avg.encoder.0.weight` and so on, of every parameter that was updated."""
    moments = {}
    for name, parameter in network.named_parameters():
        for key, value in optimizer.state.get(parameter, {}).items():
            moments[f"{key}.{name}"] = value
    return moments


def restore(network: nn.Module, optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Puts them back; a parameter without any begins anew."""
    for name, parameter in network.named_parameters():
        keys = [key for key in ADAM if f"{key}.{name}" in tensors]
        kept = {key: tensors[f"{key}.{name}"].to(parameter.device) for key in keys}
        if "step" in kept and not optimizer.defaults["fused"]:  # only fused Adam counts where the weights are
            kept["step"] = kept["step"].cpu()
        optimizer.state[parameter] = kept
