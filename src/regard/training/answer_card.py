"""What a model of labels, classes or numbers is, said in a few lines: before training, and in its folder."""

from regard.inputs.base import Input
from regard.inputs.image import ImageInput
from regard.inputs.story import StoryInput
from regard.inputs.words import FIRST, TextInput
from regard.models.answerer import Answerer
from regard.networks.pattern import all_global
from regard.training.loop import Outcome
from regard.training.options import TrainingOptions

VERBS = {"label": "labels every vector", "classify": "classifies", "regress": "gives numbers"}


def described(model: Answerer, options: TrainingOptions, train: int, valid: int) -> str:
    """The choices that were made, for the terminal."""
    o, head = model.network.options, model.network.head
    size = sum(each.numel() for each in model.network.parameters())
    layer = "hop" if o.network == "memory" else "layer"
    parts = [f"width {o.width}", f"{o.layers} {layer}{'s' * (o.layers != 1)}", f"dropout {o.dropout:g}"]
    if o.attention != "none" and o.layers:
        parts = [o.reading, *parts, f"{o.heads} head{'s' * (o.heads != 1)}"]
    if o.network in ("transformer", "conformer"):
        where = "no positions" if o.positions == "none" else f"{o.positions} positions"
        parts.append("along the edges" if model.network.shape.edge_features is not None else where)
    if o.network == "memory":
        parts += [f"{o.tying} tying", f"without softmax in the first {options.linear_start} epochs"]
    elif not model.targets.per_vector:
        parts.append(f"pooled by {head.pooling}")
    if not all_global(o.pattern):
        parts.append(f"each layer reads {o.pattern}")
    if head.propagations:
        parts.append(f"labels passed on {head.propagations} times along the edges")
    if head.crf:
        parts.append("labels chosen together (CRF)")
    often = "epoch" if options.validate_epochs == 1 else f"{options.validate_epochs} epochs"
    return (
        f"Input: {model.given.kind}, {model.given.features:,} features{more_of(model.given)}. "
        f"Answers: {answers(model)}.\n"
        f"Network: {o.network}, {', '.join(parts)}; {size:,} parameters.\n"
        f"Training: {train:,} items, at most {options.epochs} epochs, {options.batch_tokens:,} vectors a batch, "
        f"rate {options.learning_rate:g} ({options.schedule}, warm-up {options.warmup}), {options.precision} on "
        f"{options.device}, seed {options.seed}.\n"
        f"Every {often} the {valid:,} validation items are answered; the weights with the best {options.metric} are "
        "kept."
    )


def more_of(given: Input) -> str:
    """Of words their given vectors, if any: `, vectors of 300 numbers for 100,000 words, 8,012 of the 9,345 that …`.

    Of images `, patches of 4 × 4 pixels, a convolutional stem`, of stories how many sentences are read.
    """
    if isinstance(given, ImageInput):
        return f", patches of {given.patch} × {given.patch} pixels, a {given.options.stem or 'linear'} stem"
    if isinstance(given, StoryInput):
        read = given.options.sentences
        return f", the last {read} sentences before a question; the longest story has {given.longest:,}"
    if not isinstance(given, TextInput) or not given.given:
        return ""
    known = f"{given.covered:,} of the {given.words - FIRST:,} that training knows"
    return f", vectors of {given.given_size} numbers for {given.given - 1:,} words, {known}"


def answers(model: Answerer) -> str:
    """`one of 6 classes`, `any of 5 classes`, `a number`."""
    targets = model.targets
    each = "for every vector " * targets.per_vector
    if targets.classes:
        return f"{each}{'any' if targets.several else 'one'} of {len(targets.classes):,} classes"
    return f"{each}{'a number' if targets.size == 1 else f'{targets.size} numbers'}"


def answer_card(model: Answerer, options: TrainingOptions, outcome: Outcome, items: tuple[int, int]) -> str:
    """card.md."""
    scores = "\n".join(f"| {name} | {score:.2f} |" for name, score in outcome.scores.items())
    position = outcome.position
    return f"""# A model that {VERBS[model.targets.kind]}, made with regard

{described(model, options, *items)}

Trained for {position.step:,} updates in {position.seconds / 60:.1f} minutes; ended because {outcome.reason}.
Chosen weights: {outcome.chosen}, by {options.metric} on the validation items:

| weights | {options.metric} |
| --- | ---: |
{scores}

It knows only what its training data held. `regard evaluate` scores it on data of yours.
"""
