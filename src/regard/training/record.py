"""What model.json remembers of a training, besides the network."""

from dataclasses import asdict
from typing import Any

import torch

from regard.training.loop import Outcome
from regard.training.options import TrainingOptions


def training_record(asked: dict[str, Any], options: TrainingOptions, outcome: Outcome, data: str) -> dict[str, Any]:
    """Versions, seed, data, choices, scores and how long it took."""
    from regard import __version__

    return {
        "versions": {"regard": __version__, "torch": str(torch.__version__)},
        "seed": options.seed,
        "data_fingerprint": data,
        "asked": asked,
        "training": asdict(options),
        "scores": {name: round(score, 4) for name, score in outcome.scores.items()},
        "chosen": outcome.chosen,
        "steps": outcome.position.step,
        "minutes": round(outcome.position.seconds / 60, 2),
    }
