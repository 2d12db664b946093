"""What the dates are, in the two lines that the demo prints."""

import datetime

from regard.data.dates.locales import LOCALES
from regard.data.dates.patterns import patterns, standard
from regard.data.dates.tables import YEARS
from regard.data.dates.writing import write

_EXAMPLES = ("zh", "en", "ar", "ru", "hi")


def describe() -> str:
    """Two lines: how many languages, ways of writing and years; and one date in some of them."""
    ways = sum(len(patterns(locale)) for locale in LOCALES)
    date = datetime.date(2026, 11, 20)
    examples = [write(date, name, standard(name, weekday=True), native=True).text for name in _EXAMPLES]
    return (
        f"dates as people write them: {len(LOCALES)} locales of the CLDR, {ways} ways of writing, "
        f"years {YEARS.start} to {YEARS.stop - 1}\n"
        f"{date.isoformat()} is {'  |  '.join(examples)}"
    )
