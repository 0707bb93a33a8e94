"""Side effects: rates, and how probably they were more often on treatment."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_diaries import Numbers, diary, frame_of, on_off

from lowdose.diary.entries import Diary
from lowdose.inference.adverse import adverse_rates
from lowdose.inference.result import AdverseRate

DAYS = 40


def with_events(on: int, off: int, dose_mg: Numbers | None = None, **more: object) -> Diary:
    """`on` headaches on the first treated days, `off` on the first untreated ones."""
    dose = on_off(DAYS, DAYS // 2) if dose_mg is None else dose_mg
    untreated = np.cumsum(dose == 0) * (dose == 0)
    treated = np.cumsum(dose > 0) * (dose > 0)
    noted = [
        ("headache",) if 0 < a <= off or 0 < b <= on else ()
        for a, b in zip(untreated, treated, strict=True)
    ]
    return diary(np.full(dose.size, 5.0), dose, adverse=tuple(noted), **more)


def rates(made: Diary) -> tuple[AdverseRate, ...]:
    return adverse_rates(made, frame_of(made))


def by_integration(on: int, off: int, days: int) -> float:
    """P(rate on > rate off) under flat priors, by numerical integration over the rate."""
    from scipy.integrate import quad
    from scipy.stats import beta

    with_drug, without = (beta(1 + n, 1 + days - n) for n in (on, off))
    return float(quad(lambda rate: with_drug.pdf(rate) * without.cdf(rate), 0, 1)[0])


@pytest.mark.parametrize(("on", "off"), [(0, 0), (3, 0), (8, 2), (10, 10), (1, 6)])
def test_probability_more_often_equals_integration(on: int, off: int) -> None:
    (found,) = rates(with_events(on, off)) or (None,)
    if on + off == 0:
        assert found is None
        return

    # 20,000 draws: four standard errors are 0.014.
    assert found.probability_more_often == pytest.approx(by_integration(on, off, 20), abs=0.015)


def test_the_interval_is_that_of_the_beta_posterior() -> None:
    from scipy.stats import beta

    (found,) = rates(with_events(5, 1))

    assert found.rate == 0.25
    assert found.rate_interval95 == pytest.approx(beta(6, 16).ppf([0.025, 0.975]), abs=0.01)


def test_days_without_a_rating_count_too() -> None:
    made = with_events(5, 1)
    made.ratings["pain"][1:] = np.nan

    assert rates(made)[0].days == 20


def test_nothing_to_compare_with_is_not_known() -> None:
    found = rates(with_events(2, 0, np.full(DAYS, 4.5)))[0]

    assert found.reference_days == 0
    assert math.isnan(found.probability_more_often)


def test_days_that_do_not_say_what_was_taken_are_on_neither_side() -> None:
    names = ("tea", "none", "", "none") * 10
    made = diary(np.full(40, 5.0), treatment=names, adverse=(("itch",),) * 40)
    (found,) = rates(made)

    assert (found.days, found.reference_days) == (10, 20)


def test_without_the_column_there_are_no_rates() -> None:
    assert rates(diary([5.0] * DAYS, on_off(DAYS, 20))) == ()


def test_the_most_probable_excess_comes_first() -> None:
    adverse = [("itch",)] * 20 + [("dreams",)] * 20
    made = diary([5.0] * DAYS, on_off(DAYS, 20), adverse=tuple(adverse))

    assert [rate.term for rate in rates(made)] == ["dreams", "itch"]
