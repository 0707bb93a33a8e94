"""Unwanted events of the evidence: what is pooled, what is not, and that no row gets lost."""

from __future__ import annotations

import pytest
from metafor import agree
from scipy import stats

from lowdose.errors import InputError
from lowdose.evidence.catalogue import published_estimates, studies
from lowdose.evidence.effects.recover import count_from_percent
from lowdose.evidence.families import families
from lowdose.evidence.harms import harms
from lowdose.evidence.harms_values import EventHarms
from lowdose.evidence.load import evidence
from lowdose.population.side_effects import ANY, RATIOS, REMEMBERED, any_side_effect


def event(name: str, **asked: bool) -> EventHarms:
    return harms(event=name, **asked).events[0]  # type: ignore[arg-type]


def test_innova_is_the_only_trial_by_default() -> None:
    """Counts of its abstract, PMID 42385209; the ratio by hand: (33/48) / (36/50) = 0.955."""
    found = event("any adverse event")

    assert [(one.study, one.treated, one.control) for one in found.trials] == [
        ("innova2026", (33, 48), (36, 50))
    ]
    assert found.risks is not None
    assert found.risks.ratio is not None
    assert found.risks.ratio.middle == pytest.approx(33 / 48 / (36 / 50), abs=0.005)
    assert found.checks is not None
    assert found.checks.mantel_haenszel is not None
    agree(found.checks.mantel_haenszel[0], 33 / 48 / (36 / 50))
    assert found.checks.exact is None  # takes two trials with events


def test_everything_takes_in_what_is_marked() -> None:
    found = event("any adverse event", everything=True)

    assert {one.study: bool(one.reasons) for one in found.trials} == {
        "duebruun2024": True,
        "innova2026": False,
    }
    assert found.checks is not None
    assert found.checks.exact is not None
    assert found.risks is not None
    assert found.risks.odds_ratio is not None
    # The exact likelihood of the odds ratio, 0.85, by another model of the same tables.
    assert found.risks.odds_ratio.middle == pytest.approx(found.checks.exact[0], abs=0.03)


def test_every_row_is_pooled_shown_or_held_back() -> None:
    """Each study with an unwanted event stands somewhere in its family."""
    for everything in (False, True):
        for one in harms(everything=everything).events:
            names = families()[one.id].outcomes
            has = {
                study.id
                for study in studies()
                for row in study.adverse_events
                if row.event in names
            }
            rows = (*one.trials, *one.arms, *one.not_counted, *one.held_back)
            assert has <= {row.study for row in rows}, one.name
            assert everything <= (not one.held_back)


def test_what_enters_by_default_has_no_reason_to_stay_out() -> None:
    for one in harms().events:
        assert not any(row.reasons for row in (*one.trials, *one.arms))
        assert one.remembered is None


def test_percentages_without_people_are_shown_but_not_pooled() -> None:
    """37 % against 13 %: 37 % of 31 is no whole number of people, and of how many is not said."""
    found = event("vivid dreams", everything=True)

    assert found.risks is None
    assert {one.said for one in found.not_counted} == {"37 % (ldn)", "13 % (placebo)"}
    assert count_from_percent(37, 31) is None
    assert count_from_percent(13, 31) == 4


def test_published_pools_stand_beside_and_second_hand_ones_only_with_everything() -> None:
    assert [one.effect for one in event("vivid dreams").published] == [2.41]
    assert event("vomiting").published == ()
    assert [one.effect for one in event("vomiting", everything=True).published] == [1.91]


def test_people_without_comparison_are_pooled_apart() -> None:
    found = event("complaints of the gut")

    assert found.risks is None
    assert found.share is not None
    expected = stats.beta(32.5, 89.5).ppf((0.5, 0.025, 0.975))
    agree(found.share.share, expected, rtol=0.01)


def test_a_condition_keeps_its_own_studies() -> None:
    found = harms("multiple sclerosis")

    assert found.condition == "multiple sclerosis"
    assert {row.study for one in found.events for row in one.arms} == {"cree2010", "gironi2008"}


@pytest.mark.parametrize("wrong", ["pain", "vivid dream s", "nothing"])
def test_what_is_not_unwanted_is_refused(wrong: str) -> None:
    with pytest.raises(InputError):
        harms(event=wrong)


def test_published_names_are_names_that_reviews_use() -> None:
    used = {one.outcome for review in evidence().reviews.values() for one in review.estimates}
    named = [name for one in families().values() for name in one.published]

    assert set(named) <= used
    assert sorted(named) == sorted(set(named))


def test_simulate_and_the_evidence_tell_the_same_ratios() -> None:
    """population/side_effects.py comes before the evidence, so its numbers are compared here."""
    published = {(one.outcome, one.effect, *(one.ci or ())) for one in published_estimates()}

    assert {(one.event, one.ratio, one.low, one.high) for one in RATIOS} <= published


def test_simulate_and_the_evidence_tell_the_same_people() -> None:
    """The same counts, and within one of a hundred the same risks."""
    found = event("any adverse event")

    assert ANY.drug, ANY.placebo == (found.trials[0].treated, found.trials[0].control)
    assert found.risks is not None
    for one, other in zip(
        any_side_effect(), (found.risks.treated, found.risks.comparator), strict=True
    ):
        agree([part / 100 for part in one], other, rtol=0, atol=0.01)


def test_what_simulate_remembers_is_what_the_files_have() -> None:
    rows = evidence().studies["younger2013"].adverse_events
    percents = {
        row.event: row.percent for row in rows if row.arm == "placebo" and row.percent is not None
    }

    assert {one.event: round(100 * one.noted / one.people) for one in REMEMBERED} == percents
