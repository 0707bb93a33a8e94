"""What each hypothesis predicts of a published trial: its own design, carried out in many worlds.

A world is one draw of what nobody knows of the mechanism, the same in every trial. In each, the
trial is carried out on its own number of people with its own drop-out, placebo response and dose,
and analysed as it was. What a trial would have found in a world is normal around the world's effect
(with what time and expectation add, seen in worlds without a drug effect), with the standard error
that the trial reported: that is its own spread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from lowdose.mechanism.hypotheses import Hypothesis, read_hypothesis
from lowdose.trial.analyse.primary import primary_estimates
from lowdose.trial.design.values import Design
from lowdose.trial.hypotheses.reported import Reported
from lowdose.trial.run.conduct import Conduct, conduct_of
from lowdose.trial.run.virtual import virtual_trials

__all__ = ["Predicted", "predicted", "world_effects"]

Numbers = NDArray[np.float64]

_Z = 1.959964
_SEED = 2026
_FOR_TIME = 2000


@dataclass(frozen=True, eq=False)
class Predicted:
    """One trial under one hypothesis.

    effects: (worlds,), what the trial would find on average in each world. se: of the trial.
    simulated: (worlds,), what carrying it out once in each world found.
    """

    trial: str
    hypothesis: str
    effects: Numbers
    se: float
    simulated: Numbers

    @property
    def interval95(self) -> tuple[float, float]:
        """Where 95 % of such trials' estimates lie."""
        return self._ends(0.95)

    def range_of_intervals(self, trials: int = 1) -> tuple[float, float]:
        """From the low end of low ends to the high end of high ends of such trials' intervals.

        Where the hypothesis holds a trial's own interval lies inside 95 times of 100; with `trials`
        above 1 all of so many do (Bonferroni).
        """
        low, high = self._ends(1 - 0.05 / trials)
        more = _Z * self.se
        return low - more, high + more

    def holds(self, low: float, high: float, trials: int = 1) -> bool:
        """Whether an interval lies inside the range of intervals."""
        ends = self.range_of_intervals(trials)
        return ends[0] <= low and high <= ends[1]

    def _ends(self, share: float) -> tuple[float, float]:
        return self._quantile((1 - share) / 2), self._quantile((1 + share) / 2)

    def _quantile(self, share: float) -> float:
        """Of the mixture of normals around the worlds' effects."""

        def off(at: float) -> float:
            return float(ndtr((at - self.effects) / self.se).mean()) - share

        beyond = self.se * (1 + abs(ndtri(share)))  # the farthest part's own quantile, and one more
        return float(brentq(off, self.effects.min() - beyond, self.effects.max() + beyond))


def predicted(
    trial: Reported, hypothesis: str | Hypothesis, worlds: int, *, seed: int = _SEED
) -> Predicted:
    """Carry out one published trial in so many worlds of one hypothesis.

    >>> from lowdose.trial.hypotheses.reported import reported_trials
    >>> found = predicted(reported_trials()[0][0], "none", 20)
    >>> bool(found.effects.max() < 0.2), found.simulated.shape
    (True, (20,))
    """
    chosen = read_hypothesis(hypothesis)
    place = _group(trial.name)
    effect, estimate = _carried_out(trial, chosen, worlds, seed, place)
    shift = _time_adds(trial, seed, place)
    if trial.responders:
        effect = _as_responders(trial, effect)
    mean = effect if trial.responders else effect.mean(axis=1)
    return Predicted(trial.name, chosen.name, mean + shift, trial.se, estimate)


def world_effects(design: Design, hypothesis: Hypothesis, worlds: int, group: int) -> Numbers:
    """The mean true effect of a design in each world, (worlds,)."""
    conduct = replace(conduct_of(design, hypothesis=hypothesis), unsure=True, group=group)
    data = virtual_trials(design, conduct, worlds, seed=_SEED)
    assert data.truth is not None, "compared designs have a reference"
    found: Numbers = data.truth.effect.mean(axis=1)
    return found


def _carried_out(
    trial: Reported, hypothesis: Hypothesis, worlds: int, seed: int, group: int
) -> tuple[Numbers, Numbers]:
    conduct: Conduct = replace(
        conduct_of(trial.design, hypothesis=hypothesis), unsure=True, group=group
    )
    data = virtual_trials(trial.design, conduct, worlds, seed=seed)
    assert data.truth is not None, "published trials here have a reference"
    return data.truth.effect, primary_estimates(data).estimate


def _time_adds(trial: Reported, seed: int, group: int) -> float:
    """What an estimate is where the drug does nothing: not 0 where everyone has the same order."""
    if len(trial.design.sequences) > 1:
        return 0.0
    _, nothing = _carried_out(trial, read_hypothesis("none"), _FOR_TIME, seed, group)
    return float(np.nanmean(nothing))


def _as_responders(trial: Reported, effect: Numbers) -> Numbers:
    """The difference of responders that changes of this size make, (worlds,).

    Changes on placebo are normal with the design's mean and standard deviation; the effect moves
    each person's.
    """
    said = trial.design.expected
    assert said.placebo is not None and said.baseline is not None and said.placebo_sd is not None
    needed = trial.design.analysis.responder_percent / 100 * said.baseline
    spread = float(np.hypot(said.placebo_sd, said.spread or 0.0))
    usual = ndtr((-said.placebo - needed) / spread)
    helped = ndtr((-said.placebo - effect - needed) / spread)
    found: Numbers = (helped - usual).mean(axis=1)
    return found


def _group(name: str) -> int:
    """A number for the people of a trial, the same whatever else is asked."""
    return 1 + sum(place * byte for place, byte in enumerate(name.encode(), start=1)) % 65_521
