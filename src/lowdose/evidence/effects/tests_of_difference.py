"""Standardised differences out of what a paper says about its test: t, F or p."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from lowdose.evidence.effects import checks
from lowdose.evidence.effects.means import SmdVariance, from_d
from lowdose.evidence.effects.values import Effect

__all__ = ["smd_from_f", "smd_from_p", "smd_from_t"]


def smd_from_t(
    t: ArrayLike,
    people_treated: ArrayLike,
    people_control: ArrayLike,
    *,
    corrected: bool = True,
    variance: SmdVariance | str = SmdVariance.LS,
) -> Effect:
    """Hedges' g from the t of two independent groups (equal variances): d = t sqrt(1/n1 + 1/n2).

    Raises InputError with every impossible value.
    Source: Rosenthal 1994, in The Handbook of Research Synthesis, ISBN 978-0-87154-226-7.

    >>> smd_from_t(2.0, 20, 20).value.round(4).item()
    0.6199
    """
    value, n1, n2 = checks.numbers(t, people_treated, people_control)
    checks.refuse(
        checks.finite("t", value),
        checks.people("treated people", n1),
        checks.people("control people", n2),
    )
    d = value * np.sqrt(1 / n1 + 1 / n2)
    return from_d(d, n1, n2, corrected=corrected, variance=variance)


def smd_from_f(
    f: ArrayLike,
    sign: ArrayLike,
    people_treated: ArrayLike,
    people_control: ArrayLike,
    *,
    corrected: bool = True,
    variance: SmdVariance | str = SmdVariance.LS,
) -> Effect:
    """Hedges' g from the F of a one-way analysis of two groups: t = sign sqrt(F).

    F does not say who did better: `sign` is 1 where the treated had more, -1 where less.

    Raises InputError with every impossible value.
    Source: as for `smd_from_t`.

    >>> smd_from_f(4.0, -1, 20, 20).value.round(4).item()
    -0.6199
    """
    value, way, n1, n2 = checks.numbers(f, sign, people_treated, people_control)
    checks.refuse(
        checks.where(~((value >= 0) & np.isfinite(value)), "F", value, "0 or more"),
        checks.signs("sign", way),
    )
    t = way * np.sqrt(value)
    return smd_from_t(t, n1, n2, corrected=corrected, variance=variance)


def smd_from_p(
    p: ArrayLike,
    sign: ArrayLike,
    people_treated: ArrayLike,
    people_control: ArrayLike,
    *,
    corrected: bool = True,
    variance: SmdVariance | str = SmdVariance.LS,
) -> Effect:
    """Hedges' g from the two-sided p of a t-test of two independent groups.

    |t| is the 1 - p/2 quantile of Student's t with n1 + n2 - 2 degrees of freedom; `sign` as in
    `smd_from_f`. A p given as a bound ("p < 0.05") makes the least effect it allows.

    Raises InputError with every impossible value.
    Source: as for `smd_from_t`.

    >>> smd_from_p(0.0526687, 1, 20, 20).value.round(4).item()
    0.6199
    """
    value, way, n1, n2 = checks.numbers(p, sign, people_treated, people_control)
    checks.refuse(
        checks.probabilities("p", value),
        checks.signs("sign", way),
        checks.people("treated people", n1),
        checks.people("control people", n2),
    )
    t = -way * special.stdtrit(n1 + n2 - 2, value / 2)
    return smd_from_t(t, n1, n2, corrected=corrected, variance=variance)
