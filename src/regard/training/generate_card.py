"""What a generator is, said in a few lines: before training, and in its folder."""

from regard.networks.pattern import all_global
from regard.training.language import METRIC, Generating
from regard.training.loop import Outcome


def described(task: Generating, lines: list[str]) -> str:
    """The choices that were made, for the terminal."""
    o, options, text = task.network.options, task.options, task.model.text
    size = sum(each.numel() for each in task.network.parameters())
    parts = [f"width {o.width}", f"{o.layers} layer{'s' * (o.layers > 1)}", f"dropout {o.dropout:g}"]
    if o.network == "transformer":
        parts = [o.reading, *parts, f"{o.heads} heads", f"{o.positions} positions"]
    else:
        parts.append(o.cell)
    if not all_global(o.pattern):
        parts.append(f"each layer reads {o.pattern}")
    often = "epoch" if options.validate_epochs == 1 else f"{options.validate_epochs} epochs"
    limit = f", at most {options.max_minutes:g} minutes" * bool(options.max_minutes)
    return (
        f"Tokens: {text.kind}, {text.size:,}; a line end is one, too.\n"
        f"Network: {o.network}, {', '.join(parts)}; {size:,} parameters; it reads at most {o.longest:,} tokens back.\n"
        f"Training: {len(lines):,} lines, {len(task.train):,} tokens, at most {options.epochs} epochs{limit}, "
        f"{options.batch_tokens:,} tokens a batch, rate {options.learning_rate:g} ({options.schedule}, warm-up "
        f"{options.warmup}), {options.precision} on {options.device}, seed {options.seed}.\n"
        f"Every {often} the {len(task.valid):,} validation tokens are told; the weights with the best {METRIC} are "
        "kept."
    )


def generator_card(task: Generating, outcome: Outcome, lines: list[str]) -> str:
    """card.md."""
    scores = "\n".join(f"| {name} | {score:.4f} |" for name, score in outcome.scores.items())
    position = outcome.position
    return f"""# A generator of text, made with regard

{described(task, lines)}

Trained for {position.step:,} updates in {position.seconds / 60:.1f} minutes; ended because {outcome.reason}.
Chosen weights: {outcome.chosen}, by {METRIC} (in nats, the nearer to 0 the better) on the validation text:

| weights | {METRIC} |
| --- | ---: |
{scores}

It writes what its training text makes likely, true or not. `regard evaluate` tells how likely a text of yours is.
"""
