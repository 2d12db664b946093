"""Unknown words of a translation, each replaced by the word of the source that it was read from most.

Papers: Jean et al. 2015, arXiv 1412.2007, section 3.3, with the weights of attention; Luong et al. 2015,
arXiv 1410.8206, where the place is learned.
"""

from torch import Tensor

from regard.errors import OptionError
from regard.inputs.text import UNKNOWN, Text
from regard.inputs.text.units import words
from regard.inputs.text.vocabulary import UNKNOWN_AS_TEXT
from regard.models.translator import Candidate, Translator

WHOLE = ("word", "spaced")
"""Kinds of text whose tokens are words."""


def check_unknown(model: Translator) -> None:
    """Raises OptionError for a model that cannot tell where a word came from, or whose targets are no words."""
    got = ""
    if not isinstance(model.source, Text):
        got = f"one that reads {model.source.kind}"
    elif model.target.kind not in WHOLE:
        got = f"one that writes tokens of the kind {model.target.kind!r}"
    elif model.network.options.attention == "none":
        got = "one that reads only the last state"
    if got:
        rule = "replace-unknown: the model must turn words into words, with attention"
        raise OptionError(rule, got=got, hint="leave --replace-unknown out, or train with --tokens word")


def replaced(model: Translator, source: str, candidate: Candidate) -> Candidate:
    """The candidate with each unknown word of its text replaced; its tokens stay as they are."""
    if UNKNOWN not in candidate.tokens:
        return candidate
    read = _words_read(model, source, model.read(source, candidate.tokens).weights)
    places = [place for place, token in enumerate(candidate.tokens) if token == UNKNOWN]
    text = model.target.decode(candidate.tokens[: places[0]])
    for place, end in zip(places, [*places[1:], None], strict=True):
        behind = model.target.decode([UNKNOWN, *candidate.tokens[place + 1 : end]]).removeprefix(UNKNOWN_AS_TEXT)
        text += f"{' ' * bool(text)}{read[place]}{behind}"
    return candidate._replace(text=text)


def _words_read(model: Translator, source: str, weights: Tensor) -> list[str]:
    """For each target token the source's word with the largest weight, the end aside."""
    assert isinstance(model.source, Text), "it was checked"
    spans = model.source.spans(source)
    largest = weights[:, : len(spans)].argmax(1).tolist()
    if model.source.kind in WHOLE:
        return [source[slice(*spans[place])] for place in largest]
    return [_word_at(source, spans[place][0]) for place in largest]


def _word_at(source: str, place: int) -> str:
    """The word that a character belongs to.

    >>> _word_at("ein Känguru, das", 6)
    'Känguru'
    """
    end = 0
    for word in words(source):
        end += len(word)
        if place < end:
            return word.strip()
    return source[place:]
