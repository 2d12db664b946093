"""How likely a text is to a generator: nats and bits for each character, perplexity for each token, with intervals."""

from regard.metrics.likelihood import bits_per, nats_per, perplexity
from regard.models.nats import Surprise


def likelihoods(surprise: Surprise) -> list[str]:
    """The measures as printed lines; intervals are over lines. A line's end counts as a character."""
    nats, tokens, characters = (each.tolist() for each in surprise[:3])
    lines = [
        *(str(metric.score(characters, nats)) for metric in (nats_per("character"), bits_per("character"))),
        str(perplexity("token").score(tokens, nats)),
    ]
    if surprise.unknown:
        lines.append(f"{surprise.unknown:,} of {sum(tokens):,} tokens are unknown to the model, and told as that")
    return lines
