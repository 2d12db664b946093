"""The one form of every error, and what it must say."""

from regard.errors import RegardError


def three_lines(error: RegardError, fragments: tuple[str, ...]) -> None:
    """Asserts that an error has three readable lines and holds the fragments."""
    text = str(error)
    assert [line[:7] for line in text.splitlines()[1:]] == ["  got  ", "  try  "]
    assert all(line.isprintable() and len(line) < 400 for line in text.splitlines())
    assert [fragment for fragment in fragments if fragment not in text] == [], text
