"""What a generator of images is, said in a few lines: before training, and in its folder."""

from regard.training.loop import Outcome
from regard.training.painting import METRIC, Painting


def described(task: Painting) -> str:
    """The choices that were made, for the terminal."""
    o, options, canvas = task.network.options, task.options, task.model.canvas
    size = sum(each.numel() for each in task.network.parameters())
    parts = [f"width {o.width}", f"{o.layers} layer{'s' * (o.layers > 1)}", f"dropout {o.dropout:g}"]
    if o.network == "transformer":
        parts = [o.reading, *parts, f"{o.heads} heads", f"{o.positions} positions of row and column"]
    else:
        parts.append(o.cell)
    shrunk = f", each the mean of {canvas.shrink} × {canvas.shrink}" * (canvas.shrink > 1)
    limit = f", at most {options.max_minutes:g} minutes" * bool(options.max_minutes)
    return (
        f"Pixels: {canvas.rows} rows of {canvas.columns}{shrunk}, told one by one in {canvas.levels} levels of grey.\n"
        f"Network: {o.network}, {', '.join(parts)}; {size:,} parameters.\n"
        f"Training: {len(task.train):,} images, {task.train.size:,} pixels, at most {options.epochs} epochs{limit}, "
        f"{options.batch_tokens:,} pixels a batch, rate {options.learning_rate:g} ({options.schedule}, warm-up "
        f"{options.warmup}), {options.precision} on {options.device}, seed {options.seed}.\n"
        f"The {len(task.valid):,} validation images are told; the weights with the fewest {METRIC} are kept."
    )


def painter_card(task: Painting, outcome: Outcome) -> str:
    """card.md."""
    scores = "\n".join(f"| {name} | {score:.4f} |" for name, score in outcome.scores.items())
    position = outcome.position
    return f"""# A generator of images, made with regard

{described(task)}

Trained for {position.step:,} updates in {position.seconds / 60:.1f} minutes; ended because {outcome.reason}.
Chosen weights: {outcome.chosen}, by {METRIC} (the fewer the better) on the validation images:

| weights | {METRIC} |
| --- | ---: |
{scores}

Bits are of the levels of grey named above: fewer levels need fewer bits, so that they compare with the same levels
alone. It paints what its training images make likely. `regard evaluate` tells how likely an image of yours is.
"""
