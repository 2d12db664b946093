"""How well one query matches one key: numbers that follow from two vectors."""

import math

import torch
from torch import Tensor

from regard.mechanisms.features import EluPlusOne, FeatureMap, RandomFeatures, Rectified
from regard.mechanisms.scores import Additive, Bilinear, Cosine, Distance, Dot, Features, Score


def of_head(number: float | Tensor, head: int) -> Tensor:
    """What one head has of a number for all heads, or of a tensor with one for each."""
    numbers = torch.as_tensor(number, dtype=torch.float64).reshape(-1)
    return numbers[head if len(numbers) > 1 else 0]


def prepared_query(score: Score, query: Tensor, head: int) -> Tensor:
    """The query vector as it enters the match: times Bilinear's matrix, or through the feature map."""
    if isinstance(score, Bilinear):
        matrix = score.matrix if score.matrix.dim() == 2 else score.matrix[head]
        return query @ matrix.double()
    return prepared_key(score, query, head)


def prepared_key(score: Score, key: Tensor, head: int) -> Tensor:
    """The key vector as it enters the match: through the feature map."""
    return features(score.map, key, head) if isinstance(score, Features) else key


def features(chosen: FeatureMap, vector: Tensor, head: int) -> Tensor:
    """The features of one vector."""
    match chosen:
        case EluPlusOne():
            return torch.stack([x + 1 if x > 0 else x.exp() for x in vector])
        case Rectified():
            return torch.relu(vector)
        case RandomFeatures(directions):
            own = (directions if directions.dim() == 2 else directions[head]).double()
            small = vector / vector.numel() ** (1 / 4)
            return torch.stack([(torch.dot(w, small) - torch.dot(small, small) / 2).exp() for w in own]) / math.sqrt(
                len(own)
            )


def left_of(score: Score, distance: int, key_head: int) -> Tensor:
    """What a decay leaves of a match between positions so far apart; all of it where there is none."""
    if not isinstance(score, Features) or score.decay is None:
        return torch.ones((), dtype=torch.float64)
    return of_head(score.decay, key_head) ** distance


def match_of(score: Score, query: Tensor, key: Tensor, head: int) -> Tensor:
    """One number: how well the prepared query matches the prepared key."""
    match score:
        case Dot(scale):
            return torch.dot(query, key) * (query.numel() ** -0.5 if scale is None else scale)
        case Bilinear() | Features():
            return torch.dot(query, key)
        case Additive(weight):
            return torch.dot((weight if weight.dim() == 1 else weight[head]).double(), torch.tanh(query + key))
        case Cosine(temperature):
            if not query.any() or not key.any():
                return torch.zeros((), dtype=torch.float64)
            lengths = torch.dot(query, query).sqrt() * torch.dot(key, key).sqrt()
            return torch.dot(query, key) / lengths / of_head(temperature, head)
        case Distance(width):
            apart = query - key
            return -torch.dot(apart, apart) / (2 * of_head(width, head) ** 2)
