"""How sure: what the rules say of real trials, and what must hold of any."""

from __future__ import annotations

import datetime
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_studies import CONTRAST, evidence_of, study, text

from lowdose.evidence.certainty import outcomes
from lowdose.evidence.certainty.judge import certainty, judge
from lowdose.evidence.certainty.pooled_steps import (
    Two,
    crossings,
    imprecision,
    information_fraction,
)
from lowdose.evidence.certainty.values import Certainty, Important, Judgement, Step
from lowdose.evidence.certainty.words import Domain, Level, Risk, Seriousness, TrialDomain, Zone
from lowdose.evidence.families import families
from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.pooling.values import Interval, Pooled
from lowdose.evidence.records import Span

LEVELS = list(Level)
ONE_POINT = Important(Span(-1, 1), "1 point", "here")


def step(found: Certainty, domain: Domain) -> Step:
    return next(each for each in found.steps if each.domain is domain)


def risks(found: Certainty, trial: str) -> dict[str, str]:
    one = next(each for each in found.trials if each.study == trial)
    return {each.domain.value: each.risk.value for each in one.domains}


# What the rules say of real trials, each worked out by hand from the record.


def test_pain_in_fibromyalgia_is_low_because_two_trials_are_few_and_others_stand_outside() -> None:
    found = certainty("fibromyalgia", "pain")

    assert found.level is Level.LOW and found.zone is Zone.NO_IMPORTANT_DIFFERENCE
    assert {each.domain: each.seriousness.steps for each in found.steps} == {
        Domain.RISK_OF_BIAS: 0,
        Domain.IMPRECISION: -1,
        Domain.INCONSISTENCY: 0,
        Domain.INDIRECTNESS: 0,
        Domain.MISSING_EVIDENCE: -1,
        Domain.UNCHECKED: 0,
    }
    assert found.people == 197


def test_a_trial_that_lost_a_quarter_of_its_people_is_at_high_risk() -> None:
    """Cree 2010: 60 of 80 analysed."""
    found = certainty("MS", "mood")

    assert risks(found, "cree2010")["missing_data"] == "high"
    assert step(found, Domain.RISK_OF_BIAS).seriousness is Seriousness.VERY
    assert found.level is Level.VERY_LOW


def test_more_than_a_third_of_the_people_outside_the_pool_is_serious() -> None:
    """Sharafaddinzadeh 2010 measured quality of life in 96 people and says only that there was no
    difference; Cree 2010 gives a number for 60."""
    found = step(certainty("MS", "quality of life"), Domain.MISSING_EVIDENCE)

    assert found.seriousness is Seriousness.SERIOUS
    assert "96 people" in found.reason and "sharafaddinzadeh2010" in found.reason


def test_three_weeks_say_little_of_a_medicine_taken_for_months() -> None:
    found = step(certainty("fibromyalgia", "symptoms"), Domain.INDIRECTNESS)

    assert found.seriousness is Seriousness.SERIOUS and "4 weeks" in found.reason


def test_a_crossover_without_known_washout_is_not_known_rather_than_low() -> None:
    found = certainty("fibromyalgia", "pain_response")

    assert risks(found, "younger2013")["carry_over"] == "not_known"


def test_a_fixed_order_stands_aside_where_there_is_a_randomised_trial() -> None:
    found = certainty("fibromyalgia", "symptoms", everything=True)

    assert [each.study for each in found.trials] == ["bested2023", "younger2009"]
    assert found.judged_studies == ("bested2023",)


def test_recalled_numbers_take_two_steps_when_they_are_asked_for() -> None:
    found = certainty("Crohn's disease", "clinical_response", everything=True)

    assert step(found, Domain.UNCHECKED).seriousness is Seriousness.VERY
    assert found.level is Level.VERY_LOW


def test_no_controlled_trial_is_an_answer_with_the_kinds_of_studies_there_are() -> None:
    found = certainty("CRPS", "pain")

    assert found.level is None and found.steps == () and found.controlled == ()
    assert "no controlled trial" in found.sentence
    assert {each.design: (each.studies, each.people) for each in found.kinds} == {
        "case_report": (1, 2),
        "protocol": (1, 0),
    }


def test_a_controlled_trial_without_a_number_is_told_from_none_at_all() -> None:
    found = certainty("fibromyalgia", "sleep")

    assert found.level is None and "controlled trials are known" in found.sentence


def test_of_unknown_importance_nothing_is_called_important() -> None:
    found = certainty("fibromyalgia", "pain_mechanisms", everything=True)

    assert found.important is None and found.zone is Zone.UNKNOWN
    assert step(found, Domain.IMPRECISION).seriousness is Seriousness.SERIOUS


def test_every_answer_has_every_domain_with_a_reason() -> None:
    made = [
        certainty(condition, family, everything=True)
        for condition in ("fibromyalgia", "crohns_disease", "ms_any", "crps")
        for family in families()
    ]

    judged = [each for each in made if each.level is not None]
    assert len(judged) > 10
    for each in judged:
        assert [one.domain for one in each.steps] == list(Domain)
        assert all(one.reason for one in each.steps)
        assert sum(one.information for one in each.trials) == pytest.approx(100)


# Numbers against what we did not make.


def test_optimal_information_size_is_that_of_a_trial_with_eighty_percent_power() -> None:
    """R 4.2: power.t.test(delta = 1, sd = 2, power = 0.8) gives 63.77 a group; with the normal
    instead of t, 2 (2 (1.959964 + 0.841621))^2 = 62.79 a group, se = 2 sqrt(2 / 62.79)."""
    se = 2 * math.sqrt(2 / 62.79)
    found = pool([0.0], [se**2])

    assert information_fraction(found, ONE_POINT) == pytest.approx(1.0, abs=1e-4)


def test_five_and_twenty_percent_missing_are_the_bounds() -> None:
    """Schulz and Grimes 2002, doi:10.1016/S0140-6736(02)07882-0."""
    said = [missing(analysed) for analysed in (40, 38, 37, 32, 31)]

    assert said == ["low", "low", "some_concerns", "some_concerns", "high"]


def missing(analysed: int) -> str:
    content = text(CONTRAST.replace("n = 40", f"n = {analysed}")).replace(
        "n_analysed = 40", f"n_analysed = {analysed}"
    )
    return risks(judge(evidence_of(study(content)), "fibromyalgia", "pain"), "made2020")[
        "missing_data"
    ]


# Laws.

SPREADS = st.floats(0.05, 2.0)
EFFECTS = st.floats(-2.0, 2.0)


def made_trial(name: str, effect: float, half: float, *, good: bool = True) -> str:
    """A trial with an interval of half-width `half`; blinded and registered, or open."""
    row = (
        CONTRAST.replace("effect = -1.0", f"effect = {effect:.4f}")
        .replace("ci = [-2.0, 0.0]", f"ci = [{effect - half:.4f}, {effect + half:.4f}]")
        .replace("range = [0, 10]", "range = [0, 10]")
    )
    how = 'blinding = "double"' if good else 'blinding = "none"'
    primary = 'primary_outcome = "pain"'
    return (
        text(row, name=name)
        .replace('control = "placebo"', f'{how}\ncontrol = "placebo"')
        .replace('dose_class = "low"', f'dose_class = "low"\n{primary}')
    )


def of(*trials: tuple[str, str]) -> Certainty:
    return judge(
        evidence_of(*(study(content, name) for name, content in trials)), "fibromyalgia", "pain"
    )


@given(
    goods=st.lists(st.tuples(EFFECTS, SPREADS), min_size=1, max_size=3),
    bads=st.lists(st.tuples(EFFECTS, SPREADS), min_size=0, max_size=2),
    more=st.tuples(EFFECTS, SPREADS),
)
def test_one_more_trial_at_high_risk_never_makes_surer(
    goods: list[tuple[float, float]],
    bads: list[tuple[float, float]],
    more: tuple[float, float],
) -> None:
    trials = [(f"good{n}", made_trial(f"good{n}", *one)) for n, one in enumerate(goods)]
    trials += [(f"bad{n}", made_trial(f"bad{n}", *one, good=False)) for n, one in enumerate(bads)]
    before = of(*trials)
    after = of(*trials, ("worse", made_trial("worse", *more, good=False)))

    assert before.level is not None and after.level is not None
    assert LEVELS.index(after.level) >= LEVELS.index(before.level)


@given(bads=st.lists(st.tuples(EFFECTS, SPREADS), min_size=1, max_size=4))
def test_trials_that_are_all_at_high_risk_are_never_more_than_low(
    bads: list[tuple[float, float]],
) -> None:
    found = of(
        *((f"bad{n}", made_trial(f"bad{n}", *one, good=False)) for n, one in enumerate(bads))
    )

    assert found.level in (Level.LOW, Level.VERY_LOW)


@given(
    estimate=EFFECTS,
    halves=st.lists(SPREADS, min_size=2, max_size=2).map(sorted),
    hartung_knapp=st.floats(1.0, 6.0),
)
def test_a_wider_interval_never_makes_surer(
    estimate: float, halves: list[float], hartung_knapp: float
) -> None:
    narrow, wide = (
        imprecision(two(estimate, half, hartung_knapp), ONE_POINT).seriousness.steps
        for half in halves
    )

    assert wide <= narrow


def two(estimate: float, half: float, factor: float) -> Two:
    """The normal interval, and another one so many times as wide."""
    normal = pool([estimate], [(half / 1.959964) ** 2])
    wide = Interval(estimate - factor * half, estimate + factor * half)
    return Two(Pooled(**{**vars(normal), "interval": wide}), normal)


def test_intervals_count_the_important_differences_that_they_take_in() -> None:
    ends = [(-0.9, 0.9), (-1.1, 0.9), (-2.0, 2.0), (-3.0, -1.5)]

    assert [crossings(Interval(*each), ONE_POINT) for each in ends] == [0, 1, 2, 0]


def test_trials_that_differ_by_more_than_matters_are_very_inconsistent() -> None:
    found = of(*((f"one{n}", made_trial(f"one{n}", e, 0.3)) for n, e in enumerate((-2, 0, 2))))

    assert step(found, Domain.INCONSISTENCY).seriousness is Seriousness.VERY


def test_ten_lopsided_trials_show_in_the_funnel() -> None:
    made = [
        (f"one{n}", made_trial(f"one{n}", -0.25 * n - 0.02 * (n % 3), 0.1 + 0.25 * n))
        for n in range(10)
    ]

    assert "small trials do find more" in step(of(*made), Domain.MISSING_EVIDENCE).reason
    assert "too few trials" in step(of(*made[:9]), Domain.MISSING_EVIDENCE).reason


def test_it_starts_low_where_nothing_was_decided_by_chance() -> None:
    cohort = made_trial("old2020", -1.0, 0.5).replace("rct_parallel", "retrospective_cohort")
    cohort = cohort.replace("n_randomised = 40", "n_randomised = 0")

    found = judge(evidence_of(study(cohort, "old2020")), "fibromyalgia", "pain", everything=True)

    assert found.start is Level.LOW


# A person's judgements.


def judged(domain: TrialDomain | Domain, level: Risk | Seriousness, **about: str) -> Judgement:
    day = datetime.date(2026, 11, 26)
    return Judgement(domain, level, "A. Reader", "because", day, **about)


def test_a_persons_judgement_of_a_trial_wins_and_both_are_kept() -> None:
    given_ = judged(TrialDomain.DEVIATIONS, Risk.HIGH, study="innova2026")

    found = certainty("fibromyalgia", "pain", judgements=[given_])

    one = next(each for each in found.trials[1].domains if each.domain is TrialDomain.DEVIATIONS)
    assert (one.by_rule, one.risk, one.judgement) == (Risk.LOW, Risk.HIGH, given_)
    assert found.judged_studies == ("duebruun2024",)
    assert found.level_by_rule is Level.LOW


def test_a_persons_judgement_of_a_pool_wins_and_both_are_kept() -> None:
    about = {"condition": "fibromyalgia", "outcome": "pain"}
    given_ = judged(Domain.IMPRECISION, Seriousness.NOT, **about)

    found = certainty("fibromyalgia", "pain", judgements=[given_])

    assert step(found, Domain.IMPRECISION).by_rule is Seriousness.SERIOUS
    assert (found.level, found.level_by_rule) == (Level.MODERATE, Level.LOW)


def test_a_judgement_of_something_else_changes_nothing() -> None:
    about = {"condition": "fibromyalgia", "outcome": "fatigue"}
    other = judged(Domain.IMPRECISION, Seriousness.VERY, **about)

    assert certainty("fibromyalgia", "pain", judgements=[other]).level is Level.LOW
    assert certainty("fibromyalgia", "pain", judgements=[other]).judgements == ()


def test_kinds_of_outcomes_are_families() -> None:
    named = outcomes.SURROGATES | {family for family, _ in outcomes.IMPORTANT}

    assert named <= families().keys()
