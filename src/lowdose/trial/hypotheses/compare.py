"""How probable each hypothesis makes what was reported, and what that leaves of each.

Worlds are shared by all trials, so evidence and predictions with a trial held out follow from one
table: how likely each world makes each trial's result. Equal prior weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from lowdose.errors import Fault, InputError
from lowdose.mechanism.hypotheses import HYPOTHESES, Hypothesis, read_hypothesis
from lowdose.trial.hypotheses.predict import Predicted, predicted
from lowdose.trial.hypotheses.reported import LeftOut, Reported, reported_trials

__all__ = ["LARGER", "Comparison", "Score", "compare", "log_likelihoods", "scored"]

Numbers = NDArray[np.float64]

_AGAIN = 200
MOST_WORLDS = 20_000
LARGER = 90  # people: the two trials that were planned to find a difference that matters


@dataclass(frozen=True)
class Score:
    """One hypothesis. log_evidence: of all trials together; held_out: of each trial given the
    others, in the trials' order; weight: posterior, of equal priors. Errors are Monte Carlo."""

    hypothesis: str
    log_evidence: float
    log_evidence_error: float
    held_out: tuple[float, ...]
    weight: float
    weight_error: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """predictions: by hypothesis, then trial. scores: in the hypotheses' order.

    larger: the scores by the trials of at least `LARGER` people alone.
    """

    trials: tuple[Reported, ...]
    left_out: tuple[LeftOut, ...]
    predictions: tuple[tuple[Predicted, ...], ...]
    scores: tuple[Score, ...]
    larger: tuple[Score, ...]
    worlds: int


def compare(
    hypotheses: Sequence[str | Hypothesis] = (),
    *,
    worlds: int = 500,
    seed: int = 2026,
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Predict every published trial under every hypothesis, and score them.

    hypotheses: more than those that come along, by file or value. `progress` is called with 1 for
    each trial and hypothesis. Raises InputError where a name or number makes no sense.
    """
    if not 10 <= worlds <= MOST_WORLDS:
        raise InputError([Fault("--worlds", str(worlds), f"10 to {MOST_WORLDS}")])
    chosen = [*HYPOTHESES.values(), *map(read_hypothesis, hypotheses)]
    names = [one.name for one in chosen]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError([Fault("--hypothesis", repr(twice), "a name of its own")])
    trials, out = reported_trials()
    predictions = []
    for one in chosen:
        row = []
        for trial in trials:
            row.append(predicted(trial, one, worlds, seed=seed))
            if progress:
                progress(1)
        predictions.append(tuple(row))
    large = [place for place, trial in enumerate(trials) if trial.design.people >= LARGER]
    alone = scored(
        [[row[place] for place in large] for row in predictions], [trials[n] for n in large]
    )
    scores = scored(predictions, trials)
    return Comparison(trials, out, tuple(predictions), scores, alone, worlds)


def log_likelihoods(predictions: Sequence[Predicted], trials: Sequence[Reported]) -> Numbers:
    """How likely each world makes each result, (worlds, trials)."""
    columns = [
        -0.5 * ((trial.difference - one.effects) / one.se) ** 2
        - np.log(one.se * np.sqrt(2 * np.pi))
        for one, trial in zip(predictions, trials, strict=True)
    ]
    return np.stack(columns, axis=1)


def scored(
    predictions: Sequence[Sequence[Predicted]], trials: Sequence[Reported]
) -> tuple[Score, ...]:
    """Evidence, held-out scores and weights of every hypothesis."""
    tables = [log_likelihoods(row, trials) for row in predictions]
    evidence = np.array([_log_mean(table.sum(axis=1)) for table in tables])
    weights = np.exp(evidence - logsumexp(evidence))
    chance = np.random.default_rng(0)
    again = np.array([_drawn_again(tables, chance) for _ in range(_AGAIN)])
    errors = again.std(axis=0)
    shares = np.exp(again - logsumexp(again, axis=1, keepdims=True)).std(axis=0)
    return tuple(
        Score(
            row[0].hypothesis,
            float(evidence[number]),
            float(errors[number]),
            tuple(_held_out(tables[number], trial) for trial in range(len(trials))),
            float(weights[number]),
            float(shares[number]),
        )
        for number, row in enumerate(predictions)
    )


def _log_mean(logs: Numbers) -> float:
    return float(logsumexp(logs) - np.log(logs.size))


def _drawn_again(tables: Sequence[Numbers], chance: np.random.Generator) -> Numbers:
    """Evidence with the worlds drawn again from themselves: the bootstrap's Monte-Carlo error."""
    size = tables[0].shape[0]
    rows = chance.integers(size, size=size)
    return np.array([_log_mean(table[rows].sum(axis=1)) for table in tables])


def _held_out(table: Numbers, trial: int) -> float:
    """Log density of one result, the worlds weighted by how they did on all others."""
    others = np.delete(table, trial, axis=1).sum(axis=1)
    return float(logsumexp(others + table[:, trial]) - logsumexp(others))
