"""From a diary to numbers: which days were treated, with what, and compared with what.

A `Frame` is one symptom of one diary as the model sees it: a row for every day (missing days
included), the regression columns, the prior in the symptom's units, and what kind of design the
diary is. Everything that had to be assumed on the way is in `Frame.notes`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary, Kind, Symptom
from lowdose.errors import Fault, InputError
from lowdose.inference.priors import Prior, SymptomPrior, for_period_means, prior_for

__all__ = [
    "FIXED",
    "Frame",
    "Noise",
    "Onset",
    "Options",
    "build_frame",
    "fill_short_breaks",
    "grow",
    "pick_symptom",
    "with_guess",
]

Numbers = NDArray[np.float64]

FIXED = ("baseline", "trend", "expectation")
MAX_DAYS = 8192
MAX_LEVELS = 16
_REFERENCE_NAMES = (
    *("placebo", "sugar", "sham", "control", "none", "nothing", "no treatment", "untreated"),
    *("no", "off", "baseline", "usual care", "usual", "washout"),
)
_PLACEBO_NAMES = frozenset({"placebo", "sugar", "sham"})
_UNTREATED_NAMES = frozenset(_REFERENCE_NAMES) - _PLACEBO_NAMES
_PLACEBO_SIGN = "there is a placebo"


class Onset(StrEnum):
    """How soon a treatment acts: over days to weeks, or on the same day and no longer."""

    AUTO = "auto"
    GRADUAL = "gradual"
    IMMEDIATE = "immediate"


class Noise(StrEnum):
    """What makes days differ: a swing that carries over, independent day noise, or both."""

    BOTH = "swing+day"
    SWING = "swing"
    DAY = "day"


@dataclass(frozen=True)
class Options:
    """What a user may decide about the model.

    reference: the treatment to compare with; "" lets the diary decide.
    trend: allow a straight natural drift. noise: see `Noise`. onset: see `Onset`.
    blinded: whether the person knew what was taken; None lets the diary decide.
    """

    reference: str = ""
    trend: bool = True
    noise: Noise = Noise.BOTH
    onset: Onset = Onset.AUTO
    blinded: bool | None = None


@dataclass(frozen=True, eq=False)
class Frame:
    """One symptom of one diary as the model sees it.

    One entry per day from the first to the last (aggregate form: per period mean).

    rating: NaN where missing. gap: days since the row before. weight: precision of a mean, relative
    to the others.
    fixed: (days, 3) columns in the order of `FIXED`, a column not in use being zero; a fourth, for
    the person's guess, where the diary has guesses (zero until `with_guess` fills it).
    drive: (days, levels) share of the day under each level. level_doses or level_names say which.
    row: the diary row of each day, -1 where the diary has none.
    reference_days, level_days: rated days of each kind, as masks.
    """

    symptom: Symptom
    person: str
    rating: Numbers
    gap: Numbers
    weight: Numbers
    day: Numbers
    row: NDArray[np.int64]
    fixed: Numbers
    drive: Numbers
    level_doses: tuple[float, ...]
    level_names: tuple[str, ...]
    reference: str
    reference_days: NDArray[np.bool_]
    level_days: NDArray[np.bool_]
    gradual: bool
    blinded: bool
    aggregate: bool
    design: str
    prior: SymptomPrior
    options: Options
    notes: tuple[str, ...]

    @property
    def rated(self) -> NDArray[np.bool_]:
        """Days with a rating."""
        return np.isfinite(self.rating)

    @property
    def by_dose(self) -> bool:
        """True where the levels are doses of naltrexone, False where they are names."""
        return bool(self.level_doses)

    @property
    def labels(self) -> tuple[str, ...]:
        """The levels as people call them."""
        return tuple(f"{dose:g} mg" for dose in self.level_doses) or self.level_names


def pick_symptom(diary: Diary, name: str | None) -> Symptom:
    """The symptom called `name`, or the only one, or `pain`, or the first.

    Raises InputError naming the symptoms there are.
    """
    names = list(diary.symptoms)
    if not names:
        raise InputError([Fault("the diary", "no symptom column", "at least one")])
    if name is None:
        return diary.symptoms["pain" if "pain" in names else names[0]]
    if name not in diary.symptoms:
        raise InputError([Fault("--symptom", repr(name), f"one of {', '.join(names)}")])
    return diary.symptoms[name]


def build_frame(
    diary: Diary, symptom: Symptom, prior: Prior, options: Options = Options()
) -> Frame:
    """Lay one symptom of a diary out as the model's rows and columns.

    Raises InputError where there is nothing to compare: no rating, no treated day, no reference.
    """
    rows = _Rows.of(diary, symptom.kind)
    plan = _named(diary, rows, options) if _is_named(diary) else _by_dose(diary, rows, options)
    rating = np.where(plan.unknown, np.nan, rows.spread(diary.ratings[symptom.name]))
    _check_rated(rating, symptom)
    _check_treated(plan)
    own = prior_for(prior, symptom)
    if rows.aggregate:
        own = for_period_means(own)
    has_guess = diary.guess is not None and bool(np.isfinite(diary.guess).any())
    fixed = np.zeros((rows.size, len(FIXED) + has_guess))
    fixed[:, 0] = 1.0
    if options.trend and not rows.aggregate:
        # Centred on the rated days, so that days added without a rating change nothing.
        fixed[:, 1] = rows.day - rows.day[np.isfinite(rating)].mean()
    if plan.believed is not None:
        fixed[:, 2] = grow(plan.believed, own.expectation_rate)
    rated = np.isfinite(rating)
    return Frame(
        symptom=symptom,
        person=diary.person,
        rating=rating,
        gap=rows.gap,
        weight=rows.weight,
        day=rows.day,
        row=rows.row,
        fixed=fixed,
        drive=plan.drive,
        level_doses=plan.doses,
        level_names=plan.names,
        reference=plan.reference,
        reference_days=plan.reference_days & rated,
        level_days=(plan.drive > 0) & rated[:, None],
        gradual=plan.gradual,
        blinded=plan.blinded,
        aggregate=rows.aggregate,
        design=plan.design,
        prior=own,
        options=options,
        notes=(*diary.notes, *plan.notes),
    )


# --- days ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Rows:
    """How diary rows map to model rows: every calendar day, or every period mean."""

    day: Numbers
    row: NDArray[np.int64]
    gap: Numbers
    weight: Numbers
    aggregate: bool

    @property
    def size(self) -> int:
        return int(self.day.size)

    @classmethod
    def of(cls, diary: Diary, kind: Kind) -> _Rows:
        if len(diary) == 0:
            raise InputError([Fault("the diary", "no rows", "at least one day")])
        if diary.days_averaged is not None:
            gap = np.minimum(np.diff(diary.day, prepend=diary.day[0]), 1.0)
            weight = _weights(diary.days_averaged, kind)
            return cls(diary.day, np.arange(len(diary)), gap, weight, aggregate=True)
        span = int(diary.day[-1] - diary.day[0]) + 1
        if span > MAX_DAYS:
            raise InputError(
                [
                    Fault(
                        "the diary",
                        f"{span} days from first to last",
                        f"at most {MAX_DAYS}",
                        "check the dates, or split the diary",
                    )
                ]
            )
        row = np.full(span, -1, dtype=np.int64)
        row[(diary.day - diary.day[0]).astype(np.int64)] = np.arange(len(diary))
        day = diary.day[0] + np.arange(span, dtype=np.float64)
        return cls(day, row, np.ones(span), np.ones(span), aggregate=False)

    def spread(self, values: Numbers) -> Numbers:
        """Values of diary rows on model rows; NaN where the diary has none."""
        return np.where(self.row >= 0, values[self.row], np.nan)

    def spread_text(self, values: tuple[str, ...]) -> list[str]:
        return [values[row] if row >= 0 else "" for row in self.row]


def _weights(days: Numbers, kind: Kind) -> Numbers:
    """How many days each mean rests on, relative to the average; 1 where nobody says.

    Relative, because days of one period are alike: a mean of 14 days is not 14 times as precise
    as one day, and how precise it is the period means themselves must tell. Events are counted
    on so many days as they are; what days have in common is their swing.
    """
    known = np.isfinite(days) & (days > 0)
    if kind is not Kind.RATING:
        return np.where(known, days, 1.0)
    if not known.any():
        return np.ones(days.size)
    return np.where(known, days / days[known].mean(), 1.0)


def _check_rated(rating: Numbers, symptom: Symptom) -> None:
    if not np.isfinite(rating).any():
        raise InputError(
            [
                Fault(
                    f"column {symptom.name}",
                    "no ratings",
                    "at least one, on a day that says what was taken",
                )
            ]
        )


def grow(believed: NDArray[np.bool_], rate: float, level: float = 0.0) -> Numbers:
    """Expectation on its way to 1 while treatment is believed to be on, to 0 otherwise."""
    keep = math.exp(-rate)
    grown = np.zeros(believed.size)
    for index, on in enumerate(believed):
        level = keep * level + (1 - keep) * float(on)
        grown[index] = level
    return grown


def _carry_forward(values: Numbers) -> tuple[Numbers, int]:
    """Fill unknown values with the last known one (the first known one before that)."""
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros(values.size), int(values.size)
    last = np.maximum.accumulate(np.where(known, np.arange(values.size), -1))
    filled = values[np.where(last >= 0, last, int(known.argmax()))]
    return filled, int((~known).sum())


# --- who took what -------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Plan:
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


def _check_treated(plan: _Plan) -> None:
    if plan.drive.shape[1] == 0 or not (plan.drive > 0).any():
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


def _named(diary: Diary, rows: _Rows, options: Options) -> _Plan:
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
    return _Plan(
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


def _by_dose(diary: Diary, rows: _Rows, options: Options) -> _Plan:
    """Naltrexone by dose, against placebo where there is one, against no treatment otherwise."""
    doses = diary.dose_mg if diary.dose_mg is not None else np.zeros(len(diary))
    names = rows.spread_text(diary.treatment) if diary.treatment else [""] * rows.size
    names = [name.lower() for name in names] if diary.treatment else names
    taken, unknown_count = _doses_taken(rows.spread(doses), names)
    levels, level_notes = _levels(taken)
    drive = np.stack([taken == level for level in levels], axis=1).astype(float)
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
    return _Plan(
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
    known_names = _PLACEBO_NAMES | _UNTREATED_NAMES | {""}
    named = np.array([name not in known_names for name in names]) & np.isnan(noted)
    treated, _ = _carry_forward(np.where(noted > 0, noted, np.nan))
    filled, _ = _carry_forward(np.where(named, treated, noted))
    return filled, int(np.isnan(noted).sum())


def _dose_or_name(doses: Numbers, names: list[str]) -> Numbers:
    """The dose of each day; a day called placebo or untreated has dose 0 without saying so."""
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
    filled, last = on.copy(), -1
    for index in np.flatnonzero(on):
        if last >= 0 and 1 < index - last <= longest + 1:
            filled[last:index] = True
        last = int(index)
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


def with_guess(frame: Frame, guess: Numbers) -> Frame:
    """The frame with the person's guess (probability of active, minus a half) as a column."""
    on_rows = np.where(frame.row >= 0, guess[frame.row], np.nan)
    fixed = frame.fixed.copy()
    fixed[:, len(FIXED)] = np.nan_to_num(on_rows - 0.5)
    return replace(frame, fixed=fixed)
