"""One group: means and proportions on the scales on which they are pooled."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lowdose.evidence.effects import checks
from lowdose.evidence.effects.counts import ADDED
from lowdose.evidence.effects.values import Counts, Effect, Means, Numbers

__all__ = [
    "freeman_tukey_back",
    "freeman_tukey_proportion",
    "log_odds",
    "proportion",
    "single_mean",
]


def single_mean(arm: Means) -> Effect:
    """A mean and its variance s²/n (metafor "MN").

    Raises InputError with every impossible value.

    >>> single_mean(Means(5.0, 2.0, 20)).variance.item()
    0.2
    """
    mean, sd, n = checks.numbers(*arm)
    checks.refuse(checks.means("arm", Means(mean, sd, n)))
    return Effect(mean, sd**2 / n)


def proportion(arm: Counts, *, added: float = ADDED) -> Effect:
    """A raw proportion p = x/n with variance p (1 - p) / n (metafor "PR").

    Where nobody or everybody had the event, `added` goes to both counts.

    Raises InputError with every impossible count.
    Source: Viechtbauer 2010, doi:10.18637/jss.v036.i03.

    >>> proportion(Counts(4, 10)).variance.item()
    0.024
    """
    x, rest = _filled(arm, added)
    n = x + rest
    return Effect(x / n, x * rest / n**3)


def log_odds(arm: Counts, *, added: float = ADDED) -> Effect:
    """The logarithm of the odds, ln(x / (n - x)), with variance 1/x + 1/(n - x) (metafor "PLO").

    Where nobody or everybody had the event, `added` goes to both counts.

    Raises InputError with every impossible count.
    Source: Viechtbauer 2010, doi:10.18637/jss.v036.i03.

    >>> log_odds(Counts(4, 10)).value.round(4).item()
    -0.4055
    """
    x, rest = _filled(arm, added)
    return Effect(np.log(x / rest), 1 / x + 1 / rest)


def freeman_tukey_proportion(arm: Counts) -> Effect:
    """The double arcsine of a proportion, whose variance does not depend on it (metafor "PFT").

    value = (asin sqrt(x/(n + 1)) + asin sqrt((x + 1)/(n + 1))) / 2; variance = 1/(4n + 2).
    Zero counts need nothing added. Back to a proportion: `freeman_tukey_back`, which can mislead
    where sizes differ much (Schwarzer 2019, doi:10.1002/jrsm.1348).

    Raises InputError with every impossible count.
    Source: Freeman and Tukey 1950, doi:10.1214/aoms/1177729756.

    >>> freeman_tukey_proportion(Counts(0, 10)).value.round(4).item()
    0.1531
    """
    x, n = checks.numbers(*arm)
    checks.refuse(checks.counts("arm", Counts(x, n)))
    value = (np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))) / 2
    return Effect(value, 1 / (4 * n + 2))


def freeman_tukey_back(value: ArrayLike, people: ArrayLike) -> Numbers:
    """The proportion that a double arcsine stands for, among so many people (0 and 1 at the ends).

    Source: Miller 1978, doi:10.1080/00031305.1978.10479283 (with the harmonic mean of the people).

    >>> freeman_tukey_back(freeman_tukey_proportion(Counts(4, 10)).value, 10).round(6).item()
    0.4
    """
    t, n = checks.numbers(value, people)
    checks.refuse(checks.finite("value", t), checks.positive("people", n))
    low, high = np.arcsin(np.sqrt(1 / (n + 1))) / 2, np.arcsin(np.sqrt(n / (n + 1))) / 2 + np.pi / 4
    sine = np.sin(2 * np.clip(t, low, high))
    inner = sine + (sine - 1 / np.where(sine == 0, 1.0, sine)) / n
    back = (1 - np.sign(np.cos(2 * t)) * np.sqrt(np.maximum(1 - inner**2, 0.0))) / 2
    return np.asarray(np.where(t <= low, 0.0, np.where(t >= high, 1.0, back)))


def _filled(arm: Counts, added: float) -> tuple[Numbers, Numbers]:
    """With and without the event, `added` to both where one is zero."""
    x, n = checks.numbers(*arm)
    more = np.asarray(added, dtype=float)
    checks.refuse(checks.counts("arm", Counts(x, n)), checks.positive("added", more))
    more = np.where((x == 0) | (x == n), more, 0.0)
    return x + more, n - x + more
