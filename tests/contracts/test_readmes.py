"""The Chinese README says what the English one says: its commands, its python and its links are found there."""

import re

from source_tree import REPOSITORY

ENGLISH, CHINESE = ((REPOSITORY / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ITS_OWN = {"docs/tour/README.zh-CN.md", "README.md"}


def lines(text: str) -> list[str]:
    """What the blocks of a README type, without remarks."""
    code = "".join(found[2] for found in BLOCK.finditer(text))
    return [line for each in code.splitlines() if (line := re.sub(r"\s+# .*", "", each).rstrip())]


def links(text: str) -> set[str]:
    return set(re.findall(r"\]\(([^)]+)\)", text))


def test_every_command_and_line_of_code_is_one_of_the_english_readme() -> None:
    assert len(lines(CHINESE)) > 25
    assert [line for line in lines(CHINESE) if line not in lines(ENGLISH)] == []


def test_its_links_lead_somewhere() -> None:
    assert links(CHINESE) - ITS_OWN <= links(ENGLISH)
    assert all((REPOSITORY / link).exists() for link in links(CHINESE))


def test_the_test_itself_sees_a_command_that_is_not_there() -> None:
    assert lines("```sh\nregard fly  # up\n```\n") == ["regard fly"]
    assert "regard fly" not in lines(ENGLISH)
