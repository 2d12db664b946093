"""Networks that read a set of vectors and give each a new representation in its context."""

from regard.networks.encoders.base import Encoder
from regard.networks.encoders.catalogue import ENCODERS, build_encoder, check_encoder

__all__ = ["ENCODERS", "Encoder", "build_encoder", "check_encoder"]
