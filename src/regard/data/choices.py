"""How files of examples are read: what a user may say where the files do not tell."""

from dataclasses import dataclass

from regard.data.items import KINDS
from regard.data.labelled import TextLayout
from regard.data.pairs import one_of


@dataclass(kw_only=True)
class ReadingChoices:
    """Which input, and how its files are laid out."""

    input: str = "auto"
    """what items are: text, sound, image, graph, series, vectors or story; auto goes by the files (docs/data.md)"""
    format: str = "auto"
    """of text files: table, lines, columns, conllu, fasttext, label-first, json or spans; auto goes by the names"""
    x: str | None = None
    """column or key of what is read; several, joined by commas, of a long table; of nodes, the list of features"""
    y: str | None = None
    """column or key of the answer"""
    groups: str | None = None
    """column of groups, each of which stays on one side of a split"""
    id: str | None = None
    """column of a long table that tells the items apart"""
    time: str | None = None
    """column of a long table that orders the steps of an item"""
    name_pattern: str | None = None
    """how file names tell the answer, as {label}_{group}_{}.wav"""
    part: str | None = None
    """of a JSON file with several parts, which: train, or train+oos_train"""
    label_separator: str | None = None
    """in label-first files a class ends where this first stands in it: COARSE:fine"""
    directed: bool = False
    """whether edges in a table lead from source to target alone"""
    folds: str | None = None
    """folder of test_idx-1.txt, …: the numbers, from 0, of the items that each fold tests on"""
    fold: int | None = None
    """which of the folds tests, counted from 1; all other items train"""
    encoding: str = "utf-8"
    """of every text file"""
    blank: str = "error"
    """a blank text: error, or skip (counted)"""

    def check_input(self) -> None:
        """Raises OptionError unless `input` is a kind of input, or auto."""
        one_of("input", self.input, ("auto", *KINDS))

    def text_layout(self) -> TextLayout:
        """The choices that text files know."""
        return TextLayout(
            format=self.format,
            x=self.x,
            y=self.y,
            groups=self.groups,
            part=self.part,
            label_separator=self.label_separator,
            encoding=self.encoding,
            blank=self.blank,
        )
