"""Which columns or keys hold text and answer, where nobody said so."""

from collections.abc import Sequence

from regard.data.files import brief
from regard.errors import DataError

TEXTS = ("text", "sentence", "utterance", "question", "tokens", "words")
ANSWERS = ("label", "intent", "class", "category", "target", "score", "labels", "tags", "ner_tags")


def usual_columns(names: Sequence[str], at: str, *, answered: bool) -> tuple[str, str | None] | None:
    """The names of text and answer among these, whatever their case; None if no name is a usual one.

    The answer is None where only the text is there and has no company, or `answered` says that no answer is wanted.
    Raises DataError, listing the names, where they leave a choice.

    >>> usual_columns(["id", "Question", "label"], "data.csv:1", answered=True)
    ('Question', 'label')
    >>> usual_columns(["id", "Question"], "data.csv:1", answered=False)
    ('Question', None)
    """
    texts, answers = ([name for name in names if name.strip().casefold() in usual] for usual in (TEXTS, ANSWERS))
    if len(texts) == len(answers) == 1:
        return texts[0], answers[0]
    if len(texts) == 1 and not answers and (len(names) == 1 or not answered):
        return texts[0], None
    if not texts and not answers:
        return None
    raise unclear(names, at)


def unclear(names: Sequence[str], at: str) -> DataError:
    """The error for names of which nobody can tell which are text and answer."""
    listed = ", ".join(map(brief, names[:20])) or "none"
    hint = (
        "choose: --x TEXT --y ANSWER, by name or, in a table, by number from 1; --x alone reads texts without answers"
    )
    return DataError(f"{at}: names must leave no choice of text and answer", got=f"columns {listed}", hint=hint)
