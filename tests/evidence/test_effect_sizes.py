"""Effects agree with metafor's escalc, and impossible reports are refused with every fault."""

from __future__ import annotations

import numpy as np
import pytest
from metafor import FOUND, agree, arms, table
from scipy import stats

from lowdose.errors import InputError
from lowdose.evidence.effects import counts, means, paired, recover, single
from lowdose.evidence.effects import tests_of_difference as from_tests
from lowdose.evidence.effects.values import Counts, Effect, Means, Rates

EXPECTED = FOUND["effects"]


def agrees(found: Effect, expected: dict[str, list[float]]) -> None:
    agree(found.value, expected["yi"])
    agree(found.variance, expected["vi"])


def stroke_units() -> tuple[Means, Means]:
    data = table("normand1999")
    return (
        Means(data["m1i"], data["sd1i"], data["n1i"]),
        Means(data["m2i"], data["sd2i"], data["n2i"]),
    )


def paired_arms() -> tuple[Means, Means, np.ndarray]:
    arms = {name: np.array(values) for name, values in EXPECTED["arms"].items()}
    return (
        Means(arms["m1i"], arms["sd1i"], arms["ni"]),
        Means(arms["m2i"], arms["sd2i"], arms["ni"]),
        arms["ri"],
    )


@pytest.mark.parametrize("equal", [False, True])
def test_mean_difference(equal: bool) -> None:
    found = means.mean_difference(*stroke_units(), equal_variances=equal)

    agrees(found, EXPECTED["MD_HO" if equal else "MD"])


@pytest.mark.parametrize("variance", ["LS", "LS2", "UB"])
def test_standardised_mean_difference(variance: str) -> None:
    found = means.standardised_mean_difference(*stroke_units(), variance=variance)

    agrees(found, EXPECTED[f"SMD_{variance}"])


def test_standardised_mean_difference_without_correction() -> None:
    """Cohen's d as a t-test has it: t sqrt(1/n1 + 1/n2) (scipy.stats.ttest_ind_from_stats)."""
    treated, control = stroke_units()
    t = stats.ttest_ind_from_stats(*treated, *control).statistic

    found = means.standardised_mean_difference(treated, control, corrected=False)

    agree(found.value, t * np.sqrt(1 / treated.people + 1 / control.people))


def test_ratio_of_means() -> None:
    agrees(means.ratio_of_means(*stroke_units()), EXPECTED["ROM"])


def test_ratio_of_standard_deviations() -> None:
    agrees(means.log_variability_ratio(*stroke_units()), EXPECTED["VR"])


@pytest.mark.parametrize("name", list(EXPECTED["RR"]))
def test_counts(name: str) -> None:
    both = arms(name)

    agrees(counts.log_risk_ratio(*both), EXPECTED["RR"][name])
    agrees(counts.log_odds_ratio(*both), EXPECTED["OR"][name])
    agrees(counts.risk_difference(*both), EXPECTED["RD"][name])


def test_rates() -> None:
    data = table("hart1999")

    found = counts.log_incidence_rate_ratio(
        Rates(data["x1i"], data["t1i"]), Rates(data["x2i"], data["t2i"])
    )

    agrees(found, EXPECTED["IRR"])


def test_rates_without_events() -> None:
    found = counts.log_incidence_rate_ratio(Rates([0, 4], [10, 20]), Rates([3, 0], [12, 25]))

    agrees(found, EXPECTED["IRR_zero"])


def test_paired_differences() -> None:
    arms = paired_arms()

    agrees(paired.paired_difference(*arms), EXPECTED["MC"])
    agrees(paired.standardised_paired_difference(*arms, by="change"), EXPECTED["SMCC"])


def test_standardised_by_the_control_is_metafors_smcr_with_the_arms_swapped() -> None:
    """metafor divides by the first SD; our control is the second."""
    treated, control, r = paired_arms()

    found = paired.standardised_paired_difference(control, treated, r)

    agree(found.value, -np.array(EXPECTED["SMCR"]["yi"]))
    agree(found.variance, EXPECTED["SMCR"]["vi"])


def test_single_arms() -> None:
    stroke, shunts = stroke_units()[0], table("pritz1997")
    arm = Counts(shunts["xi"], shunts["ni"])

    agrees(single.single_mean(stroke), EXPECTED["MN"])
    agrees(single.proportion(arm), EXPECTED["PR"])
    agrees(single.log_odds(arm), EXPECTED["PLO"])
    agrees(single.freeman_tukey_proportion(arm), EXPECTED["PFT"])


def test_freeman_tukey_back() -> None:
    data = table("pritz1997")
    value = single.freeman_tukey_proportion(Counts(data["xi"], data["ni"])).value

    agree(single.freeman_tukey_back(value, data["ni"]), EXPECTED["PFT_back"])


def test_tests_give_back_the_difference_that_made_them() -> None:
    """The t of a pooled t-test, and F and p out of it (scipy.stats.ttest_ind_from_stats)."""
    treated, control = stroke_units()
    by_means = means.standardised_mean_difference(treated, control)
    made = stats.ttest_ind_from_stats(*treated, *control)
    sign, people = np.sign(made.statistic), (treated.people, control.people)

    by_t = from_tests.smd_from_t(made.statistic, *people)
    by_f = from_tests.smd_from_f(made.statistic**2, sign, *people)
    by_p = from_tests.smd_from_p(made.pvalue, sign, *people)

    for found in (by_t, by_f, by_p):
        agree(found.value, by_means.value)
        agree(found.variance, by_means.variance)


def test_paired_test_gives_back_its_standard_error() -> None:
    """Made up pairs, tested by scipy.stats.ttest_rel."""
    rng = np.random.default_rng(3)
    before = rng.normal(6.0, 2.0, 15)
    after = before + rng.normal(-1.0, 1.0, 15)
    made = stats.ttest_rel(after, before)
    difference = float(np.mean(after - before))
    expected = float(np.std(after - before, ddof=1)) / np.sqrt(15)

    by_t = paired.paired_difference_from_t(difference, made.statistic)
    by_p = paired.paired_difference_from_p(difference, made.pvalue, 15)
    r = paired.correlation_from_sds(
        np.std(before, ddof=1), np.std(after, ddof=1), np.std(after - before, ddof=1)
    )

    agree((by_t.se, by_p.se), (expected, expected))
    agree(r, np.corrcoef(before, after)[0, 1])


def test_interval_gives_back_its_standard_error() -> None:
    ends = np.array([-1.0, 2.0]) + 0.3 * np.array([-1.959964, 1.959964])[:, None]
    made = stats.t.interval(0.9, 19, loc=5.0, scale=2.0 / np.sqrt(20))

    agree(recover.se_from_interval(*ends), (0.3, 0.3))
    agree(recover.sd_from_interval(*made, 20, level=0.9), 2.0)
    agree(recover.se_from_p(0.6, 2 * stats.norm.sf(0.6 / 0.25)), 0.25)


@pytest.mark.parametrize("people", [15, 40, 101])
def test_quartiles_of_normal_values_give_back_mean_and_sd(people: int) -> None:
    """Means of the order statistics of 20,000 samples; the formulas are approximations to 2 %."""
    rng = np.random.default_rng(people)
    sample = rng.normal(50.0, 10.0, (20_000, people))
    five = np.quantile(sample, [0, 0.25, 0.5, 0.75, 1], axis=1).mean(1)

    by_range = recover.from_median_and_range(five[0], five[2], five[4], people)
    by_quartiles = recover.from_median_and_quartiles(*five[1:4], people)
    by_both = recover.from_median_range_and_quartiles(*five, people)

    for found in (by_range, by_quartiles, by_both):
        assert found.mean == pytest.approx(50.0, rel=0.005)
    assert by_range.sd == pytest.approx(10.0, rel=0.02)
    # Wan's quartiles lie a little further out than numpy's in small samples.
    assert by_quartiles.sd == pytest.approx(10.0, rel=1 / people + 0.02)
    assert by_both.sd == pytest.approx(10.0, rel=1 / people + 0.02)


def test_every_fault_is_told_with_its_place() -> None:
    treated, control = Means([1.0, 2.0], [1.0, -1.0], [10, 1]), Means([1.0, np.nan], [1, 1], [9, 9])

    with pytest.raises(InputError) as told:
        means.mean_difference(treated, control)

    assert str(told.value) == (
        "study 2, treated sd: -1, expected more than 0\n"
        "study 2, treated people: 1, expected a whole number, 2 or more\n"
        "study 2, control mean: nan, expected a number"
    )


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(InputError) as told:
        counts.log_odds_ratio(Counts([5, -1, 2.5], [4, 10, 10]), Counts([0, 1, 1], [10, 0, 10]))

    assert [str(fault) for fault in told.value.faults] == [
        "study 2, treated events: -1, expected a whole number, 0 or more",
        "study 3, treated events: 2.5, expected a whole number, 0 or more",
        "study 1, treated events: 5, expected no more than the people of that arm",
        "study 2, control people: 0, expected a whole number, 1 or more",
        "study 2, control events: 1, expected no more than the people of that arm",
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: recover.se_from_interval(0.5, 0.8, estimate=-0.4), "are all on the logarithmic"),
        (lambda: recover.se_from_interval(0.8, 0.5), "more than the lower end"),
        (lambda: recover.se_from_interval(0.1, 0.5, level=95), "write 95 % as 0.95"),
        (lambda: recover.se_from_p(0.0, 0.2), "a number other than 0"),
        (lambda: recover.from_median_and_range(3, 2, 8, 20), "at least the least"),
        (lambda: recover.from_median_and_quartiles(2, 2, 2, 20), "above lower quartile"),
        (lambda: paired.correlation_from_sds(2.0, 2.0, 5.0), "is it a standard error?"),
        (lambda: paired.paired_difference_from_t(-1.0, 2.0), "the same sign as the difference"),
        (
            lambda: paired.paired_difference(Means(1, 1, 20), Means(1, 1, 19), 0.5),
            "the same people",
        ),
        (lambda: means.ratio_of_means(Means(-1, 1, 9), Means(1, 1, 9)), "the same sign"),
        (lambda: means.hedges_correction(0), "1 or more"),
        (lambda: from_tests.smd_from_f(-1.0, 1, 9, 9), "0 or more"),
        (lambda: from_tests.smd_from_f(1.0, 2, 9, 9), "1 or -1"),
        (lambda: from_tests.smd_from_p(0.0, 1, 9, 9), "more than 0 and less than 1"),
        (lambda: single.proportion(Counts(1, 5), added=0), "more than 0"),
        (lambda: means.mean_difference(Means("a", 1, 9), Means(1, 1, 9)), "expected numbers"),
        (
            lambda: means.mean_difference(Means([1, 2], 1, 9), Means([1, 2, 3], 1, 9)),
            "one entry a study",
        ),
        (
            lambda: counts.log_incidence_rate_ratio(Rates(1, 0), Rates(1, 1)),
            "treated time: 0, expected more than 0",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=message):
        call()
