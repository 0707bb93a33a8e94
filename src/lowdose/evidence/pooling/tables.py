"""Pooling counts themselves: Mantel-Haenszel and Peto, which need nothing added to zero cells.

All assume one effect common to all studies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lowdose.errors import Fault, InputError
from lowdose.evidence.effects import counts
from lowdose.evidence.effects.values import Counts, Effect, Rates
from lowdose.evidence.pooling.pool import asked
from lowdose.evidence.pooling.values import Interval

__all__ = ["Measure", "Tabled", "mantel_haenszel", "mantel_haenszel_rates", "peto"]


class Measure(StrEnum):
    """Logarithm of the odds ratio, of the risk ratio, or the risk difference."""

    OR = "or"
    RR = "rr"
    RD = "rd"


@dataclass(frozen=True)
class Tabled:
    """A common effect out of counts; ratios as natural logarithms.

    k: studies handed in; q, q_df, q_p: test that all have one effect.
    """

    k: int
    level: float
    estimate: float
    se: float
    interval: Interval
    statistic: float
    p: float
    q: float
    q_df: int
    q_p: float


def mantel_haenszel(
    treated: Counts,
    control: Counts,
    *,
    measure: Measure | str = Measure.OR,
    level: float = 0.95,
) -> Tabled:
    """Pool four-fold tables (studies,) with the weights of Mantel and Haenszel.

    Odds ratio: ln(Σ ad/N / Σ bc/N), variance of Robins, Breslow and Greenland 1986
    (doi:10.2307/2531052). Risk ratio: ln(Σ a n2/N / Σ c n1/N), variance of Greenland and Robins
    1985 (doi:10.2307/2530643). Risk difference: Σ (a n2 - c n1)/N / Σ n1 n2/N, variance of Sato,
    Greenland and Robins 1989 (Biometrics 45:1323). Q takes the own effects of those
    studies that have an event and a person without, with 1/2 added to zero cells.

    Raises InputError with every impossible count, or where there are no events to pool.
    Source: Mantel and Haenszel 1959, doi:10.1093/jnci/22.4.719.

    >>> found = mantel_haenszel(Counts([4, 6], [123, 306]), Counts([11, 29], [139, 303]))
    >>> round(found.estimate, 4), round(found.se, 4)
    (-1.4215, 0.3595)
    """
    request, cells = asked("common", "z", level), _cells(treated, control)
    kind = Measure(measure)
    if kind is Measure.OR:
        estimate, square = _odds(cells)
        own = counts.log_odds_ratio(treated, control)
    elif kind is Measure.RR:
        estimate, square = _risks(cells)
        own = counts.log_risk_ratio(treated, control)
    else:
        estimate, square = _difference(cells)
        own = counts.risk_difference(treated, control)
    return _tabled(estimate, square, own, _informative(cells), request.level)


def mantel_haenszel_rates(treated: Rates, control: Rates, *, level: float = 0.95) -> Tabled:
    """The same for events in a time: ln(Σ x1 t2/T / Σ x2 t1/T).

    Raises InputError with every impossible value, or where an arm has no events in any study.
    Source: Rothman, Greenland and Lash 2008, Modern Epidemiology, ISBN 978-0-7817-5564-1.

    >>> found = mantel_haenszel_rates(Rates([9, 8], [413, 263]), Rates([19, 19], [398, 245]))
    >>> round(found.estimate, 4)
    -0.8578
    """
    request = asked("common", "z", level)
    own = counts.log_incidence_rate_ratio(treated, control)
    x1, t1, x2, t2 = (np.atleast_1d(np.asarray(part, dtype=float)) for part in (*treated, *control))
    total = t1 + t2
    r, s = (x1 * t2 / total).sum(), (x2 * t1 / total).sum()
    _some(r, s)
    square = ((x1 + x2) * t1 * t2 / total**2).sum() / (r * s)
    return _tabled(float(np.log(r / s)), float(square), own, x1 + x2 > 0, request.level)


def peto(treated: Counts, control: Counts, *, level: float = 0.95) -> Tabled:
    """Peto's logarithm of the odds ratio: Σ (a - E) / Σ V, variance 1 / Σ V.

    E = n1 M/N and V = n1 n2 M (N - M) / (N² (N - 1)), M events in all. Good for rare events, small
    effects and arms of like size, poor elsewhere (Bradburn 2007, doi:10.1002/sim.2528).

    Raises InputError with every impossible count, or where there are no events to pool.
    Source: Yusuf 1985, doi:10.1016/S0033-0620(85)80003-7.

    >>> found = peto(Counts([4, 6], [123, 306]), Counts([11, 29], [139, 303]))
    >>> round(found.estimate, 4), round(found.se, 4)
    (-1.2401, 0.2912)
    """
    request, (a, b, c, d) = asked("common", "z", level), _cells(treated, control)
    n1, n2, events = a + b, c + d, a + c
    n = n1 + n2
    excess = a - n1 * events / n
    spread = n1 * n2 * events * (n - events) / (n**2 * (n - 1))
    used = spread > 0
    _some(spread.sum(), spread.sum())
    apart = np.where(used, spread, 1.0)
    own = Effect(excess / apart, 1 / apart)
    total = float(spread.sum())
    return _tabled(float(excess.sum()) / total, 1 / total, own, used, request.level)


def _cells(treated: Counts, control: Counts) -> counts.Cells:
    return counts.Cells(*(np.atleast_1d(one) for one in counts.cells_of(treated, control)))


def _informative(cells: counts.Cells) -> NDArray[np.bool_]:
    """Studies in which somebody had the event and somebody had not."""
    return np.asarray((cells.a + cells.c > 0) & (cells.b + cells.d > 0))


def _odds(cells: counts.Cells) -> tuple[float, float]:
    a, b, c, d = cells
    n = a + b + c + d
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    rs, ss = r.sum(), s.sum()
    _some(rs, ss)
    square = ((p * r).sum() / rs**2 + (p * s + q * r).sum() / (rs * ss) + (q * s).sum() / ss**2) / 2
    return float(np.log(rs / ss)), float(square)


def _risks(cells: counts.Cells) -> tuple[float, float]:
    a, b, c, d = cells
    n1, n2 = a + b, c + d
    n = n1 + n2
    r, s = (a * n2 / n).sum(), (c * n1 / n).sum()
    _some(r, s)
    square = ((n1 * n2 * (a + c) - a * c * n) / n**2).sum() / (r * s)
    return float(np.log(r / s)), float(square)


def _difference(cells: counts.Cells) -> tuple[float, float]:
    a, b, c, d = cells
    n1, n2 = a + b, c + d
    n = n1 + n2
    total = (n1 * n2 / n).sum()
    estimate = ((a * n2 - c * n1) / n).sum() / total
    p = (c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + (n1 / n) * (n2 / n) * (n2 - n1) / 2).sum()
    q = ((a * d + b * c) / n).sum() / 2
    return float(estimate), float((estimate * p + q) / total**2)


def _some(*sums: float) -> None:
    if min(sums) <= 0:
        fault = Fault("events", "too few", "events in both arms, if not in the same study")
        raise InputError([fault])


def _tabled(
    estimate: float, square: float, own: Effect, used: NDArray[np.bool_], level: float
) -> Tabled:
    se = float(np.sqrt(square))
    reach = float(special.ndtri((1 + level) / 2)) * se
    value, variance = (np.atleast_1d(part)[used] for part in own)
    q, df = float(((value - estimate) ** 2 / variance).sum()), int(used.sum()) - 1
    statistic = estimate / se if se > 0 else 0.0
    return Tabled(
        k=used.size,
        level=level,
        estimate=estimate,
        se=se,
        interval=Interval(estimate - reach, estimate + reach),
        statistic=statistic,
        p=2 * float(special.ndtr(-abs(statistic))),
        q=q,
        q_df=df,
        q_p=float(special.chdtrc(df, q)) if df > 0 else 1.0,
    )
