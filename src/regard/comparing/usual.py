"""Which networks are compared where nobody named any: those that suit the kind of answer and of input."""

from pathlib import Path
from typing import Any

from regard.comparing.job import CONFIGS
from regard.data.choices import ReadingChoices
from regard.data.door import told
from regard.training.answer_config import AnswerConfig
from regard.training.config import TranslateConfig
from regard.training.items import source_kind

Tries = dict[str, dict[str, Any]]

CONVOLUTION = {"convolution": {"network": "convolutional"}}
RECURRENCE = {"recurrence": {"network": "recurrent"}}
TRANSFORMER = {"transformer": {"network": "transformer"}}
TRANSLATORS: Tries = {
    "recurrence, last state": {"network": "recurrent", "attention": "none"},
    "recurrence, attention": {"network": "recurrent"},
    **TRANSFORMER,
}
GENERATORS: Tries = {**RECURRENCE, **TRANSFORMER, "transformer, linear": {"attention": "linear"}}
IMAGES: Tries = {**CONVOLUTION, **TRANSFORMER}
GRAPHS: Tries = {**TRANSFORMER, "transformer, all nodes": {"network": "transformer", "reach": "all"}}
SEQUENCES: Tries = {**CONVOLUTION, **RECURRENCE, **TRANSFORMER}


def usual_tries(kind: str, choices: dict[str, Any]) -> Tries:
    """Names and choices of the networks, for a kind of training and what its data are."""
    if kind == "generate":
        return GENERATORS
    config = CONFIGS[kind](**choices)
    if isinstance(config, TranslateConfig):
        text = source_kind(config, config.data) == "text"
        return TRANSLATORS if text else {**RECURRENCE, **TRANSFORMER}
    assert isinstance(config, AnswerConfig)
    reading: ReadingChoices = config
    of = told([Path(each) for each in config.data], reading) if reading.input == "auto" else reading.input
    return {"image": IMAGES, "graph": GRAPHS}.get(of, SEQUENCES)
