"""A clear difference is told as people, and as one in how many."""

from __future__ import annotations

from lowdose.evidence.effects.values import Counts
from lowdose.evidence.pooling.risks import Risks, pool_risks
from lowdose.report.evidence_harms_text import difference_words


def risks(treated: int, control: int) -> Risks:
    return pool_risks(Counts([treated], [50]), Counts([control], [50]))


def test_more_people_are_told_as_one_more_in_so_many() -> None:
    """30 of 50 against 10 of 50: a difference of 0.40 is one in 2.5."""
    assert difference_words(risks(30, 10)) == (
        "39 more (21 to 56), or one more in about 3 people (2 to 5)."
    )


def test_fewer_people_are_told_as_one_fewer() -> None:
    assert difference_words(risks(10, 30)) == (
        "39 fewer (21 to 56), or one fewer in about 3 people (2 to 5)."
    )


def test_where_the_interval_holds_none_no_such_number_is_given() -> None:
    found = risks(12, 10)

    assert found.one_in is None
    assert "whether naltrexone makes a difference is not known" in difference_words(found)
