"""Text as words that carry their letters: a word never seen still has its beginning, its end and its parts."""

from regard.inputs.words.words import TextInput, TextOptions

__all__ = ["TextInput", "TextOptions"]
