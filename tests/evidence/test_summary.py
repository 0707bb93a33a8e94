"""What is known of a condition: every study has its place, and the answer follows its rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lowdose.errors import InputError
from lowdose.evidence.catalogue import conditions, contrasts, studies
from lowdose.evidence.contrast import Comparison
from lowdose.evidence.families import find_family
from lowdose.evidence.summary import Finding, PooledOutcome, summary
from lowdose.evidence.views import pooled_views

GROUPS = ("controlled", "other_doses", "others", "planned", "reports", "papers")


def outcome(values: list[float], variance: float, family: str = "pain") -> PooledOutcome:
    """Made-up trials of one size."""
    one = contrasts("fibromyalgia", "pain").contrasts[0]
    made = tuple(
        replace(one, study=f"made{n}", value=value, variance=variance)
        for n, value in enumerate(values)
    )
    found = contrasts("fibromyalgia", "pain")
    comparison = Comparison("made up", "pain", one.measure, found.range, made, ())
    return PooledOutcome(
        find_family(family), comparison, pooled_views(values, [variance] * len(made))
    )


@pytest.mark.parametrize(
    ("values", "variance", "finding"),
    [
        ([-1.0], 0.01, Finding.ONE_TRIAL),
        ([-0.3, 0.2, 0.1], 0.04, Finding.NO_DIFFERENCE),
        ([-1.0, -1.1, -0.9, -1.2], 0.01, Finding.FAVOURS_DRUG),
        ([1.0, 1.1, 0.9, 1.2], 0.01, Finding.FAVOURS_PLACEBO),
        ([-1.0, -0.4], 0.01, Finding.DEPENDS),  # normal: sees one; Hartung-Knapp: -4.5 to 3.1
    ],
)
def test_the_finding_follows_the_three_ways(
    values: list[float], variance: float, finding: Finding
) -> None:
    assert outcome(values, variance).finding is finding


def test_where_more_is_better_above_zero_favours_the_drug() -> None:
    assert outcome([1.0, 1.1, 0.9, 1.2], 0.01, "sleep").finding is Finding.FAVOURS_DRUG


@pytest.mark.parametrize("condition", [one.name for one in conditions()])
def test_every_study_of_a_condition_has_one_place(condition: str) -> None:
    found = summary(condition)
    placed = [study.id for group in GROUPS for study in getattr(found, group)]
    plans = [study.id for study in studies(condition) if study.design.value == "protocol"]

    assert len(placed) == len(set(placed))
    # a plan whose trial has reported is told by the report
    assert {study.id for study in studies(condition)} - set(placed) <= set(plans)
    assert {study.id for study in found.controlled} == set(found.condition.controlled)  # type: ignore[union-attr]


def test_fibromyalgia_shows_no_difference_on_its_two_pain_trials() -> None:
    found = summary("FM")

    assert found.finding is Finding.NO_DIFFERENCE
    assert found.leading is not None
    assert (found.leading.family.id, found.leading.k, found.leading.people) == ("pain", 2, 197)
    assert {one.study.id for one in found.left_out} >= {"bested2023", "depaula2023", "younger2013"}


@pytest.mark.parametrize(
    ("condition", "finding"),
    [
        ("Crohn's disease", Finding.NOT_POOLED),
        ("MS", Finding.ONE_TRIAL),
        ("CRPS", Finding.NOT_CONTROLLED),
        ("long COVID", Finding.NOT_CONTROLLED),
        ("autism", Finding.NOT_CONTROLLED),
        ("HIV/AIDS", Finding.NOT_POOLED),
        ("cancers", Finding.NOT_POOLED),
        ("ulcerative colitis", Finding.NOT_CONTROLLED),
        ("ME/CFS", Finding.NOT_CONTROLLED),
        ("lupus", Finding.NO_STUDY),
    ],
)
def test_the_named_conditions(condition: str, finding: Finding) -> None:
    assert summary(condition).finding is finding


def test_randomised_trials_of_other_doses_are_no_controlled_ones() -> None:
    found = summary("autism")

    assert len(found.other_doses) == 4
    assert found.controlled == ()


def test_a_part_points_at_studies_of_the_whole() -> None:
    assert {one.id for one in summary("ulcerative colitis").wider} >= {"lie2018"}
    assert {one.id for one in summary("RRMS").wider} >= {"cree2010"}


def test_harms_never_lead() -> None:
    leading = [summary(one.name).leading for one in conditions()]

    assert all(one.is_benefit for one in leading if one is not None)


def test_a_slip_of_the_pen_is_told() -> None:
    with pytest.raises(InputError, match="did you mean fibromyalgia"):
        summary("fibromialgia")
