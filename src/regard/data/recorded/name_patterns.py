"""Classes and groups from the names of files, by a pattern such as `{label}_{group}_{}.wav`."""

from string import Formatter
from typing import NamedTuple

from regard.data.files import quoted
from regard.errors import DataError, OptionError

FIELDS = ("label", "group", "")


class NamePattern(NamedTuple):
    """Texts that stand between fields, one more of them than of fields; a field is `label`, `group` or unnamed."""

    texts: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def parse(cls, pattern: str) -> "NamePattern":
        """The pattern that is written so. Raises OptionError where a name could not be told apart by it.

        >>> NamePattern.parse("{label}_{group}_{}.wav").match("9_theo_13.wav", "digits")
        {'label': '9', 'group': 'theo'}
        """
        hint = "write names as in '{label}_{group}_{}.wav', where {} is what does not matter"
        try:
            pieces = list(Formatter().parse(pattern))
        except ValueError as error:
            raise OptionError("name_pattern: must be sound", got=f"{error} in {quoted(pattern)}", hint=hint) from error
        texts, fields = [""], []
        for text, field, form, conversion in pieces:
            texts[-1] += text
            if field is None:
                continue
            if field not in FIELDS or form or conversion:
                written = quoted(field + ("!" + conversion if conversion else "") + (":" + form if form else ""))
                raise OptionError("name_pattern: fields are {label}, {group} and {}", got=written, hint=hint)
            fields.append(field)
            texts.append("")
        named = [field for field in fields if field]
        if not named or len(set(named)) < len(named):
            rule = "name_pattern: must hold {label}, {group} or both, each once"
            raise OptionError(rule, got=quoted(pattern), hint=hint)
        if not all(texts[1:-1]):
            rule = "name_pattern: something must stand between two fields"
            raise OptionError(rule, got=quoted(pattern), hint=hint)
        return cls(tuple(texts), tuple(fields))

    def match(self, name: str, where: str) -> dict[str, str]:
        """What the named fields stand for. Raises DataError if the name has another form, or two readings."""
        found, rest = [], name.removeprefix(self.texts[0]) if name.startswith(self.texts[0]) else ""
        for text in self.texts[1:-1]:
            field, _, rest = rest.partition(text)
            found.append(field)
        last = self.texts[-1]
        found.append(rest.removesuffix(last) if rest.endswith(last) else "")
        got = f"the name {quoted(name, 80)}"
        if not all(found):
            hint = "rename it, move it out, or write name_pattern so that it fits every file"
            raise DataError(f"{where}: names must follow {quoted(str(self), 80)}", got=got, hint=hint)
        if any(text and text in field for text, field in zip(self.texts[:-1], found, strict=True)):
            got = f"{got}: one field holds {' or '.join(repr(text) for text in dict.fromkeys(self.texts[1:-1]))}"
            hint = "rename it, or choose another separator"
            raise DataError(f"{where}: {quoted(str(self), 80)} must fit a name in one way", got=got, hint=hint)
        return {field: value for field, value in zip(self.fields, found, strict=True) if field}

    def __str__(self) -> str:
        """As it was written, but for doubled braces."""
        ends = zip(self.fields, self.texts[1:], strict=True)
        return self.texts[0] + "".join(f"{{{field}}}{text}" for field, text in ends)
