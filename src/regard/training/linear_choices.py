"""What can be chosen of linear attention: the same for every kind of training."""

from dataclasses import dataclass

from regard.networks.base import NetworkOptions


@dataclass(kw_only=True)
class LinearChoices:
    """Of linear attention alone; see docs/attention.md."""

    feature_map: str = NetworkOptions.feature_map
    """of linear attention: elu (elu + 1), relu, or random (FAVOR+: random features, which estimate softmax)"""
    random_features: int = NetworkOptions.random_features
    """how many random features a head has: the estimate's error falls with the root of it"""
    redraw: int = NetworkOptions.redraw
    """updates after which training draws random features anew; 0 keeps the first"""
    decay: bool = NetworkOptions.decay
    """whether each head of linear self-attention forgets what is far, at a rate that it learns"""
