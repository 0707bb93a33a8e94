"""Contrasts out of rows: against published figures, closed forms, and what must never happen."""

from __future__ import annotations

import math

import pytest
from made_studies import ARMS, CONTRAST, evidence_of, study, text

from lowdose.errors import InputError
from lowdose.evidence import catalogue
from lowdose.evidence.comparisons import compare
from lowdose.evidence.contrast import Comparison, Contrast
from lowdose.evidence.families import families
from lowdose.evidence.load import evidence
from lowdose.evidence.pooling.pool import pool
from lowdose.evidence.records import Evidence


def only(found: Comparison) -> Contrast:
    assert len(found.contrasts) == 1, found
    return found.contrasts[0]


def refused(found: Comparison) -> dict[str, tuple[str, ...]]:
    return dict(found.refused)


def test_pain_in_fibromyalgia_is_two_trials() -> None:
    """FINAL -0.34 (-0.95 to 0.27), INNOVA 0.49 (p 0.236), worked out by hand with weights 1/se²:
    common -0.04; random 0.03 (-0.78 to 0.84). All estimators of tau agree where there are two."""
    found = catalogue.contrasts("fibromyalgia", "pain")

    common = pool(found.values, found.variances, model="common", test="z")
    random = pool(found.values, found.variances, model="reml", test="z")
    assert [each.study for each in found.contrasts] == ["duebruun2024", "innova2026"]
    assert round(common.estimate, 2) == -0.04
    assert [round(each, 2) for each in (random.estimate, *random.interval)] == [0.03, -0.78, 0.84]


def test_they_carry_what_a_reader_asks() -> None:
    final, innova = catalogue.contrasts("fibromyalgia", "pain").contrasts

    assert (final.n_active, final.n_comparator, final.dose_mg, final.weeks) == (49, 50, 6.0, 12.0)
    assert final.source == "https://doi.org/10.1016/S2665-9913(23)00278-3"
    assert (final.favours, innova.favours) == ("active", "comparator")
    assert innova.how == "difference of 0.49 as reported; standard error from p = 0.236"
    assert (final.comparator, final.scale, final.range) == ("placebo", "NRS 0-10", (0, 10))


def test_the_interval_of_innova_read_second_hand_agrees_with_its_p() -> None:
    """-0.32 to 1.31, from a public data table; its p of 0.236 gave the standard error above."""
    second = next(
        row for row in catalogue.find_study("innova2026").outcomes if row.id.endswith("o05")
    )
    assert second.ci is not None
    from_interval = (second.ci.high - second.ci.low) / (2 * 1.96)

    by_p = math.sqrt(catalogue.contrasts("fibromyalgia", "pain").contrasts[1].variance)

    assert by_p == pytest.approx(from_interval, rel=0.02)


@pytest.mark.parametrize(
    ("outcome", "estimate"),
    [
        ("clinical_response", "m02"),
        ("endoscopic_response", "m04"),
        ("endoscopic_remission", "m05"),
    ],
)
def test_counts_of_the_crohn_trial_give_the_ratios_that_cochrane_prints(
    outcome: str, estimate: str
) -> None:
    """Parker 2018, doi:10.1002/14651858.CD010410.pub3: RR 2.22, 2.89 and 8.05 with intervals."""
    review = evidence().reviews["parker2018"]
    printed = next(each for each in review.estimates if each.id == f"parker2018-{estimate}")
    found = only(catalogue.contrasts("Crohn's disease", outcome, everything=True))

    reach = 1.96 * math.sqrt(found.variance)
    ours = [math.exp(found.value + shift) for shift in (0, -reach, reach)]
    assert printed.ci is not None
    assert ours == pytest.approx([printed.effect, *printed.ci], rel=0.01)


def test_final_in_standard_deviations_is_what_its_abstract_says() -> None:
    """Cohen's d 0.23 in the abstract of Due Bruun 2024."""
    found = catalogue.contrasts("fibromyalgia", "pain", measure="smd")

    final = next(each for each in found.contrasts if each.study == "duebruun2024")
    assert final.value == pytest.approx(-0.23, abs=0.01)


def test_a_crossover_by_p_is_the_paired_t_test() -> None:
    """Cree 2010: 3.3 points, p 0.04, 60 people: se = 3.3 / t(0.98, 59) = 3.3 / 2.100."""
    found = only(catalogue.contrasts("MS", "quality of life", measure="md"))

    assert found.within_person
    assert math.sqrt(found.variance) == pytest.approx(3.3 / 2.1003, rel=1e-3)


def test_an_assumed_correlation_is_said_and_matters() -> None:
    low, high = (only(catalogue.contrasts("MS", "mood", correlation=each)) for each in (0.5, 0.8))

    assert "a correlation of 0.5 between a person's two values is assumed" in low.assumptions
    assert "a correlation of 0.8 between a person's two values is assumed" in high.assumptions
    assert high.value / low.value == pytest.approx(math.sqrt(0.2 / 0.5))


def test_a_study_says_why_it_gives_no_contrast() -> None:
    found = refused(catalogue.contrasts("fibromyalgia", "pain"))

    assert found == {
        "bested2023": ("it gives a median difference, not a difference of means",),
        "depaula2023": (
            "its arms have no means or changes with a spread or a p for their difference",
        ),
        "parkitny2017": ("it has no comparator, or its rows cannot be paired",),
        "younger2013": ("it is in percent of baseline, which cannot be put on 0 to 10",),
    }


def test_what_stays_out_comes_with_its_reasons_where_it_is_asked_for() -> None:
    usual = catalogue.contrasts("HIV", "infection")
    every = catalogue.contrasts("HIV", "infection", everything=True)

    assert usual.contrasts == ()
    assert only(every).reasons == refused(usual)["bihari1988"]
    assert "it was never published in full" in only(every).reasons


def test_an_active_comparator_is_not_taken_for_placebo() -> None:
    found = catalogue.contrasts("diabetic neuropathy", "pain", measure="smd")

    assert refused(found)["srinivasan2021"] == ("it compares with amitriptyline, not with placebo",)


def every_comparison() -> list[Comparison]:
    return [
        catalogue.contrasts(condition.id, family, everything=True, against="")
        for condition in catalogue.conditions()
        for family in families()
    ]


def test_no_trial_counts_twice_and_no_study_goes_missing() -> None:
    for found in every_comparison():
        trials = [each.trial for each in found.contrasts]
        named = {each.study for each in found.contrasts} | set(refused(found))

        assert len(trials) == len(set(trials))
        assert len(named) == len(found.contrasts) + len(found.refused)


def test_every_contrast_has_a_finite_value_and_a_variance_above_zero() -> None:
    made = [each for found in every_comparison() for each in found.contrasts]

    assert len(made) > 20
    for each in made:
        assert math.isfinite(each.value) and 0 < each.variance < math.inf, each


def both(*contents: tuple[str, str]) -> Evidence:
    return evidence_of(*(study(content, name) for name, content in contents))


def test_a_scale_to_100_is_put_on_10_where_both_state_their_ends() -> None:
    wide = CONTRAST.replace("[0, 10]", "[0, 100]").replace("-1.0", "-10.0").replace("-2.0", "-20.0")
    data = both(("one2020", text(name="one2020")), ("two2020", text(wide, name="two2020")))

    one, two = compare(data, "fibromyalgia", "pain").contrasts

    assert (two.value, two.variance) == pytest.approx((one.value, one.variance))
    assert two.how.endswith("put from 0-100 on 0-10")


def test_a_scale_without_ends_is_refused_rather_than_guessed() -> None:
    data = both(("one2020", text(CONTRAST.replace("range = [0, 10]\n", ""), name="one2020")))

    found = compare(data, "fibromyalgia", "pain")

    assert refused(found)["one2020"] == (
        "the scale (NRS 0-10) does not state its ends, so it cannot be put on 0 to 10",
    )


def test_a_scale_that_runs_the_other_way_is_turned_round() -> None:
    """Means 30 and 25, SD 10, 20 each: d = 0.5, g = 0.5 J(38) = 0.4901."""
    data = both(("one2020", text(ARMS, name="one2020")))

    found = only(compare(data, "fibromyalgia", "fatigue"))

    assert found.value == pytest.approx(-0.4901, abs=1e-4)
    assert found.favours == "active"
    assert found.how.endswith("turned round: lower is better")


def test_unlike_scales_are_not_averaged() -> None:
    other = ARMS.replace("FACIT-F", "another scale")
    data = both(
        ("one2020", text(ARMS, name="one2020")),
        ("two2020", text(ARMS, name="two2020")),
        ("six2020", text(other, name="six2020")),
    )

    found = compare(data, "fibromyalgia", "fatigue", measure="md")

    assert [each.study for each in found.contrasts] == ["one2020", "two2020"]
    assert refused(found)["six2020"][0].startswith("its scale (another scale) is not that")


def test_a_secondary_report_does_not_count_beside_its_trial() -> None:
    second = text(name="two2020").replace('condition = "f', 'trial = "one2020"\ncondition = "f')
    data = both(("one2020", text(name="one2020")), ("two2020", second))

    found = compare(data, "fibromyalgia", "pain", everything=True)

    assert only(found).study == "one2020"
    assert refused(found)["two2020"] == ("its people are those of one2020, and count once",)


def test_no_ratio_is_made_of_no_events_at_all() -> None:
    found = catalogue.contrasts("fibromyalgia", "serious_adverse_event")

    assert refused(found)["innova2026"] == (
        "nobody in either arm had the event, which says nothing of a ratio",
    )


def test_wrong_questions_get_a_hint() -> None:
    with pytest.raises(InputError, match="did you mean fibromyalgia"):
        catalogue.contrasts("fibromialgia", "pain")
    with pytest.raises(InputError, match="one of md, smd, rr, or, rd"):
        catalogue.contrasts("fibromyalgia", "pain", measure="cohen")
    with pytest.raises(InputError, match="more than -1 and less than 1"):
        catalogue.contrasts("fibromyalgia", "pain", correlation=1.0)
