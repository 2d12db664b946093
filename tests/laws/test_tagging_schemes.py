"""Legal transitions are those of the schemes' grammars, over all sequences of labels up to four."""

import re
from itertools import product

import pytest

from regard.layers.tagging import legal_transitions, scheme_of

BIO = ["O", "B-X", "I-X", "B-a-b", "I-a-b"]
BIOES = ["S-X", "O", "E-X", "B-X", "I-X", "S-Y", "B-Y", "E-Y"]
GRAMMARS = {
    "BIO": r"(O |B-X (I-X )*|B-a-b (I-a-b )*)*",
    "BIOES": r"(O |S-X |B-X (I-X )*E-X |S-Y |B-Y E-Y )*",
}


@pytest.mark.parametrize(("scheme", "names"), [("BIO", BIO), ("BIOES", BIOES)])
def test_a_sequence_is_legal_if_its_grammar_says_so(scheme: str, names: list[str]) -> None:
    assert scheme_of(names) == scheme
    legal, edge = legal_transitions(names).tolist(), len(names)
    for length in range(5):
        for path in product(range(edge), repeat=length):
            steps = zip((edge, *path), (*path, edge), strict=True)
            text = "".join(f"{names[label]} " for label in path)
            assert all(legal[i][j] for i, j in steps) == bool(re.fullmatch(GRAMMARS[scheme], text)), text


@pytest.mark.parametrize("names", [
    ["NOUN", "VERB"], ["O"], [], ["B", "I", "O"], ["O", "X-I"], ["O-X", "B-X"], ["B-", "O"], ["O", "I-X", "other"],
    ["BI-X", "O"], ["-X", "O"], ["b-X", "O"],
])  # fmt: skip
def test_labels_of_no_scheme_may_follow_each_other_as_they_like(names: list[str]) -> None:
    assert scheme_of(names) is None
    legal = legal_transitions(names)
    assert legal.shape == (len(names) + 1, len(names) + 1) and legal.all()


def test_a_scheme_is_told_by_its_letters() -> None:
    assert scheme_of(["B-X"]) == scheme_of(["I-X", "O"]) == "BIO"
    assert scheme_of(["S-X"]) == scheme_of(["B-X", "E-X"]) == "BIOES"
