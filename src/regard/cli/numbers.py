"""Whole numbers in one word: `16,32,64`."""

from regard.errors import OptionError


def whole_numbers(flag: str, text: str, most: int | None = None) -> tuple[int, ...]:
    """The numbers, in the order in which they stand; none for an empty text.

    Raises OptionError for what is no number, for one below 1 or above `most`, and for one that comes twice.

    >>> whole_numbers("--beyond", "16,32")
    (16, 32)
    """
    found = [part.strip() for part in text.split(",")] if text.strip() else []
    limit = "from 1 on" if most is None else f"from 1 to {most}"
    rule, hint = f"{flag}: whole numbers {limit}, joined by commas, none twice", f"{flag} 1,3,10"
    numbers = [int(part) if part.isascii() and part.isdigit() else 0 for part in found]
    if any(number < 1 or (most is not None and number > most) for number in numbers) or len({*numbers}) < len(numbers):
        raise OptionError(rule, got=repr(text), hint=hint)
    return tuple(numbers)
