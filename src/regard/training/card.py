"""card.md: what a model is, for whoever finds the folder."""

from regard.data.pairs import Pairs
from regard.models.translator import Translator
from regard.training.loop import Outcome
from regard.training.options import TrainingOptions


def card(model: Translator, options: TrainingOptions, outcome: Outcome, pairs: tuple[Pairs, Pairs]) -> str:
    """The card's text, in Markdown."""
    network, position = model.network.options, outcome.position
    scores = "\n".join(f"| {name} | {score:.2f} |" for name, score in outcome.scores.items())
    return f"""# A translator made with regard

- Network: {network.network}, {network.attention} attention, width {network.width}, {network.layers} layer(s),
  {sum(each.numel() for each in model.network.parameters()):,} parameters
- Tokens: {model.source.kind}, {model.source.size:,} source, {model.target.size:,} target
- Trained on {len(pairs[0]):,} pairs for {position.step:,} updates in {position.seconds / 60:.1f} minutes,
  {options.precision} on {options.device}, seed {options.seed}; ended because {outcome.reason}
- Chosen weights: {outcome.chosen}, by {options.metric} (greedy) on {len(pairs[1]):,} validation pairs:

| weights | {options.metric} |
| --- | ---: |
{scores}

It knows only what its training data held. `regard evaluate` scores it on data of yours; `regard look` shows what it
read for one sentence.
"""
