"""Side effects: how often each was noted on treated days, against the untreated ones.

Days are counted as independent yes/no with a flat Beta prior; runs of bad days make this somewhat
too sure, which the report says.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary
from lowdose.inference.frame import Frame
from lowdose.inference.result import AdverseRate

__all__ = ["adverse_rates"]

_DRAWS = 20_000


def adverse_rates(diary: Diary, frame: Frame, seed: int = 0) -> tuple[AdverseRate, ...]:
    """Rates of every noted side effect per level, most probable excess first.

    Counted over diary rows, rated or not. Beta(1, 1) prior on each rate (assumption). Without any
    untreated day there is nothing to compare with: `probability_more_often` is NaN.
    """
    if diary.adverse is None:
        return ()
    rows = np.flatnonzero((frame.row >= 0) & _says_what_was_taken(diary, frame))
    noted = [set(diary.adverse[frame.row[row]]) for row in rows]
    terms = sorted(set().union(*noted))
    treated = frame.drive[rows] > 0
    reference = ~frame.treated[rows]
    rng = np.random.default_rng(seed)
    rates = [
        _rate(term, label, _counts(noted, term, treated[:, level]), untreated, rng)
        for term in terms
        for untreated in [_counts(noted, term, reference)]
        for level, label in enumerate(frame.labels)
        if treated[:, level].any()
    ]
    return tuple(sorted(rates, key=_most_probable_first))


def _most_probable_first(rate: AdverseRate) -> tuple[float, float, str]:
    return -float(np.nan_to_num(rate.probability_more_often)), -rate.rate, rate.term


def _says_what_was_taken(diary: Diary, frame: Frame) -> NDArray[np.bool_]:
    """Named treatments: days without a name belong to neither side."""
    names = diary.treatment if diary.treatment and any(diary.treatment) else diary.period
    if frame.by_dose or not names:
        return np.ones(frame.row.size, dtype=bool)
    return np.array([names[row] != "" for row in frame.row])


def _counts(noted: list[set[str]], term: str, days: NDArray[np.bool_]) -> tuple[int, int]:
    """How many of `days` have the term, and how many days there are."""
    return sum(term in noted[day] for day in np.flatnonzero(days)), int(days.sum())


def _rate(
    term: str,
    label: str,
    on: tuple[int, int],
    off: tuple[int, int],
    rng: np.random.Generator,
) -> AdverseRate:
    with_drug = rng.beta(1 + on[0], 1 + on[1] - on[0], _DRAWS)
    without = rng.beta(1 + off[0], 1 + off[1] - off[0], _DRAWS)
    low, high = np.quantile(with_drug, [0.025, 0.975]).tolist()
    return AdverseRate(
        term=term,
        level=label,
        days=on[1],
        events=on[0],
        reference_days=off[1],
        reference_events=off[0],
        rate=on[0] / on[1],
        rate_interval95=(low, high),
        probability_more_often=float(np.mean(with_drug > without)) if off[1] else math.nan,
    )
