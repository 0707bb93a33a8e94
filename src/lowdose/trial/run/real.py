"""Real people's diaries as the data of a trial: a batch of one.

Day 1 of a diary is day 1 of the design. Who got what is said by an opened allocation list, or by
the diaries' own `treatment` column.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary
from lowdose.diary.options import ReadOptions
from lowdose.errors import Fault, InputError
from lowdose.trial.design.timeline import Timeline, timeline
from lowdose.trial.design.values import Design
from lowdose.trial.run.values import NOT_ALLOCATED, Left, TrialData

__all__ = ["options_of", "read_allocation", "trial_data"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

_GRACE = 7  # whose last rating lies within the last week has completed


def options_of(design: Design) -> ReadOptions:
    """How to read the diaries of a trial: the outcome's scale and direction."""
    outcome = design.outcome
    return ReadOptions(
        scale={outcome.symptom: (outcome.low, outcome.high)},
        direction={outcome.symptom: outcome.direction},
    )


def read_allocation(content: bytes, source: str = "") -> dict[str, str]:
    """Person -> name of the sequence, from CSV with the columns person and sequence.

    Raises InputError with every fault and its row.

    >>> read_allocation(b"person,sequence\\nann,LP\\nbob,PL\\n")
    {'ann': 'LP', 'bob': 'PL'}
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([Fault(f"byte {error.start + 1}", "not UTF-8", "text in UTF-8")]) from None
    rows = list(csv.DictReader(io.StringIO(text)))
    names = list(rows[0]) if rows else []
    missing = [name for name in ("person", "sequence") if name not in names]
    if missing:
        wanted = "a first line with person and sequence"
        raise InputError([Fault("columns", ", ".join(map(str, names)) or "none", wanted)], source)
    faults: list[Fault] = []
    found: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        person, sequence = ((row[name] or "").strip() for name in ("person", "sequence"))
        if not person or not sequence:
            faults.append(Fault(f"row {number}", "an empty cell", "a person and a sequence"))
        elif person in found:
            faults.append(Fault(f"row {number}, person", "twice", "every person once"))
        found[person] = sequence
    if faults:
        raise InputError(faults, source)
    return found


def trial_data(
    design: Design, diaries: Sequence[Diary], allocation: Mapping[str, str] | None = None
) -> TrialData:
    """The data of a real trial.

    allocation: person -> sequence; those on it without a diary count as allocated and without a
    rating. Without it the diaries' treatments say which sequence it was. Who stops writing before
    the end has left, for reasons not said.

    Raises InputError with every fault: no such symptom, a person not on the list, a treatment that
    fits no sequence or several, days past the end.
    """
    faults: list[Fault] = []
    laid = timeline(design)
    by_name = {diary.person or f"person {n}": diary for n, diary in enumerate(diaries, start=1)}
    names = tuple(dict.fromkeys((*(allocation or ()), *by_name)))
    sequence = np.array(
        [_sequence(design, laid, name, by_name.get(name), allocation, faults) for name in names]
    )
    if faults:
        raise InputError(faults)
    rows = [
        _row(design, laid, name, by_name.get(name), laid.planned_mg[place], faults)
        for name, place in zip(names, sequence, strict=True)
    ]
    if faults:
        raise InputError(faults)
    days_in = np.array([row.days_in for row in rows])
    stayed = days_in == design.days
    return TrialData(
        design=design,
        sequence=sequence[None],
        rating=np.array([row.rating for row in rows])[None],
        taken_mg=np.array([row.taken_mg for row in rows])[None],
        days_in=days_in[None],
        left=np.where(stayed, int(Left.STAYED), int(Left.NOT_SAID))[None],
        guess=np.array([row.guess for row in rows])[None],
        names=names,
    )


@dataclass(frozen=True, eq=False)
class _Row:
    """One person's part of the data: (days,), (days,), (periods,)."""

    rating: Numbers
    taken_mg: Numbers
    guess: Numbers
    days_in: int


def _row(
    design: Design,
    laid: Timeline,
    name: str,
    diary: Diary | None,
    planned_mg: Numbers,
    faults: list[Fault],
) -> _Row:
    rating, taken = np.full(design.days, np.nan), planned_mg.copy()
    guess = np.full(len(design.periods), np.nan)
    if diary is None:
        return _Row(rating, 0.0 * taken, guess, 0)
    day = _days(design, name, diary, faults)
    inside = (day >= 0) & (day < design.days)
    values = _ratings(design, name, diary, faults)
    rating[day[inside]] = values[inside]
    if diary.dose_mg is not None:
        known = inside & np.isfinite(diary.dose_mg)
        taken[day[known]] = diary.dose_mg[known]
    if diary.guess is not None:
        guess = _by_period(laid, day[inside], diary.guess[inside], len(design.periods))
    rated = np.flatnonzero(np.isfinite(rating))
    last = int(rated[-1]) + 1 if rated.size else 0
    return _Row(rating, taken, guess, design.days if last >= _last_rated(laid) else last)


def _last_rated(laid: Timeline) -> int:
    return max(1, int(np.flatnonzero(laid.rated)[-1]) + 1 - _GRACE)


def _sequence(
    design: Design,
    laid: Timeline,
    name: str,
    diary: Diary | None,
    allocation: Mapping[str, str] | None,
    faults: list[Fault],
) -> int:
    known = [one.name for one in design.sequences]
    if allocation is not None:
        if name not in allocation:
            wanted = "a person of the allocation list"
            faults.append(Fault(f"person {name}", "not allocated", wanted))
            return NOT_ALLOCATED
        if allocation[name] not in known:
            wanted = f"one of {', '.join(known)}"
            faults.append(Fault(f"person {name}, sequence", repr(allocation[name]), wanted))
            return NOT_ALLOCATED
        return known.index(allocation[name])
    if len(known) == 1:
        return 0
    return _from_treatments(design, laid, name, diary, faults)


def _from_treatments(
    design: Design, laid: Timeline, name: str, diary: Diary | None, faults: list[Fault]
) -> int:
    """The sequence that agrees with every noted treatment."""
    if diary is None or diary.treatment is None:
        remedy = "give the opened list with --allocation, or a treatment column"
        faults.append(Fault(f"person {name}", "no treatments", "who got what", remedy))
        return NOT_ALLOCATED
    keys = {one.key.lower(): n for n, one in enumerate(design.treatments)}
    keys |= {one.name.lower(): n for n, one in enumerate(design.treatments)}
    noted = np.array([keys.get(text.strip().lower(), -1) for text in diary.treatment])
    unknown = sorted(
        {text for text, n in zip(diary.treatment, noted, strict=True) if n < 0 and text.strip()}
    )
    if unknown:
        wanted = f"one of {', '.join(one.key for one in design.treatments)}"
        faults.append(Fault(f"person {name}, treatment", ", ".join(unknown), wanted))
        return NOT_ALLOCATED
    day = diary.day.astype(np.int64) - 1
    use = (noted >= 0) & (day >= 0) & (day < design.days)
    fits = np.flatnonzero((laid.treatment[:, day[use]] == noted[use]).all(axis=1))
    if not fits.size or not use.any():
        value = "fit no sequence" if use.any() else "none on the days of the trial"
        faults.append(Fault(f"person {name}, treatments", value, "one sequence of the design"))
        return NOT_ALLOCATED
    return int(fits[0])  # of those who left early several may fit; they agree on what was given


def _days(design: Design, name: str, diary: Diary, faults: list[Fault]) -> Whole:
    day = diary.day.astype(np.int64) - 1
    if diary.days_averaged is not None:
        faults.append(Fault(f"person {name}", "one row a period", "one row a day"))
    elif day.size and day.max() >= design.days + _GRACE:
        wanted = f"days up to {design.days}, the last of the design"
        faults.append(Fault(f"person {name}", f"day {day.max() + 1}", wanted))
    return day


def _ratings(design: Design, name: str, diary: Diary, faults: list[Fault]) -> Numbers:
    symptom = design.outcome.symptom
    if symptom in diary.ratings:
        return diary.ratings[symptom]
    known = ", ".join(diary.ratings) or "none"
    faults.append(Fault(f"person {name}", f"ratings of {known}", f"ratings of {symptom}"))
    return np.full(len(diary), math.nan)


def _by_period(laid: Timeline, day: Whole, guess: Numbers, periods: int) -> Numbers:
    """The mean guess of each period, NaN where nobody asked."""
    known = np.isfinite(guess)
    place = laid.period[day[known]]
    count = np.bincount(place, minlength=periods).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.bincount(place, weights=guess[known], minlength=periods) / count
