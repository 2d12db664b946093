"""Names of the choices: what users write, layers look up, and the laws run over."""

from regard.mechanisms.masks import Causal, Padding
from regard.mechanisms.normalizers import Normalizer, Softmax
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Dot, Score

SCORES: dict[str, type[Score]] = {"dot": Dot, "bilinear": Bilinear, "additive": Additive, "cosine": Cosine}
NORMALIZERS: dict[str, type[Normalizer]] = {"softmax": Softmax}
MASKS: dict[str, type[Causal | Padding]] = {"causal": Causal, "padding": Padding}
