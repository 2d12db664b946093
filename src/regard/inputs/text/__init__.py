"""Text into token numbers and back, for any script.

>>> text = Text.learn(["Hello, world", "Hello, 世界"], kind="word")
>>> text.pieces("Hello, world")
['▁Hello', ',', '▁world']
>>> text.decode(text.encode("Hello,  世界"))
'Hello, 世界'
"""

from regard.inputs.text.choice import default_kind, single, spelled
from regard.inputs.text.text import Text
from regard.inputs.text.vocabulary import BEGIN, END, PAD, UNKNOWN

__all__ = ["BEGIN", "END", "PAD", "UNKNOWN", "Text", "default_kind", "single", "spelled"]
