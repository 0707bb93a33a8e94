"""From a diary to numbers: one symptom of one diary as the model sees it.

A row for every day, the regression columns, the prior in the symptom's units, and what kind of
design the diary is. Everything that had to be assumed on the way is in `Frame.notes`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lowdose.diary.entries import Diary, Symptom
from lowdose.errors import Fault, InputError
from lowdose.inference.days import Days
from lowdose.inference.drift import Drift, drift_of
from lowdose.inference.options import Options
from lowdose.inference.priors import Prior, SymptomPrior, for_period_means, prior_for
from lowdose.inference.taken import Taken, fill_short_breaks, taken_of
from lowdose.mechanism.expectation import grow

__all__ = ["FIXED", "Frame", "build_frame", "pick_symptom", "with_guess"]

Numbers = NDArray[np.float64]

FIXED = ("baseline", "trend", "expectation")


@dataclass(frozen=True, eq=False)
class Frame:
    """One symptom of one diary as the model sees it.

    One entry per day from the first to the last (aggregate form: per period mean).

    rating: NaN where missing. gap: days since the row before. weight: precision of a mean, relative
    to the others.
    fixed: (days, 3 + bends) columns in the order of `FIXED`, then the bends of the drift, a column
    not in use being zero; one more at the end, for the person's guess, where the diary has guesses
    (zero until `with_guess` fills it). drift: where its line and bends lie; None without drift.
    drive: (days, levels) share of the day under each level. level_doses or level_names say which.
    row: the diary row of each day, -1 where the diary has none.
    reference_days, level_days: rated days of each kind, as masks. compared: days of either kind,
    rated or not.
    """

    symptom: Symptom
    person: str
    rating: Numbers
    gap: Numbers
    weight: Numbers
    day: Numbers
    row: NDArray[np.int64]
    fixed: Numbers
    drift: Drift | None
    drive: Numbers
    level_doses: tuple[float, ...]
    level_names: tuple[str, ...]
    reference: str
    reference_days: NDArray[np.bool_]
    level_days: NDArray[np.bool_]
    compared: NDArray[np.bool_]
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
    def treated(self) -> NDArray[np.bool_]:
        """Days under any level."""
        found: NDArray[np.bool_] = np.any(self.drive, axis=1)
        return found

    @property
    def changes(self) -> int:
        """How often the rated days went from treatment to reference or back."""
        treated = self.treated
        if self.gradual:  # a missed dose is no change of treatment
            treated = fill_short_breaks(treated)
        treated = treated[self.rated]
        return int(np.sum(treated[1:] != treated[:-1]))

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
    days = Days.of(diary, symptom.kind)
    taken = taken_of(diary, days, options)
    rating = np.where(taken.unknown, np.nan, days.spread(diary.ratings[symptom.name]))
    rated = np.isfinite(rating)
    _check_rated(rating, symptom)
    own = prior_for(prior, symptom)
    drift = drift_of(days.day, rated) if options.trend and not days.aggregate else None
    return Frame(
        symptom=symptom,
        person=diary.person,
        rating=rating,
        gap=days.gap,
        weight=days.weight,
        day=days.day,
        row=days.row,
        fixed=_fixed(diary, days, taken, drift, own.expectation_rate),
        drift=drift,
        drive=taken.drive,
        level_doses=taken.doses,
        level_names=taken.names,
        reference=taken.reference,
        reference_days=taken.reference_days & rated,
        level_days=(taken.drive > 0) & rated[:, None],
        compared=taken.reference_days | taken.drive.any(axis=1),
        gradual=taken.gradual,
        blinded=taken.blinded,
        aggregate=days.aggregate,
        design=taken.design,
        prior=for_period_means(own) if days.aggregate else own,
        options=options,
        notes=(*diary.notes, *taken.notes),
    )


def _fixed(
    diary: Diary,
    days: Days,
    taken: Taken,
    drift: Drift | None,
    expectation_rate: float,
) -> Numbers:
    """The columns that do not lag: `FIXED`, bends of the drift, and room for the guess if any."""
    bends = 0 if drift is None else drift.knots.size
    has_guess = diary.guess is not None and bool(np.isfinite(diary.guess).any())
    fixed = np.zeros((days.size, len(FIXED) + bends + has_guess))
    fixed[:, 0] = 1.0
    if drift is not None:
        fixed[:, [1, *range(3, 3 + bends)]] = drift.columns(days.day)
    if taken.believed is not None:
        fixed[:, 2] = grow(taken.believed, expectation_rate)
    return fixed


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


def with_guess(frame: Frame, guess: Numbers) -> Frame:
    """The frame with the person's guess (probability of active, minus a half) as a column."""
    on_rows = np.where(frame.row >= 0, guess[frame.row], np.nan)
    fixed = frame.fixed.copy()
    fixed[:, -1] = np.nan_to_num(on_rows - 0.5)
    return replace(frame, fixed=fixed)
