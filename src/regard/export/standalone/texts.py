"""The tokenizers of an exported translator."""

from pathlib import Path

from regard.inputs.text import Text


def sides(folder: Path) -> tuple[Text, Text]:
    """The source's and the target's; one object where they are one."""
    if (folder / "text.json").is_file():
        text = Text.load(folder / "text.json")
        return text, text
    return Text.load(folder / "source.json"), Text.load(folder / "target.json")
