"""Text as words that carry their letters: a word never seen still has its beginning, its end and its parts."""

from regard.inputs.words.words import FIRST, TextInput, TextOptions

__all__ = ["FIRST", "TextInput", "TextOptions"]
