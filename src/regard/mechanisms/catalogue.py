"""Names of the choices: what users write, layers look up, and the laws run over."""

from regard.mechanisms import masks, normalizers, positions, scores
from regard.mechanisms.features import EluPlusOne, FeatureMap, RandomFeatures, Rectified
from regard.mechanisms.masks import Mask
from regard.mechanisms.normalizers import Normalizer
from regard.mechanisms.positions import Position
from regard.mechanisms.scores import Score

SCORES: dict[str, type[Score]] = {
    "dot": scores.Dot,
    "bilinear": scores.Bilinear,
    "additive": scores.Additive,
    "cosine": scores.Cosine,
    "distance": scores.Distance,
    "features": scores.Features,
}
FEATURE_MAPS: dict[str, type[FeatureMap]] = {"elu": EluPlusOne, "relu": Rectified, "random": RandomFeatures}
NORMALIZERS: dict[str, type[Normalizer]] = {
    "softmax": normalizers.Softmax,
    "softmax-with-sink": normalizers.SoftmaxWithSink,
    "relu": normalizers.ReLU,
    "squared-relu": normalizers.SquaredReLU,
    "sigmoid": normalizers.Sigmoid,
    "plain": normalizers.Plain,
    "normalized": normalizers.Normalized,
    "sparsemax": normalizers.Sparsemax,
    "entmax": normalizers.Entmax,
    "top-k": normalizers.TopK,
}
MASKS: dict[str, type[Mask]] = {
    "causal": masks.Causal,
    "window": masks.Window,
    "strided": masks.Strided,
    "global": masks.Global,
    "padding": masks.Padding,
    "keys": masks.Keys,
    "documents": masks.Documents,
    "blocks": masks.Blocks,
    "dense": masks.Dense,
    "edges": masks.Edges,
}
POSITIONS: dict[str, type[Position]] = {
    "rotary": positions.Rotary,
    "alibi": positions.Alibi,
    "relative-bias": positions.RelativeBias,
    "relative-keys": positions.RelativeKeys,
    "bias": positions.Bias,
    "edge-bias": positions.EdgeBias,
}
