"""Virtual trials, many at once: people are drawn, treated, rate their days, forget, and leave.

The flow of one chunk:

    starts_of -> dealt -> relieved + believed -> rated -> leaving -> TrialData

Trials come in chunks whose size depends on the design alone, and every chunk draws from its own
number and the seed: whoever computes it, wherever and how often, finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from lowdose.diary.entries import Direction
from lowdose.errors import Fault, InputError
from lowdose.trial.design.timeline import Timeline, timeline
from lowdose.trial.design.values import Design, Given
from lowdose.trial.run.assign import dealt
from lowdose.trial.run.conduct import Conduct
from lowdose.trial.run.course import Starts, believed, kept_doses, relieved, starts_of
from lowdose.trial.run.dose_finding import walked
from lowdose.trial.run.enrich import enriched
from lowdose.trial.run.leave import leaving
from lowdose.trial.run.truth import true_effects
from lowdose.trial.run.values import NOT_ALLOCATED, Left, TrialData, Truth

__all__ = ["MOST_TRIALS", "chunks_of", "joined", "virtual_chunk", "virtual_trials"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

MOST_TRIALS = 1_000_000
_CHUNK_PEOPLE = 4096
_STREAM = 0x7A1A  # keeps these draws apart from others with the same seed


def virtual_trials(
    design: Design,
    conduct: Conduct,
    trials: int = 1,
    *,
    seed: int = 0,
    progress: Callable[[int], None] | None = None,
) -> TrialData:
    """Carry out a design on people who do not exist.

    Everything is kept in memory: 8 bytes for each of trials x people x days, twice. `progress` is
    called with the number of trials just finished. Raises InputError for an impossible number.

    >>> from lowdose.trial.design.named import find_design
    >>> from lowdose.trial.run.conduct import conduct_of
    >>> design = find_design("crossover")
    >>> data = virtual_trials(design, conduct_of(design), 3)
    >>> data.rating.shape == (3, design.people, design.days)
    True
    """
    parts = []
    for number, size in enumerate(chunks_of(design, trials)):
        parts.append(virtual_chunk(design, conduct, number, size, seed=seed))
        if progress:
            progress(size)
    return joined(parts)


def chunks_of(design: Design, trials: int) -> list[int]:
    """How many trials each chunk has."""
    if not 1 <= trials <= MOST_TRIALS:
        raise InputError([Fault("--trials", str(trials), f"1 to {MOST_TRIALS}")])
    size = max(1, _CHUNK_PEOPLE // design.people)
    whole, left = divmod(trials, size)
    return [size] * whole + [left] * (left > 0)


def virtual_chunk(
    design: Design, conduct: Conduct, number: int, trials: int, *, seed: int = 0
) -> TrialData:
    """The trials of one chunk."""
    if design.up_and_down:
        return walked(
            design, conduct, lambda at, how: virtual_chunk(at, how, number, trials, seed=seed)
        )
    chance = np.random.default_rng([_STREAM, seed, number])
    width = design.outcome.high - design.outcome.low
    laid = timeline(design)
    people = trials * design.people
    first = number * max(1, _CHUNK_PEOPLE // design.people)
    starts = starts_of(conduct, width, (trials, design.people), first, chance)
    sequence = dealt(design, trials, chance).ravel()
    kept = kept_doses(conduct, people, design.days, chance)
    guess = _guesses(design, laid, conduct, sequence, chance)
    relief = relieved(design, laid, conduct, starts, sequence, kept)
    grown = believed(design, laid, conduct, sequence, guess)
    expected = starts.baseline[:, None] + grown * starts.placebo[:, None] + relief
    felt = _felt(expected, conduct, width, chance)
    days_in, why = leaving(felt, starts.baseline, _first_treated(design), conduct, chance)
    went = _Went(sequence, days_in, why)
    if design.enrichment:
        went = _Went(*enriched(design, felt, sequence, days_in, why))
    written = _written(design, laid, felt, went.days_in, conduct, chance)
    shape = (trials, design.people)
    taken = laid.planned_mg[sequence] * kept * _before(went.days_in, design.days)
    return TrialData(
        design=design,
        sequence=went.sequence.reshape(shape),
        rating=written.reshape(*shape, -1),
        taken_mg=taken.reshape(*shape, -1),
        days_in=went.days_in.reshape(shape),
        left=went.why.reshape(shape),
        guess=_asked(design, guess, went).reshape(*shape, -1),
        truth=_truth(design, laid, conduct, starts, shape),
    )


@dataclass(frozen=True, eq=False)
class _Went:
    """Who went which way, (people,) each."""

    sequence: Whole
    days_in: Whole
    why: Whole


def joined(parts: Sequence[TrialData]) -> TrialData:
    """Chunks of one design as one."""
    truths = [part.truth for part in parts if part.truth is not None]
    many = [truth.effect.size for truth in truths]

    def laid(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(part, name) for part in parts])

    names = ("sequence", "rating", "taken_mg", "days_in", "left", "guess")
    truth = None
    if len(truths) == len(parts):
        mean = float(np.average([truth.mean for truth in truths], weights=many))
        truth = Truth(np.concatenate([truth.effect for truth in truths]), mean)
    return TrialData(
        design=parts[0].design,
        names=parts[0].names,
        truth=truth,
        **{name: laid(name) for name in names},  # type: ignore[arg-type]
    )


def _first_treated(design: Design) -> int:
    """The first day, from 0, on which anybody gets anything."""
    day = 0
    for period in design.periods:
        if period.everyone is None or design.treatment(period.everyone).given is not Given.NOTHING:
            break
        day += period.days
    return day


def _guesses(
    design: Design, laid: Timeline, conduct: Conduct, sequence: Whole, chance: np.random.Generator
) -> Numbers:
    """What people believe to be on in each period, (people, periods): see `TrialData.guess`."""
    starts = np.concatenate([[0], np.cumsum([one.days for one in design.periods])[:-1]])
    treatment = laid.treatment[:, starts][sequence]
    drug = np.array([one.given is Given.DRUG for one in design.treatments])[treatment]
    rate = np.where(drug, conduct.noticed_drug, conduct.noticed_placebo)
    noticed = chance.random(rate.shape) < rate
    random = chance.random(rate.shape) < 0.5
    return np.where(laid.blinded[starts], (noticed | random).astype(np.float64), np.nan)


def _felt(
    expected: Numbers, conduct: Conduct, width: float, chance: np.random.Generator
) -> Numbers:
    """With the swing and noise of single days, as `written_down` of a diary has them."""
    swing_sd = conduct.spread * np.sqrt(conduct.share)
    day_sd = conduct.spread * np.sqrt(1 - conduct.share)
    shock = chance.normal(0.0, 1.0, expected.shape) * swing_sd
    shock[:, 1:] *= np.sqrt(1 - conduct.phi**2)
    swing = lfilter([1.0], [1.0, -conduct.phi], shock, axis=-1)
    found: Numbers = expected + swing + day_sd * chance.normal(0.0, 1.0, expected.shape)
    if conduct.whole:
        found = np.rint(found)
    return np.clip(found, 0.0, width) if conduct.limits else found


def _written(
    design: Design,
    laid: Timeline,
    felt: Numbers,
    days_in: Whole,
    conduct: Conduct,
    chance: np.random.Generator,
) -> Numbers:
    """What is on paper: on the scale, NaN where not asked, forgotten or gone."""
    there = (chance.random(felt.shape) >= conduct.missing) & laid.rated
    there &= _before(days_in, design.days)
    lower = design.outcome.direction is Direction.LOWER_IS_BETTER
    value = design.outcome.low + felt if lower else design.outcome.high - felt
    return np.where(there, value, np.nan)


def _before(days_in: Whole, days: int) -> Truths:
    return np.arange(days) < days_in[:, None]


def _asked(design: Design, guess: Numbers, went: _Went) -> Numbers:
    """Guesses of those who were still there at the end of the period."""
    ends = np.cumsum([one.days for one in design.periods])
    there = (ends <= went.days_in[:, None]) & (went.sequence[:, None] != NOT_ALLOCATED)
    return np.where(there, guess, np.nan)


def _truth(
    design: Design, laid: Timeline, conduct: Conduct, starts: Starts, shape: tuple[int, int]
) -> Truth | None:
    effect = true_effects(design, laid, conduct, starts)
    if effect is None:
        return None
    return Truth(effect.reshape(shape), float(effect.mean()))


STAYED = int(Left.STAYED)
