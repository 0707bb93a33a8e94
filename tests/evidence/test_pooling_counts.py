"""Counts pooled as they are: Mantel-Haenszel, Peto and the exact likelihood, as metafor does."""

from __future__ import annotations

import numpy as np
import pytest
from metafor import FOUND, agree, arms, table
from scipy import integrate, stats

from lowdose.errors import InputError
from lowdose.evidence.effects.values import Counts, Rates
from lowdose.evidence.pooling.rare_events import pool_rare_events
from lowdose.evidence.pooling.tables import Tabled, mantel_haenszel, mantel_haenszel_rates, peto


def agrees(found: Tabled, expected: dict[str, float]) -> None:
    agree((found.estimate, found.se), (expected["estimate"], expected["se"]))
    agree(found.interval, (expected["low"], expected["high"]))
    agree((found.statistic, found.p), (expected["statistic"], expected["p"]), rtol=1e-5, atol=1e-20)
    agree((found.q, found.q_p), (expected["q"], expected["q_p"]), rtol=1e-5)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("name", list(FOUND["peto"]))
def test_mantel_haenszel(name: str, measure: str) -> None:
    found = mantel_haenszel(*arms(name), measure=measure.lower())

    agrees(found, FOUND["mantel"][name][measure])


def test_mantel_haenszel_of_rates() -> None:
    data = table("hart1999")

    found = mantel_haenszel_rates(Rates(data["x1i"], data["t1i"]), Rates(data["x2i"], data["t2i"]))

    agrees(found, FOUND["mantel"]["hart1999"]["IRR"])


@pytest.mark.parametrize("name", list(FOUND["peto"]))
def test_peto(name: str) -> None:
    agrees(peto(*arms(name)), FOUND["peto"][name])


@pytest.mark.slow
@pytest.mark.parametrize("name", list(FOUND["rare"]))
def test_exact_likelihood(name: str) -> None:
    """metafor as it comes stops early: four figures of the estimate, three of the rest."""
    expected = FOUND["rare"][name]

    found = pool_rare_events(*arms(name))

    agree(found.estimate, expected["estimate"], rtol=1e-4)
    agree(found.se, expected["se"], rtol=1e-3)
    agree(found.tau2, expected["tau2"], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("name", list(FOUND["rare_to_the_end"]))
def test_exact_likelihood_where_metafor_integrates_to_twelve_digits(name: str) -> None:
    """Six figures; five of the standard error, which metafor has from a numerical curvature."""
    expected = FOUND["rare_to_the_end"][name]

    found = pool_rare_events(*arms(name))

    agree(found.estimate, expected["estimate"], rtol=1e-6)
    agree(found.tau2, expected["tau2"], rtol=1e-6)
    agree(found.se, expected["se"], rtol=2e-5)


@pytest.mark.slow
def test_likelihood_is_the_integral_over_effects() -> None:
    """Against adaptive integration of scipy's noncentral hypergeometric distribution (quad)."""
    treated, control = arms("nielweise2007")
    found = pool_rare_events(treated, control)
    tau = np.sqrt(found.tau2)

    def study(a: float, n1: float, c: float, n2: float) -> float:
        def density(effect: float) -> float:
            table = stats.nchypergeom_fisher(n1 + n2, a + c, n1, np.exp(effect))
            return float(table.pmf(a) * stats.norm.pdf(effect, found.estimate, tau))

        ends = found.estimate - 10 * tau, found.estimate + 10 * tau
        return integrate.quad(density, *ends, epsabs=0, epsrel=1e-10, limit=200)[0]

    rows = np.column_stack([*treated, *control])
    expected = sum(np.log(study(*row)) for row in rows if row[0] + row[2] > 0)

    agree(found.log_likelihood, expected, rtol=1e-8)


def test_one_common_effect_is_found_where_studies_agree() -> None:
    """The same table thrice: tau is 0, and the effect that of conditional logistic regression."""
    found = pool_rare_events(Counts([3] * 3, [50] * 3), Counts([8] * 3, [50] * 3))
    single = stats.contingency.odds_ratio([[3, 47], [8, 42]], kind="conditional").statistic

    assert found.tau2 == 0
    agree(found.estimate, np.log(single), rtol=1e-6)


def test_exchanging_the_arms_turns_the_sign() -> None:
    treated, control = arms("collins1985a")

    for pooled in (peto, mantel_haenszel, pool_rare_events):
        one, other = pooled(treated, control), pooled(control, treated)

        agree(other.estimate, -one.estimate, rtol=1e-5)
        agree(other.se, one.se, rtol=1e-4)


@pytest.mark.parametrize("pooled", [peto, mantel_haenszel, pool_rare_events])
def test_no_events_at_all_are_refused(pooled) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="events"):
        pooled(Counts([0, 0], [10, 12]), Counts([0, 0], [11, 12]))


def test_events_in_one_arm_only_have_no_finite_odds_ratio() -> None:
    with pytest.raises(InputError, match="events in both arms"):
        pool_rare_events(Counts([0, 0], [10, 12]), Counts([3, 1], [11, 12]))
