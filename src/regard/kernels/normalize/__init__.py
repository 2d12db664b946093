"""How normalizers turn scores into weights: for tiles of complete rows, forwards and backwards."""

from regard.kernels.normalize.rule import Parameter, Rule, Slope, Weighed
from regard.kernels.normalize.weights import RULES, rule_of, weights_of

__all__ = ["RULES", "Parameter", "Rule", "Slope", "Weighed", "rule_of", "weights_of"]
