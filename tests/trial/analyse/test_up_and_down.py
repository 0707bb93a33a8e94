"""Up and down: the rule, the estimators against R and published analyses, and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from checks.trial import PERCENT, benhamou, up_and_down_by_r
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.stats import norm

from lowdose.errors import InputError
from lowdose.evidence.load import evidence
from lowdose.trial.analyse.isotonic import Curve, centred, dose_at, isotonic, share_at
from lowdose.trial.analyse.up_and_down import (
    Estimator,
    counts_of,
    dixon_mood,
    effective_dose,
    estimates_of,
    mid_points,
)
from lowdose.trial.design.named import find_design
from lowdose.trial.design.values import UpAndDown
from lowdose.trial.run.up_and_down import Courses, courses_of, next_dose, steps_against, walk

Numbers = NDArray[np.float64]

LADDER = UpAndDown((0.75, 1.5, 2.25, 3.0, 3.75, 4.5, 5.25, 6.0), 3.0)
DOSES = np.array(LADDER.doses_mg)
ROPIVACAINE, LEVOBUPIVACAINE = 0, 1


def virtual(middle: float, spread: float, people: int, trials: int, seed: int = 3) -> Courses:
    """Trials of people whose needs are normal."""
    share = norm.cdf((DOSES - middle) / spread)
    return walk(LADDER, share, people, trials, np.random.default_rng(seed))


def test_the_next_dose_is_a_step_down_after_a_response_and_up_after_none() -> None:
    moves = [next_dose(LADDER, 3.0, True), next_dose(LADDER, 3.0, False)]
    ends = [next_dose(LADDER, 0.75, True), next_dose(LADDER, 6.0, False)]

    assert moves + ends == [2.25, 3.75, 0.75, 6.0]


def test_a_virtual_course_keeps_to_the_rule() -> None:
    courses = virtual(3.0, 1.0, 25, 200)

    assert (steps_against(courses) == 0).all()
    assert (courses.doses_mg[courses.level[:, 0]] == 3.0).all()


def test_people_respond_as_often_as_they_should() -> None:
    courses = virtual(3.0, 1.0, 25, 4000)
    people, responses = counts_of(courses)
    total, share = people.sum(axis=0), norm.cdf(DOSES - 3.0)

    off = responses.sum(axis=0) / total - share
    assert (np.abs(off) < 4 * np.sqrt(share * (1 - share) / total) + 1e-3).all()


def test_doses_off_the_ladder_are_all_named() -> None:
    with pytest.raises(InputError) as caught:
        courses_of(LADDER, [3.0, 3.1, np.nan], [True, False, True])

    assert [fault.place for fault in caught.value.faults] == ["person 2", "person 3"]


@pytest.mark.parametrize(("dose", "answer"), [([], []), ([3.0], [])])
def test_a_course_needs_a_response_for_every_dose(dose: list[float], answer: list[bool]) -> None:
    with pytest.raises(InputError, match="one response for each dose"):
        courses_of(LADDER, dose, answer)


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        walk(LADDER, np.full(8, np.nan), 0, 1, np.random.default_rng(0))

    assert {fault.place for fault in caught.value.faults} == {"response", "people"}


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9)), min_size=1, max_size=8).filter(
        lambda given_: any(weight for _, weight in given_)
    )
)
def test_isotonic_shares_are_those_of_scipy(given_: list[tuple[float, int]]) -> None:
    share, weight = (np.array([values], dtype=float) for values in zip(*given_, strict=True))
    there = weight[0] > 0

    found = isotonic(share, weight)[0]

    expected = isotonic_regression(share[0][there], weights=weight[0][there]).x
    assert found[there] == pytest.approx(expected, abs=1e-9)
    assert np.isnan(found[~there]).all()


def test_the_centred_curve_is_the_published_one() -> None:
    """The same vignette, cirPAVA(.., adaptiveShrink=TRUE, full=TRUE)$shrinkage, levobupivacaine."""
    people, responses = counts_of(benhamou(LEVOBUPIVACAINE))
    curve = centred(np.array(PERCENT.doses_mg), (responses + 0.5) / (people + 1), people)

    points = sorted(set(zip(curve.dose[0][:7].round(8), curve.share[0][:7].round(7), strict=True)))
    assert points == [
        (0.05, 0.1666667),
        (0.06, 0.2777778),
        (0.07, 0.5416667),
        (0.08928571, 0.5659014),
        (0.11, 0.7),
    ]


@pytest.mark.parametrize("drug", [ROPIVACAINE, LEVOBUPIVACAINE])
def test_dixon_and_mood_come_near_probit(drug: int) -> None:
    found = estimates_of(benhamou(drug), 0.5, Estimator.DIXON_MOOD)[0]

    assert found == pytest.approx(up_and_down_by_r(drug, "probit")[0], abs=0.005)  # half a step


@pytest.mark.parametrize(
    ("drug", "theirs"), [(ROPIVACAINE, (0.087, 0.097)), (LEVOBUPIVACAINE, (0.059, 0.081))]
)
def test_intervals_are_wider_than_the_published_ones_that_are_too_short(
    drug: int, theirs: tuple[float, float]
) -> None:
    """83 %, Pace and Stylianou 2007, doi:10.1097/01.anes.0000267514.42592.2a."""
    found = effective_dose(benhamou(drug), estimator=Estimator.ISOTONIC, level=0.83)

    assert found.high_mg > theirs[1]
    assert found.high_mg - found.low_mg > theirs[1] - theirs[0]


def test_the_published_dose_of_naltrexone_is_a_mean_of_six_mid_points() -> None:
    """Bruun-Plesner 2020 gives 3.88 mg from six pairs on steps of 0.75 mg, 25 people, 11 responders
    and no more: who got which dose is not public. This course is one that these counts allow, not
    theirs. No other mean of six mid-points of these steps rounds to 3.88.
    """
    answers = [answer == "+" for answer in "------+++--+-++-++-+---++"]
    doses = [0.75]
    for answer in answers[:-1]:
        doses.append(next_dose(LADDER, doses[-1], answer))
    courses = courses_of(LADDER, doses, answers)
    outcomes = {one.id: one for one in evidence().studies["bruunplesner2020"].outcomes}
    possible = {round(float(sum_ * 0.75) / 6, 2) for sum_ in range(100)}

    assert (len(answers), sum(answers)) == (25, 11)
    assert (
        round(float(mid_points(courses)[0]) + 1e-9, 2)
        == outcomes["bruunplesner2020-o01"].mean
        == 3.88
    )
    assert {3.75, 3.88, 4.0} <= possible


def test_the_centred_dose_for_half_is_right_on_average() -> None:
    found = estimates_of(virtual(3.88, 0.924, 25, 4000), 0.5, Estimator.CENTRED)

    assert abs(found.mean() - 3.88) < 4 * found.std() / np.sqrt(4000) + 0.01


def test_mid_points_of_pairs_lie_too_high_and_the_centred_curve_does_better() -> None:
    courses = virtual(3.88, 0.924, 25, 4000)
    off = {
        one: np.sqrt(((estimates_of(courses, 0.5, one) - 3.88) ** 2).mean())
        for one in (Estimator.CENTRED, Estimator.MID_POINTS)
    }

    assert mid_points(courses).mean() > 3.88 + 0.1
    assert off[Estimator.CENTRED] < off[Estimator.MID_POINTS]


def test_the_dose_for_nearly_all_is_mostly_off_the_ladder() -> None:
    found = estimates_of(virtual(3.88, 0.924, 25, 1000), 0.95, Estimator.CENTRED)

    assert np.isinf(found).mean() > 0.5


@pytest.mark.parametrize("estimator", list(Estimator))
def test_many_trials_at_once_are_what_they_are_one_by_one(estimator: Estimator) -> None:
    courses = virtual(3.0, 1.5, 12, 20)
    alone = [
        estimates_of(
            Courses(DOSES, courses.level[n : n + 1], courses.responded[n : n + 1]), 0.5, estimator
        )[0]
        for n in range(20)
    ]

    assert estimates_of(courses, 0.5, estimator) == pytest.approx(alone, nan_ok=True)


@pytest.mark.parametrize("estimator", [Estimator.ISOTONIC, Estimator.CENTRED, Estimator.DIXON_MOOD])
def test_no_response_for_response_turns_the_ladder_round(estimator: Estimator) -> None:
    courses = virtual(3.0, 1.5, 25, 50)
    turned = Courses(DOSES, DOSES.size - 1 - courses.level, ~courses.responded)

    found = estimates_of(turned, 0.5, estimator)

    expected = DOSES[0] + DOSES[-1] - estimates_of(courses, 0.5, estimator)
    assert found == pytest.approx(expected, nan_ok=True)


def test_a_trial_where_all_respond_has_its_dose_below_the_lowest() -> None:
    everyone = walk(LADDER, np.ones(8), 12, 1, np.random.default_rng(0))
    found = effective_dose(everyone, repeats=200)

    assert found.dose_mg == -np.inf
    assert np.isnan(mid_points(everyone)).all()


def test_nothing_at_all_can_be_said_without_people() -> None:
    nobody = Courses(DOSES, np.zeros((1, 0), dtype=np.int64), np.zeros((1, 0), dtype=bool))

    assert np.isnan(estimates_of(nobody, 0.5, Estimator.CENTRED)).all()
    with pytest.raises(InputError, match="nobody"):
        effective_dose(nobody)


def test_a_flat_curve_at_the_target_gives_its_middle() -> None:
    flat = Curve(np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[0.2, 0.5, 0.5, 0.9]]))

    assert dose_at(flat, 0.5).tolist() == [2.5]
    assert share_at(flat, np.array([0.0, 5.0])).tolist() == [[0.2, 0.9]]


def test_uneven_ladders_are_refused_by_dixon_and_mood() -> None:
    uneven = UpAndDown((1.0, 2.0, 4.0), 2.0)

    with pytest.raises(InputError, match="equal steps"):
        dixon_mood(courses_of(uneven, [2.0, 1.0], [True, False]))


def test_every_fault_of_what_is_asked_is_named() -> None:
    with pytest.raises(InputError) as caught:
        effective_dose(virtual(3.0, 1.0, 5, 2), 1.0, level=np.nan, repeats=0)

    assert {fault.place for fault in caught.value.faults} == {
        "courses",
        "target",
        "level",
        "repeats",
    }


def test_the_ladder_of_the_dose_finding_template_is_the_published_one() -> None:
    assert find_design("dose-finding").up_and_down == LADDER


@pytest.mark.slow
@pytest.mark.parametrize(("spread", "least"), [(0.924, 0.93), (2.0, 0.85)])
def test_bootstrap_intervals_cover_about_as_often_as_they_say(spread: float, least: float) -> None:
    """Flat curves leave intervals short; see decision 034."""
    courses = virtual(3.88, spread, 25, 300)
    hit = 0
    for number in range(300):
        one = Courses(
            DOSES, courses.level[number : number + 1], courses.responded[number : number + 1]
        )
        found = effective_dose(one, repeats=400, seed=number)
        hit += found.low_mg <= 3.88 <= found.high_mg

    assert least < hit / 300 <= 0.995
