"""Who took what, when: the treatment of every model row, and what it is compared with.

A diary compares doses of naltrexone (with no treatment, or with placebo) or named treatments
(melatonin and none, the sealed codes A and B). What had to be assumed is in `Taken.notes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary
from lowdose.errors import Fault, InputError
from lowdose.inference.days import Days
from lowdose.inference.options import Onset, Options

__all__ = ["MAX_LEVELS", "Taken", "fill_short_breaks", "taken_of"]

Numbers = NDArray[np.float64]

MAX_LEVELS = 16
_REFERENCE_NAMES = (
    *("placebo", "sugar", "sham", "control", "none", "nothing", "no treatment", "untreated"),
    *("no", "off", "baseline", "usual care", "usual", "washout"),
)
_PLACEBO_NAMES = frozenset({"placebo", "sugar", "sham"})
_UNTREATED_NAMES = frozenset(_REFERENCE_NAMES) - _PLACEBO_NAMES
_PLACEBO_SIGN = "there is a placebo"


@dataclass(frozen=True, eq=False)
class Taken:
    """What was taken on each model row, and what it is compared with."""

    drive: Numbers
    doses: tuple[float, ...]
    names: tuple[str, ...]
    reference: str
    reference_days: NDArray[np.bool_]
    believed: NDArray[np.bool_] | None
    unknown: NDArray[np.bool_]
    gradual: bool
    blinded: bool
    design: str
    notes: tuple[str, ...]


def taken_of(diary: Diary, days: Days, options: Options) -> Taken:
    """Read what was taken on every model row.

    Raises InputError where nothing was taken, or where it is not clear what to compare with.
    """
    taken = _named(diary, days, options) if _is_named(diary) else _by_dose(diary, days, options)
    _check_treated(taken)
    return taken


def _check_treated(taken: Taken) -> None:
    if taken.drive.shape[1] == 0 or not (taken.drive > 0).any():
        raise InputError(
            [
                Fault(
                    "the diary",
                    "no treated day",
                    "days with a dose above 0, or two treatments to compare",
                    "fill in dose_mg or treatment",
                )
            ]
        )


def _is_named(diary: Diary) -> bool:
    if diary.dose_mg is not None and bool((np.nan_to_num(diary.dose_mg) > 0).any()):
        return False
    if diary.dose_mg is not None and diary.treatment is None and diary.period is None:
        return False
    if diary.treatment is None and diary.period is None:
        raise InputError(
            [
                Fault(
                    "the diary",
                    "no column says what was taken",
                    "a dose_mg or a treatment column",
                    "name the column with --column treatment=NAME",
                )
            ]
        )
    return True


def _named(diary: Diary, rows: Days, options: Options) -> Taken:
    """Two or more named treatments; sealed codes (periods A, B) count as names."""
    sealed = diary.treatment is None or not any(diary.treatment)
    names = rows.spread_text((diary.period if sealed else diary.treatment) or ())
    present = sorted({name for name in names if name})
    reference = _reference(present, options.reference, sealed)
    levels = tuple(name for name in present if name != reference)
    if not levels:
        raise InputError(
            [Fault("column treatment", f"only {reference!r}", "at least two treatments")]
        )
    gradual = _gradual(options.onset, not rows.aggregate and "naltrexone" in map(str.lower, levels))
    taken = _names_forward(names) if gradual else names
    drive = np.array([[float(name == level) for level in levels] for name in taken])
    unknown = np.array([name == "" for name in taken])
    assumed = np.array([name == "" for name in names]) & ~unknown & (rows.row >= 0)
    notes = _named_notes(int((unknown & (rows.row >= 0)).sum()), int(assumed.sum()), sealed)
    blinded, why = _blinded(diary, options, _why_blinded(reference.lower(), sealed))
    kind = "blinded" if blinded else "open"
    form = "aggregate" if rows.aggregate else "comparison"
    return Taken(
        drive=drive.reshape(rows.size, len(levels)),
        doses=(),
        names=levels,
        reference=reference,
        reference_days=np.array([name == reference for name in names]),
        believed=None,
        unknown=unknown,
        gradual=gradual,
        blinded=blinded,
        design="sealed_comparison" if sealed else f"{kind}_{form}",
        notes=(*notes, *why),
    )


def _names_forward(names: list[str]) -> list[str]:
    """Fill days that do not say with the treatment of the day before."""
    filled, last = [], ""
    for name in names:
        last = name or last
        filled.append(last)
    return filled


def _named_notes(left_out: int, assumed: int, sealed: bool) -> tuple[str, ...]:
    notes = []
    if left_out:
        notes.append(f"Days that do not say what was taken, and were left out: {left_out}.")
    if assumed:
        notes.append(
            "Days that do not say what was taken, on which the treatment of the day before was "
            f"assumed: {assumed}."
        )
    if sealed:
        notes.append("The codes are still sealed: which one is the drug is not known here.")
    return tuple(notes)


def _gradual(onset: Onset, usual: bool) -> bool:
    return usual if onset is Onset.AUTO else onset is Onset.GRADUAL


def _reference(present: list[str], wanted: str, sealed: bool) -> str:
    by_lower = {name.lower(): name for name in present}
    if wanted:
        if wanted.lower() in by_lower:
            return by_lower[wanted.lower()]
        raise InputError([Fault("--reference", repr(wanted), f"one of {', '.join(present)}")])
    for name in _REFERENCE_NAMES:
        if name in by_lower:
            return by_lower[name]
    if sealed and present:
        return present[0]
    raise InputError(
        [
            Fault(
                "--reference",
                "not given",
                f"the treatment to compare with, one of {', '.join(present)}",
            )
        ]
    )


def _blinded(diary: Diary, options: Options, sign: str) -> tuple[bool, tuple[str, ...]]:
    """Whether the person was blinded; `sign` is what speaks for it where nobody said."""
    for said in (options.blinded, diary.blinded):
        if said is not None:
            return said, ()
    if sign:
        return True, (f"Taken as blinded because {sign}; say --open if it was not.",)
    return False, ()


def _why_blinded(reference: str, sealed: bool) -> str:
    if sealed:
        return "the codes are sealed"
    return _PLACEBO_SIGN if reference in _PLACEBO_NAMES else ""


def _by_dose(diary: Diary, rows: Days, options: Options) -> Taken:
    """Naltrexone by dose, against placebo where there is one, against no treatment otherwise."""
    doses = diary.dose_mg if diary.dose_mg is not None else np.zeros(len(diary))
    names = rows.spread_text(diary.treatment) if diary.treatment else [""] * rows.size
    names = [name.lower() for name in names] if diary.treatment else names
    taken, unknown_count = _doses_taken(rows.spread(doses), names)
    levels, level_notes = _levels(taken)
    drive = (taken[:, None] == np.array(levels)).astype(float)
    placebo = np.array([name in _PLACEBO_NAMES for name in names], dtype=bool)
    reference = _dose_reference(bool(placebo.any()), options.reference)
    treated = taken > 0
    blinded, why = _blinded(diary, options, _PLACEBO_SIGN if placebo.any() else "")
    believed = _believed(treated, placebo, names, blinded)
    gradual = _gradual(options.onset, not rows.aggregate)
    # A missed dose in between is no time without treatment: relief lasts longer than that.
    covered = fill_short_breaks(treated) if gradual else treated
    notes = list(level_notes)
    if unknown_count:
        notes.append(
            "Days that do not say the dose, on which the dose of the day before was assumed: "
            f"{unknown_count}."
        )
    return Taken(
        drive=drive,
        doses=tuple(levels),
        names=(),
        reference=reference,
        reference_days=placebo if reference == "placebo" else ~covered & ~placebo,
        believed=believed,
        unknown=np.zeros(rows.size, dtype=bool),
        gradual=gradual,
        blinded=blinded,
        design=_dose_design(covered, bool(placebo.any()), len(levels), blinded),
        notes=(*notes, *why),
    )


def _doses_taken(doses: Numbers, names: list[str]) -> tuple[Numbers, int]:
    """The dose of every day, and on how many of them it had to be assumed.

    A day called by the drug's name had a dose even where it does not say which: that of the last
    treated day, not the 0 of a placebo day before it.
    """
    noted = _dose_or_name(doses, names)
    if not np.isnan(noted).any():
        return noted, 0
    known_names = _PLACEBO_NAMES | _UNTREATED_NAMES | {""}
    named = np.array([name not in known_names for name in names]) & np.isnan(noted)
    treated, _ = _carry_forward(np.where(noted > 0, noted, np.nan))
    filled, _ = _carry_forward(np.where(named, treated, noted))
    return filled, int(np.isnan(noted).sum())


def _dose_or_name(doses: Numbers, names: list[str]) -> Numbers:
    """The dose of each day; a day called placebo or untreated has dose 0 without saying so."""
    if not np.isnan(doses).any():
        return doses
    none = _PLACEBO_NAMES | _UNTREATED_NAMES
    said = np.array([name in none for name in names]) if any(names) else np.zeros(1, dtype=bool)
    return np.where(np.isnan(doses) & said, 0.0, doses)


def _levels(taken: Numbers) -> tuple[list[float], tuple[str, ...]]:
    levels = sorted(set(taken[taken > 0].tolist()))
    if len(levels) <= MAX_LEVELS:
        return levels, ()
    raise InputError(
        [
            Fault(
                "column dose_mg",
                f"{len(levels)} different doses",
                f"at most {MAX_LEVELS}",
                "round the doses to the levels that were meant",
            )
        ]
    )


def _dose_reference(placebo: bool, wanted: str) -> str:
    usual = "placebo" if placebo else "no treatment"
    known = {"placebo": placebo, "no treatment": True, "none": True, "untreated": True}
    if not wanted:
        return usual
    if not known.get(wanted.lower(), False):
        choices = "placebo or none" if placebo else "none (the diary has no placebo days)"
        raise InputError([Fault("--reference", repr(wanted), choices)])
    return "placebo" if wanted.lower() == "placebo" else "no treatment"


def _believed(
    treated: NDArray[np.bool_], placebo: NDArray[np.bool_], names: list[str], blinded: bool
) -> NDArray[np.bool_]:
    """Days on which the person could believe to be treated.

    Open: the treated days (a missed dose in between does not end belief). Blinded: every day
    from the first capsule on, whatever was in it, but for days said to be untreated.
    """
    capsule = treated | placebo
    if not capsule.any():
        return capsule
    if blinded:
        said_untreated = np.array([name in _UNTREATED_NAMES for name in names])
        started = np.logical_or.accumulate(capsule)
        believed: NDArray[np.bool_] = started & ~said_untreated
        return believed
    return fill_short_breaks(capsule)


def fill_short_breaks(on: NDArray[np.bool_], longest: int = 2) -> NDArray[np.bool_]:
    """Close breaks of up to `longest` days between treated days."""
    filled, places = on.copy(), np.flatnonzero(on)
    apart = np.diff(places)
    for before in np.flatnonzero((apart > 1) & (apart <= longest + 1)).tolist():
        filled[places[before] : places[before + 1]] = True
    return filled


def _dose_design(treated: NDArray[np.bool_], placebo: bool, levels: int, blinded: bool) -> str:
    if placebo or blinded:
        return "blinded_crossover" if blinded else "open_placebo_comparison"
    starts = int(np.sum(np.diff(fill_short_breaks(treated).astype(int)) == 1))
    if bool(treated.all()):
        return "open_treated_only"
    if levels > 1 and starts <= 1:
        return "open_titration"
    return "open_before_after" if starts <= 1 else "open_on_off"


def _carry_forward(values: Numbers) -> tuple[Numbers, int]:
    """Fill unknown values with the last known one (the first known one before that)."""
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros(values.size), int(values.size)
    last = np.maximum.accumulate(np.where(known, np.arange(values.size), -1))
    filled = values[np.where(last >= 0, last, int(known.argmax()))]
    return filled, int((~known).sum())
