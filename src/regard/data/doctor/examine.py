"""All that is looked at, in order: counts and lengths, contents, answers, copies and groups."""

from collections.abc import Mapping

from regard.data.doctor.answers import answers
from regard.data.doctor.contents import contents
from regard.data.doctor.copies import copies, groups
from regard.data.doctor.finding import Finding
from regard.data.doctor.lengths import counts
from regard.data.doctor.pairs import one_side, pairs
from regard.data.doctor.texts import texts
from regard.data.examples import Examples
from regard.data.item_pairs import AnyPairs
from regard.data.pairs import one_of
from regard.errors import DataError

ANSWERS = ("label", "classify", "regress")


def examine(
    parts: Mapping[str, Examples | AnyPairs], longest: int | None = None, answer: str | None = None
) -> list[Finding]:
    """What there is to say about data, by the names of its parts, such as train, valid and test.

    `longest` is the limit whose effect is told, in words, steps, nodes or vectors. `answer` is label, classify or
    regress; left out, the answers themselves tell. Files of sounds and images are hashed, and not decoded. Some 10 s
    for 1,000,000 texts, and 50 bytes of memory a text. Raises DataError without parts, or for pairs beside examples.
    """
    if answer is not None:
        one_of("answer", answer, ANSWERS)
    single = {name: part for name, part in parts.items() if isinstance(part, Examples)}
    double = {name: part for name, part in parts.items() if not isinstance(part, Examples)}
    if (single and double) or not parts:
        got = "both" if parts else "no parts"
        hint = "give parts of one kind: train, valid, test"
        raise DataError("doctor: data must be examples or pairs", got=got, hint=hint)
    if double:
        return _of_pairs(double, longest)
    findings = []
    for name, part in single.items():
        findings += [*counts(name, part, longest), *contents(name, part), *texts(name, part)]
    return [*findings, *answers(single, answer), *copies(single), *groups(single)]


def _of_pairs(parts: Mapping[str, AnyPairs], longest: int | None) -> list[Finding]:
    findings: list[Finding] = []
    for name, part in parts.items():
        for side in ("source", "target"):
            examples = one_side(part, side)
            findings += counts(f"{name}, {side}", examples, longest)
            findings += [*contents(f"{name}, {side}", examples), *texts(f"{name}, {side}", examples)]
    return [*findings, *pairs(parts)]
