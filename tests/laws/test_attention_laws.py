"""The other laws, over the same combinations: attention_laws.py says what each of them is."""

import pytest
from attention_case import Case
from attention_cases import hold
from attention_choices import LEGAL, UNDROPPED, Combination, pairwise
from attention_laws import UNDROPPED as LAWS
from attention_laws import permuting_keys_changes_nothing, unordered


@pytest.mark.parametrize("combination", UNDROPPED, ids=str)
@pytest.mark.parametrize("name", LAWS)
def test_the_law_holds(name: str, combination: Combination, covers) -> None:
    def law(case: Case) -> None:
        covers(combination, LAWS[name](case))

    hold(law, combination, 1)


@pytest.mark.parametrize(
    "combination", pairwise([one for one in LEGAL if unordered(one.score, one.mask, one.position)]), ids=str
)
def test_permuting_keys_changes_nothing(combination: Combination, covers) -> None:
    def law(case: Case) -> None:
        covers(combination, permuting_keys_changes_nothing(case))

    hold(law, combination, 1)
