"""How good a trained model is on items that it has not learned from: one score, with its interval."""

from collections.abc import Callable
from typing import Any

from regard.data.examples import Examples
from regard.data.item_pairs import AnyPairs
from regard.decoding.beam import Search
from regard.inputs.text import Text
from regard.metrics.answers import scores
from regard.metrics.bleu import bleu
from regard.metrics.edit import character_error_rate, phone_error_rate, word_error_rate, wrong_sequences
from regard.metrics.exact import exact_match
from regard.metrics.likelihood import nats_per
from regard.metrics.metric import Score
from regard.models.answerer import Answerer
from regard.models.generator import Generator
from regard.models.translator import Translator

FALLING = {"cer": character_error_rate, "per": phone_error_rate}
GREEDY = Search(beam=1)
"""As validations are while a model trains."""

Scored = tuple[Score, bool]
"""A score, and whether higher is better."""


def answered(model: Answerer, tested: Examples) -> Scored:
    """Accuracy, span F1 or R², as training goes by."""
    return scores(model.targets.kind, tested.answers or [], model.predict(tested))[0], True


def translated(model: Translator, tested: AnyPairs, metric: str) -> Scored:
    """What training went by: BLEU, exact match, or a rate of errors; of greedy translations."""
    found = [candidates[0].text for candidates in model.translate(tested.sources, GREEDY, where=tested.where)]
    if metric == "bleu":
        whole = bleu(found, tested.targets)
        return Score("BLEU", whole.score, *whole.interval[:2], ""), True
    if metric == "exact":
        right = exact_match(found, tested.targets)
        return Score("exact match", right.score, *right.interval[:2], "%"), True
    if metric == "wer":
        rate = wrong_sequences if isinstance(model.source, Text) else word_error_rate
    else:
        rate = FALLING[metric]
    return rate.score(tested.targets, found), False


def surprised(model: Generator, lines: list[str]) -> Scored:
    """Nats for each character."""
    nats, _, characters, _ = model.surprise(lines)
    return nats_per("character").score(characters.tolist(), nats.tolist()), False


def scorer(kind: str, metric: str) -> Callable[[Any, Any], Scored]:
    """The score of a kind of training."""
    if kind == "translate":
        return lambda model, tested: translated(model, tested, metric)
    return surprised if kind == "generate" else answered
