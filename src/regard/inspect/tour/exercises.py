"""Exercises that check themselves."""

from regard.errors import OptionError

NEAR = 0.01
"""An answer is right within a hundredth of the number, or of one."""


def check(chapter: int, number: int, answer: object) -> str:
    """Whether an answer to an exercise is right, numbers to a hundredth: `right` or `not yet`.

    OptionError for an exercise that is not there.

    >>> check(2, 1, 0.25), check(2, 1, 0.3)
    ('right', 'not yet')
    """
    return "right" if is_right(chapter, number, answer) else "not yet"


def is_right(chapter: int, number: int, answer: object) -> bool:
    """Whether an answer to an exercise is right."""
    from regard.inspect.tour.source import chapters

    if not 1 <= chapter <= len(chapters()):
        raise OptionError("tour: no such chapter", got=str(chapter), hint=f"1 to {len(chapters())}")
    exercises = chapters()[chapter - 1].exercises
    if not 1 <= number <= len(exercises):
        raise OptionError("tour: no such exercise", got=str(number), hint=f"1 to {len(exercises)}")
    return same(answer, exercises[number - 1].answer)


def same(answer: object, wanted: str) -> bool:
    """Whether an answer is the wanted one: a number, or a word in any case.

    >>> same("0.249", "0.25"), same("Yes ", "yes"), same(3, "4")
    (True, True, False)
    """
    try:
        number, right = float(str(answer)), float(wanted)
    except ValueError:
        return str(answer).strip().casefold() == wanted.casefold()
    return abs(number - right) <= NEAR * max(1.0, abs(right)) if not right.is_integer() else number == right
