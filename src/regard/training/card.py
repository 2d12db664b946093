"""What a translator is, said in a few lines: before training, and in card.md for whoever finds the folder."""

from regard.inputs.text import Text
from regard.models.translator import Translator
from regard.networks.base import NetworkOptions
from regard.networks.items import Source
from regard.networks.pattern import all_global
from regard.training.loop import Outcome
from regard.training.metric import NAMES
from regard.training.options import TrainingOptions


def card(model: Translator, options: TrainingOptions, outcome: Outcome, pairs: tuple[int, int]) -> str:
    """The card's text, in Markdown."""
    network, position = model.network.options, outcome.position
    scores = "\n".join(f"| {name} | {score:.2f} |" for name, score in outcome.scores.items())
    return f"""# A translator made with regard

- Network: {several(network)}{network.network}, {network.reading}, width {network.width},
  {network.layers} layer(s), {sum(each.numel() for each in model.network.parameters()):,} parameters
- {_sides(model)}
- Trained on {pairs[0]:,} pairs for {position.step:,} updates in {position.seconds / 60:.1f} minutes,
  {options.precision} on {options.device}, seed {options.seed}; ended because {outcome.reason}
- Chosen weights: {outcome.chosen}, by {options.metric} (greedy) on {pairs[1]:,} validation pairs:

| weights | {options.metric} |
| --- | ---: |
{scores}

It knows only what its training data held. `regard evaluate` scores it on data of yours; `regard look` shows what it
read for one sentence.
"""


def described(model: Translator, options: TrainingOptions, train: int, valid: int) -> str:
    """The choices in a few lines, for the person who trains."""
    n, size = model.network.options, sum(each.numel() for each in model.network.parameters())
    shape = f"width {n.width}, {n.layers} layer{'s' * (n.layers > 1)}, dropout {n.dropout:g}"
    if n.network != "recurrent":
        shared = f" over {n.key_heads} of keys" if n.key_heads not in (0, n.heads) else ""
        shape += f", {n.heads} heads{shared}, {n.positions} positions, feed-forward {n.feed_forward}"
    else:
        order = "late" if n.order == "late" else f"{n.order}'s"
        shape += f", {n.cell}{', two-way' * n.two_way}, {order} order"
    if not all_global(n.pattern):
        shape += f", each layer reads {n.pattern}"
    if n.attention != "none" and n.normalizer != "auto":
        shape += f", weights by {n.normalizer}"
    often = "epoch" if options.validate_epochs == 1 else f"{options.validate_epochs} epochs"
    limit = f", at most {options.max_minutes:g} minutes" * bool(options.max_minutes)
    each = "tokens" if isinstance(model.source, Text) else "vectors"
    packed = ", packed," * options.packing
    return (
        f"{_sides(model)}\n"
        f"Network: {several(n)}{n.network}, {n.reading}, {shape}; {size:,} parameters.\n"
        f"Training: {train:,} pairs, at most {options.epochs} epochs{limit}, {options.batch_tokens:,} "
        f"{each}{packed} a batch, "
        f"rate {options.learning_rate:g} ({options.schedule}, warm-up {options.warmup}), "
        f"{options.precision} on {options.device}, seed {options.seed}.\n"
        f"Every {often} the {valid:,} validation pairs are translated; the weights with the best "
        f"{NAMES[options.metric]} are kept."
    )


def several(options: NetworkOptions) -> str:
    """`3 × ` for an ensemble of three."""
    return f"{options.members} × " * (options.members > 1)


def _sides(model: Translator) -> str:
    """How source and target become numbers."""
    target, source = model.target, model.source
    if isinstance(source, Text):
        words = f"{target.size:,} shared by both sides" if source is target else f"{source.size:,} and {target.size:,}"
        return f"Tokens: {source.kind}, {words}."
    assert isinstance(model.network.source, Source), "items are read by their own part of a network"
    how = model.network.source.how
    read = f", halved {how.halvings} times" * bool(how.halvings) + f", a share of {how.ctc:g} for CTC" * bool(how.ctc)
    return f"Source: {source.kind}, {source.features:,} features{read}. Tokens: {target.kind}, {target.size:,}."
