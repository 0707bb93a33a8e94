"""The reverse question: which trial would best tell the hypotheses apart, and how large?

If a trial of a design gives a result r, hypothesis h gets a weight; how much that is worth, before
the trial is done, is the mutual information of hypothesis and result, in bits, and the weight that
the truth gets on average. Both are integrals over one number, r: worlds, weighted by how they did
on the published trials, give each hypothesis a mixture of normal curves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from lowdose.mechanism.hypotheses import Hypothesis, read_hypothesis
from lowdose.trial.analyse.primary import primary_estimates
from lowdose.trial.design.values import Design
from lowdose.trial.hypotheses.compare import Comparison, log_likelihoods
from lowdose.trial.hypotheses.predict import world_effects
from lowdose.trial.run.conduct import conduct_of
from lowdose.trial.run.virtual import virtual_trials

__all__ = ["Settled", "information", "settle"]

Numbers = NDArray[np.float64]

_POINTS = 801
_REACH = 6.0
_GROUP = 7
_TRIALS = 200


@dataclass(frozen=True)
class Settled:
    """One design with so many people. bits: expected information; error: its Monte-Carlo error;
    truth: the weight that the true hypothesis gets on average; se: of the trial's estimate."""

    design: str
    people: int
    weeks: float
    se: float
    bits: float
    error: float
    truth: float


def settle(
    known: Comparison,
    designs: Sequence[tuple[str, Design]],
    people: Sequence[int],
    *,
    hypotheses: Sequence[str | Hypothesis] = ("none", "rebound"),
    progress: Callable[[int], None] | None = None,
) -> list[Settled]:
    """Score every design at every number of people, the most informative first.

    hypotheses: between which to tell; equal weights before. `progress` is called with 1 for each
    design.
    """
    chosen = [read_hypothesis(one) for one in hypotheses]
    weights = [_world_weights(known, one.name) for one in chosen]
    found = []
    for name, design in designs:
        effects = [world_effects(design, one, known.worlds, _GROUP) for one in chosen]
        se = _standard_error(design)
        for count in people:
            at = se * float(np.sqrt(design.people / count))
            bits, truth = information(effects, weights, at)
            error = _error(effects, weights, at)
            found.append(Settled(name, count, design.days / 7, at, bits, error, truth))
        if progress:
            progress(1)
    return sorted(found, key=lambda one: -one.bits)


def information(
    effects: Sequence[Numbers], weights: Sequence[Numbers], se: float
) -> tuple[float, float]:
    """Bits that a result is expected to give, and the expected weight of the truth.

    effects: of each hypothesis, (worlds,); weights: of its worlds, summing to 1. Equal priors.

    >>> far = [np.array([0.0]), np.array([100.0])]
    >>> bits, truth = information(far, [np.ones(1)] * 2, 1.0)
    >>> round(bits, 6), round(truth, 6)
    (1.0, 1.0)
    """
    low = min(float(one.min()) for one in effects) - _REACH * se
    high = max(float(one.max()) for one in effects) + _REACH * se
    count = int(min(max(_POINTS, 8 * (high - low) / se), 20_000))
    places = np.linspace(low, high, count)
    step = float(places[1] - places[0])
    densities = np.stack(
        [_density(places, one, weight, se) for one, weight in zip(effects, weights, strict=True)]
    )
    total = densities.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(densities > 0, densities * np.log2(densities / total), 0.0)
        share = np.where(total > 0, densities**2 / (total * len(effects)), 0.0)
    return float(gain.mean(axis=0).sum() * step), float(share.mean(axis=0).sum() * step)


def _density(places: Numbers, effects: Numbers, weights: Numbers, se: float) -> Numbers:
    kept = weights > 1e-8
    z = (places[:, None] - effects[kept]) / se
    found: Numbers = np.exp(-0.5 * z**2) @ weights[kept] / (se * np.sqrt(2 * np.pi))
    return found


def _world_weights(known: Comparison, hypothesis: str) -> Numbers:
    """How the published trials weigh the worlds of one hypothesis."""
    for row in known.predictions:
        if row[0].hypothesis == hypothesis:
            logs = log_likelihoods(row, known.trials).sum(axis=1)
            found: Numbers = np.exp(logs - logsumexp(logs))
            return found
    return np.full(known.worlds, 1 / known.worlds)


def _standard_error(design: Design) -> float:
    """The spread of a design's estimates where the drug does nothing."""
    conduct = replace(conduct_of(design, hypothesis="none"))
    found = primary_estimates(virtual_trials(design, conduct, _TRIALS, seed=1)).estimate
    return float(np.nanstd(found))


def _error(effects: Sequence[Numbers], weights: Sequence[Numbers], se: float) -> float:
    """Monte-Carlo error of the bits: the worlds drawn again from themselves."""
    chance = np.random.default_rng(0)
    size = effects[0].size
    again = []
    for _ in range(20):
        rows = chance.integers(size, size=size)
        drawn = [weight[rows] / max(weight[rows].sum(), 1e-300) for weight in weights]
        again.append(information([one[rows] for one in effects], drawn, se)[0])
    return float(np.std(again))
