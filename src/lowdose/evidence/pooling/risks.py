"""How many people have an event, with and without a treatment: one likelihood for both arms.

Trial i has a middle m and a log odds ratio d of its own; of n people c have the event,

    c ~ binomial(n, logistic(m - d/2)) in the comparator's arm, + d/2 in the treated one,
    m ~ normal(M, tau_m), d ~ normal(D, tau_d).

Risks, their difference and their ratio are read from the posterior of (M, D) together, so that each
carries what is unsure of both, and nothing is added to a zero. A trial without any event counts: it
says that risks are low, and so close to each other; of their ratio it says next to nothing.

Priors: Jeffreys' on the middle risk; D normal around 0 with 2.82, so that odds ratios beyond 250
are hardly thought of; tau_d half-normal with 0.5 (both Günhan 2020, doi:10.1002/jrsm.1370); tau_m
half-normal with 1 (assumption: what comes on a placebo differs more between trials than what a
medicine adds). With one trial, tau_m and tau_d are 0: it speaks for itself.

Where nobody has the event in either arm, no model is needed: 0, with Clopper and Pearson's upper
end of each arm (the exact one, and wider than any prior would make it).

Nothing is drawn by chance: all of it is summed on a grid of (M, D), see `risk_grid`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import special

from lowdose.evidence.effects import checks, counts
from lowdose.evidence.effects.values import Counts
from lowdose.evidence.pooling.pool import asked
from lowdose.evidence.pooling.priors import HalfNormal, TauPrior
from lowdose.evidence.pooling.risk_grid import Axis, axis, finer, posterior, scaled, shares
from lowdose.evidence.pooling.values import Numbers

__all__ = [
    "BETWEEN_EFFECTS",
    "BETWEEN_RISKS",
    "Risks",
    "Share",
    "Spread",
    "pool_risks",
    "pool_share",
]

BETWEEN_EFFECTS = HalfNormal(0.5)
BETWEEN_RISKS = HalfNormal(1.0)
EFFECT_SD = 2.82
_TAIL = 1e-4
# How far beyond all trials the typical one is looked for, in log odds, where there are several.
_RISK_ROOM, _EFFECT_ROOM = 5.0, 2.5


class Spread(NamedTuple):
    """A median with its interval."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Share:
    """Which share of people has the event, in a typical study; of `people` `events` had it."""

    k: int
    level: float
    events: int
    people: int
    share: Spread


@dataclass(frozen=True)
class Risks:
    """Risks of a typical trial: comparator, treated, treated minus comparator, ratios.

    k: trials; silent: those without any event. events and people: treated, comparator. ratio: None
    where nobody had the event; odds_ratio: also where everybody had. higher: the probability that
    the treated risk is the higher one.
    """

    k: int
    silent: int
    level: float
    events: tuple[int, int]
    people: tuple[int, int]
    comparator: Spread
    treated: Spread
    difference: Spread
    ratio: Spread | None
    odds_ratio: Spread | None
    higher: float
    warnings: tuple[str, ...]

    @property
    def one_in(self) -> Spread | None:
        """How many people are treated for one with the event more (below 0: fewer).

        None where the interval of the difference holds 0: there is no such number then.
        """
        middle, low, high = self.difference
        if low <= 0 <= high:
            return None
        return Spread(1 / middle, 1 / high, 1 / low)


def pool_risks(
    treated: Counts,
    control: Counts,
    *,
    level: float = 0.95,
    between_effects: TauPrior = BETWEEN_EFFECTS,
    between_risks: TauPrior = BETWEEN_RISKS,
) -> Risks:
    """Pool trials that counted people with an event, (trials,) in both arms.

    Raises InputError with every impossible count.
    Source: the model with halves, Jackson 2018, doi:10.1002/sim.7588 (model 5); the priors, Günhan
    2020, doi:10.1002/jrsm.1370. How often the intervals hold the truth: docs/validation.

    >>> found = pool_risks(Counts([33, 20], [48, 50]), Counts([24, 12], [50, 52]))
    >>> [round(100 * one.middle) for one in (found.comparator, found.treated, found.difference)]
    [35, 55, 18]
    """
    request = asked("ml", "z", level)
    cells = counts.Cells(*(np.atleast_1d(one) for one in counts.cells_of(treated, control)))
    if not (cells.a + cells.c).any():
        return _nobody(cells, request.level)
    middle, effect = _axes(cells)
    likely = scaled(
        np.stack(
            [_two_arms(*row, middle.places, effect.places) for row in zip(*cells, strict=True)]
        )
    )
    prior = _jeffreys(middle.places)[:, None] - (effect.places / EFFECT_SD) ** 2 / 2
    found = posterior(likely, prior, (middle, between_risks), (effect, between_effects))
    m, d, weight = finer(found, middle, effect)
    low, high = m - d / 2, m + d / 2
    before, after = special.expit(low), special.expit(high)
    spread = _reader(weight, request.level)
    some = bool((cells.b + cells.d).any())
    silent = int(((cells.a + cells.c) == 0).sum())
    return Risks(
        k=cells.a.size,
        silent=silent,
        level=request.level,
        events=(int(cells.a.sum()), int(cells.c.sum())),
        people=(int((cells.a + cells.b).sum()), int((cells.c + cells.d).sum())),
        comparator=spread(before),
        treated=spread(after),
        difference=spread(after - before),
        ratio=spread(after / before),
        odds_ratio=spread(np.exp(high - low)) if some else None,
        higher=float(weight[after > before].sum() + weight[after == before].sum() / 2),
        warnings=_warnings(cells, silent),
    )


def _nobody(cells: counts.Cells, level: float) -> Risks:
    """Bounds on what may be behind a zero in both arms."""
    treated, control = int((cells.a + cells.b).sum()), int((cells.c + cells.d).sum())
    k = cells.a.size
    high, high_control = (_none_of(people, level) for people in (treated, control))
    return Risks(
        k=k,
        silent=k,
        level=level,
        events=(0, 0),
        people=(treated, control),
        comparator=Spread(0.0, 0.0, high_control),
        treated=Spread(0.0, 0.0, high),
        difference=Spread(0.0, -high_control, high),
        ratio=None,
        odds_ratio=None,
        higher=0.5,
        warnings=("Nobody had it in either arm: how rare it is can be said, a ratio cannot.",),
    )


def _none_of(people: int, level: float) -> float:
    """The largest share with which nobody of so many has it in (1 - level) / 2 of cases."""
    return float(1 - ((1 - level) / 2) ** (1 / people))


def pool_share(
    arm: Counts, *, level: float = 0.95, between_risks: TauPrior = BETWEEN_RISKS
) -> Share:
    """Pool the share of people with an event in one arm of each study, (studies,).

    The same model with one arm: logits are normal around that of the typical study. One study alone
    has Jeffreys' interval; where nobody has it, the upper end is Clopper and Pearson's.

    Raises InputError with every impossible count.

    >>> [round(100 * one, 1) for one in pool_share(Counts([2], [40])).share]
    [5.4, 1.1, 15.1]
    """
    request = asked("ml", "z", level)
    events, people = (np.atleast_1d(one) for one in checks.numbers(*arm))
    checks.refuse(checks.counts("arm", Counts(events, people)))
    if not events.any():
        everybody = int(people.sum())
        bound = Spread(0.0, 0.0, _none_of(everybody, request.level))
        return Share(events.size, request.level, 0, everybody, bound)
    low, high = _reach(events, people)
    logits = axis(low, high, _logit_sd(events, people), _RISK_ROOM * (events.size > 1))
    rows = [_one_arm(x, n - x, logits.places) for x, n in zip(events, people, strict=True)]
    likely = scaled(np.stack(rows)[:, :, None])
    prior = _jeffreys(logits.places)[:, None]
    found = posterior(likely, prior, (logits, between_risks), None)
    read = _reader(shares(found.log_density), request.level)
    share = read(special.expit(logits.places[found.rows])[:, None])
    return Share(events.size, request.level, int(events.sum()), int(people.sum()), share)


def _axes(cells: counts.Cells) -> tuple[Axis, Axis]:
    """Grids that hold what any trial may be, fine enough for the narrowest."""
    a, b, c, d = cells
    first, second = _reach(a, a + b), _reach(c, c + d)
    k = a.size
    spread = np.sqrt(_logit_sd(a, a + b) ** 2 + _logit_sd(c, c + d) ** 2)
    centre = np.log((a + 0.5) / (b + 0.5)) - np.log((c + 0.5) / (d + 0.5))
    low, high = ((one + other) / 2 for one, other in zip(first, second, strict=True))
    middle = axis(low, high, spread / 2, _RISK_ROOM * (k > 1))
    room = _EFFECT_ROOM * (k > 1)
    return middle, axis(centre - 5 * spread, centre + 5 * spread, spread, room)


def _reach(events: Numbers, people: Numbers) -> tuple[Numbers, Numbers]:
    """Log odds between which a study's own share lies, but for the tails of Jeffreys' posterior."""
    shape = events + 0.5, people - events + 0.5
    low, high = (special.betaincinv(*shape, end) for end in (_TAIL, 1 - _TAIL))
    return special.logit(np.maximum(low, 1e-300)), special.logit(np.minimum(high, 1 - 1e-16))


def _logit_sd(events: Numbers, people: Numbers) -> Numbers:
    return np.asarray(np.sqrt(1 / (events + 0.5) + 1 / (people - events + 0.5)))


def _one_arm(events: float, without: float, logit: Numbers) -> Numbers:
    """Binomial log-likelihood, but for a constant."""
    return np.asarray(events * special.log_expit(logit) + without * special.log_expit(-logit))


def _two_arms(a: float, b: float, c: float, d: float, middle: Numbers, effect: Numbers) -> Numbers:
    at, half = middle[:, None], effect / 2
    return _one_arm(a, b, at + half) + _one_arm(c, d, at - half)


def _jeffreys(logit: Numbers) -> Numbers:
    """Its log density by log odds: Beta(1/2, 1/2) of the risk."""
    return _one_arm(0.5, 0.5, logit)


def _reader(weight: Numbers, level: float) -> Callable[[Numbers], Spread]:
    """Reads median and interval of something that is known at every place of the grid."""
    outside = (1 - level) / 2
    flat = weight.ravel()

    def spread(values: Numbers) -> Spread:
        every = values.ravel()
        order = np.argsort(every)
        below = np.cumsum(flat[order]) - flat[order] / 2
        low, middle, high = np.interp((outside, 0.5, 1 - outside), below, every[order]).tolist()
        return Spread(middle, low, high)

    return spread


def _warnings(cells: counts.Cells, silent: int) -> tuple[str, ...]:
    a, b, c, d = cells
    k, said = a.size, []
    treated, control = float(a.sum()), float(c.sum())
    if 0 in (treated, control) or 0 in (float(b.sum()), float(d.sum())):
        said.append(
            "All events, or all people without, were in one arm: how large the ratio may be rests "
            "on the assumption that odds hardly ever differ more than 250-fold."
        )
    if k == 1:
        said.append("One trial alone: nothing can be said of how much trials differ.")
    elif k < 5:
        said.append(
            f"With {k} trials, how much they differ is hardly known; the interval rests in part on "
            "what is usual elsewhere."
        )
    if silent and k > 1:
        said.append(f"{silent} of {k} trials had no event: they speak of the difference only.")
    return tuple(said)
