"""Legal transitions are those of the schemes' grammars, over all sequences of labels up to four."""

import re
from itertools import product

import pytest
import torch

import regard
from regard.layers.tagging import legal_transitions, scheme_by_names

CASES = [
    ("BIO", ["O", "B-X", "I-X", "B-a-b", "I-a-b"], r"(O |B-X (I-X )*|B-a-b (I-a-b )*)*"),
    ("BIOES", ["S-X", "O", "E-X", "B-X", "I-X", "S-Y", "B-Y", "E-Y"], r"(O |S-X |B-X (I-X )*E-X |S-Y |B-Y E-Y )*"),
    ("BILOU", ["U-X", "O", "L-X", "B-X", "I-X", "B-Y", "L-Y"], r"(O |U-X |B-X (I-X )*L-X |B-Y L-Y )*"),
    ("IOB1", ["O", "I-X", "B-X", "I-Y", "B-Y"], r"(O |I-X (I-X |B-X )*|I-Y (I-Y |B-Y )*)*"),
    ("BIO", ["B", "I", "O"], r"(O |B (I )*)*"),
    ("IOB1", ["B", "I", "O"], r"(O |I (I |B )*)*"),
]


@pytest.mark.parametrize(("scheme", "names", "grammar"), CASES)
def test_a_sequence_is_legal_if_its_grammar_says_so(scheme: str, names: list[str], grammar: str) -> None:
    legal, edge = legal_transitions(names, scheme).tolist(), len(names)
    for length in range(5):
        for path in product(range(edge), repeat=length):
            steps = zip((edge, *path), (*path, edge), strict=True)
            text = "".join(f"{names[label]} " for label in path)
            assert all(legal[i][j] for i, j in steps) == bool(re.fullmatch(grammar, text)), text


@pytest.mark.parametrize(("scheme", "names"), [(scheme, names) for scheme, names, _ in CASES[:3]])
def test_the_names_tell_the_scheme(scheme: str, names: list[str]) -> None:
    assert scheme_by_names(names) == scheme
    assert torch.equal(legal_transitions(names), legal_transitions(names, scheme))


def test_some_letters_tell_it_too() -> None:
    assert scheme_by_names(["B-X"]) == scheme_by_names(["I-X", "O"]) == "BIO"
    assert scheme_by_names(["S-X"]) == scheme_by_names(["B-X", "E-X"]) == "BIOES"
    assert scheme_by_names(["U-X", "B-X"]) == "BILOU"


@pytest.mark.parametrize("names", [
    ["NOUN", "VERB"], ["O"], [], ["B", "I", "O"], ["O", "X-I"], ["O-X", "B-X"], ["B-", "O"], ["O", "I-X", "other"],
    ["BI-X", "O"], ["-X", "O"], ["b-X", "O"], ["E-X", "U-X"],
])  # fmt: skip
def test_labels_of_no_scheme_may_follow_each_other_as_they_like(names: list[str]) -> None:
    assert scheme_by_names(names) is None
    legal = legal_transitions(names)
    assert legal.shape == (len(names) + 1, len(names) + 1) and legal.all()


def test_an_unknown_scheme_is_answered_with_the_nearest() -> None:
    with pytest.raises(regard.OptionError) as caught:
        legal_transitions(["O"], "BIOE")
    assert str(caught.value) == (
        "scheme: no such name\n  got  'BIOE'\n  try  'BIOES'? or one of BIO, BIOES, BILOU, IOB1"
    )
