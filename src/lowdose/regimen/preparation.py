"""What the pharmacy makes from a regimen: the nouns, and the two ways of making it.

A `Preparation` says, for every intake of every step, which capsules or which volume it is; how
much of everything that adds up to; in which batches it must be made so that nothing is used past
its beyond-use date; and what is needed to make it. Dates are optional: without them batches are
given in days of the regimen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from lowdose.errors import Fault, InputError
from lowdose.regimen.amounts import micrograms, number_text
from lowdose.regimen.batches import (
    Batch,
    capsule_batch,
    capsules_used,
    liquid_batch,
    naltrexone_used_ug,
)
from lowdose.regimen.beyond_use import (
    BeyondUse,
    Storage,
    Vehicle,
    capsule_beyond_use,
    liquid_beyond_use,
)
from lowdose.regimen.capsules import MOST_CAPSULES
from lowdose.regimen.doses import Regimen
from lowdose.regimen.fillers import Filler, find_filler
from lowdose.regimen.liquid import SYRINGES, Syringe
from lowdose.regimen.portions import Portion, capsule_portions, liquid_portions
from lowdose.regimen.windows import Window, windows

__all__ = ["Form", "Preparation", "Supply", "prepare_capsules", "prepare_liquid"]

_MOST_STRENGTHS = 12
_STRONGEST_MG_PER_ML = 10.0
_MOST_SPARE_PERCENT = 100.0


class Form(StrEnum):
    """What the patient takes."""

    CAPSULES = "capsules"
    LIQUID = "liquid"


@dataclass(frozen=True)
class Supply:
    """One thing handed out over the whole regimen: capsules of one strength, or the liquid.

    `amount` is what the doses use, `spare` what is made on top, in capsules or mL; `days` is on
    how many days it is used (the days' supply).
    """

    name: str
    strength_mg: float
    amount: float
    spare: float
    unit: str
    days: int

    @property
    def total(self) -> float:
        """What is made in all.

        >>> Supply("1.5 mg capsules", 1.5, 14, 2, "capsules", 14).total
        16
        """
        return self.amount + self.spare


@dataclass(frozen=True)
class Preparation:
    """Everything the pharmacy needs to make a regimen and hand it out.

    `naltrexone_mg` is naltrexone hydrochloride over all batches, spare and overfill included;
    `tablets` are whole 50 mg tablets over all batches (for capsules: if tablets are the source).
    """

    form: Form
    days: int
    portions: tuple[Portion, ...]
    supplies: tuple[Supply, ...]
    batches: tuple[Batch, ...]
    beyond_use: BeyondUse
    naltrexone_mg: float
    tablets: int
    filler: Filler | None = None
    mg_per_ml: float | None = None
    vehicle: Vehicle | None = None
    syringes: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    def portions_of(self, step: int) -> tuple[Portion, ...]:
        """The portions of one step (counted from 1), in the order of the day."""
        return tuple(portion for portion in self.portions if portion.step == step)


def prepare_capsules(
    regimen: Regimen,
    strengths_mg: Sequence[float],
    *,
    most: int = MOST_CAPSULES,
    spare_percent: float = 0.0,
    filler: str = "microcrystalline cellulose",
    beyond_use_days: int | None = None,
    start: date | None = None,
    made_on: date | None = None,
) -> Preparation:
    """Make a regimen from whole capsules of the strengths in stock.

    Every intake gets the fewest capsules, then the fewest different strengths.

    Args:
        strengths_mg: strengths in stock, mg of naltrexone hydrochloride.
        most: the most capsules for one intake.
        spare_percent: capsules made on top, per strength and batch, rounded up.
        filler: what fills the capsules, one of `fillers.FILLERS`.
        beyond_use_days: a limit shorter than 180 days.
        start: first day of the regimen, so that batches carry dates.
        made_on: when the first batch is made; by default on `start`.

    Raises InputError with every dose that cannot be made and the nearest that can.

    >>> from lowdose.regimen.doses import Intake, Moment, Step
    >>> steps = tuple(Step(7, (Intake(Moment.BEDTIME, mg),)) for mg in (1.5, 3.0, 4.5))
    >>> made = prepare_capsules(Regimen("three weeks", steps, ""), [1.5, 4.5])
    >>> [portion.words for portion in made.portions]
    ['1 capsule of 1.5 mg', '2 capsules of 1.5 mg', '1 capsule of 4.5 mg']
    >>> [(supply.name, supply.total, supply.days) for supply in made.supplies]
    [('1.5 mg capsules', 21, 14), ('4.5 mg capsules', 7, 7)]
    """
    _check_percent("spare capsules", spare_percent)
    chosen = find_filler(filler)
    keeps = capsule_beyond_use(chosen.name, beyond_use_days)
    portions = capsule_portions(regimen, _strengths_ug(strengths_mg), most)
    spans = windows(regimen.days, keeps.days, start=start, made_on=made_on)
    batches = _used(capsule_batch(span, regimen, portions, spare_percent) for span in spans)
    return Preparation(
        form=Form.CAPSULES,
        days=regimen.days,
        portions=portions,
        supplies=tuple(_capsule_supplies(regimen, portions, batches)),
        batches=batches,
        beyond_use=keeps,
        naltrexone_mg=_total(batch.naltrexone_mg for batch in batches),
        tablets=sum(batch.tablets for batch in batches),
        filler=chosen,
        assumptions=(f"At most {most} capsules at one time (assumption).",),
    )


def prepare_liquid(
    regimen: Regimen,
    *,
    mg_per_ml: float = 1.0,
    syringe_ml: float | None = None,
    vehicle: Vehicle = Vehicle.PRESERVED,
    storage: Storage = Storage.REFRIGERATOR,
    overfill_percent: float = 10.0,
    beyond_use_days: int | None = None,
    start: date | None = None,
    made_on: date | None = None,
) -> Preparation:
    """Make a regimen as a liquid from whole 50 mg tablets.

    Every dose must lie on a mark of an oral syringe; the smallest that reads it is chosen, or
    `syringe_ml` fixes one. Batches hold `overfill_percent` more than the doses use (what stays
    in bottle and syringe; assumption), rounded up to whole tablets.

    Raises InputError with every dose that falls between marks and the nearest that does not.

    >>> from lowdose.regimen.doses import Intake, Moment, Step
    >>> steps = tuple(Step(14, (Intake(Moment.BEDTIME, mg),)) for mg in (0.5, 1.0))
    >>> made = prepare_liquid(Regimen("four weeks", steps, ""))
    >>> [portion.words for portion in made.portions], made.tablets
    (['0.5 mL', '1 mL'], 1)
    """
    _check_percent("overfill", overfill_percent)
    ug_per_ml = _ug_per_ml(mg_per_ml)
    keeps = liquid_beyond_use(mg_per_ml, vehicle, storage, beyond_use_days)
    portions = liquid_portions(regimen, ug_per_ml, _syringes(syringe_ml))
    spans = windows(regimen.days, keeps.days, start=start, made_on=made_on)
    made = Fraction(str(100 + overfill_percent)) / 100
    batches = _used(
        liquid_batch(span, naltrexone_used_ug(regimen, span) * made, ug_per_ml, vehicle)
        for span in spans
    )
    return Preparation(
        form=Form.LIQUID,
        days=regimen.days,
        portions=portions,
        supplies=(_liquid_supply(regimen, mg_per_ml, portions, batches),),
        batches=batches,
        beyond_use=keeps,
        naltrexone_mg=_total(batch.naltrexone_mg for batch in batches),
        tablets=sum(batch.tablets for batch in batches),
        mg_per_ml=mg_per_ml,
        vehicle=vehicle,
        syringes=tuple(dict.fromkeys(portion.syringe for portion in portions if portion.syringe)),
        assumptions=_liquid_assumptions(overfill_percent),
    )


def _liquid_assumptions(overfill_percent: float) -> tuple[str, ...]:
    return (
        "Marks of oral syringes: every 0.01 mL at 1 mL, 0.1 at 3, 0.2 at 5, 0.5 at 10 mL; "
        "makers differ, so check the syringe handed out (assumption).",
        "A syringe is used for no less than a tenth of what it holds (assumption).",
        f"{number_text(overfill_percent)} % more is made than the doses use (assumption).",
    )


def _capsule_supplies(
    regimen: Regimen, portions: Sequence[Portion], batches: Sequence[Batch]
) -> Iterator[Supply]:
    whole = Window(1, 1, regimen.days, None, None)
    for strength, count in capsules_used(regimen, portions, whole):
        made = sum(m.count for b in batches for m in b.capsules if m.strength_mg == strength)
        steps = {p.step for p in portions for t in p.capsules if t.strength_mg == strength}
        days = sum(regimen.steps[step - 1].days for step in steps)
        name = f"{number_text(strength)} mg capsules"
        yield Supply(name, strength, count, made - count, "capsules", days)


def _liquid_supply(
    regimen: Regimen, mg_per_ml: float, portions: Sequence[Portion], batches: Sequence[Batch]
) -> Supply:
    used_ml = float(
        Fraction(naltrexone_used_ug(regimen, Window(1, 1, regimen.days, None, None)), 1000)
    )
    used_ml = round(used_ml / mg_per_ml, 6)
    made_ml = _total(batch.volume_ml for batch in batches)
    steps = {portion.step for portion in portions if portion.volume_ml}
    days = sum(regimen.steps[step - 1].days for step in steps)
    name = f"{number_text(mg_per_ml)} mg/mL oral liquid"
    return Supply(name, mg_per_ml, used_ml, round(made_ml - used_ml, 6), "mL", days)


def _used(batches: Iterable[Batch]) -> tuple[Batch, ...]:
    """Only what is taken: a window without doses (a pause, a wash-out) needs no batch."""
    return tuple(batch for batch in batches if batch.naltrexone_mg > 0)


def _total(amounts: Iterable[float]) -> float:
    return round(sum(amounts), 6)


def _strengths_ug(strengths_mg: Sequence[float]) -> tuple[int, ...]:
    """Strengths as sorted whole micrograms, each once."""
    faults = [
        Fault("strengths in stock", f"{mg!r} mg", "a strength of at least 0.001 mg")
        for mg in strengths_mg
        if not micrograms(mg) or mg < 0
    ]
    if not 1 <= len(strengths_mg) <= _MOST_STRENGTHS:
        expected = f"1 to {_MOST_STRENGTHS} strengths"
        faults.append(Fault("strengths in stock", str(len(strengths_mg)), expected))
    if faults:
        raise InputError(faults)
    return tuple(sorted({micrograms(mg) or 0 for mg in strengths_mg}))


def _ug_per_ml(mg_per_ml: float) -> int:
    ug = micrograms(mg_per_ml) if 0 < mg_per_ml <= _STRONGEST_MG_PER_ML else None
    if not ug:
        expected = f"more than 0 and at most {number_text(_STRONGEST_MG_PER_ML)} mg/mL"
        remedy = "1 mg/mL is the strength whose stability was measured"
        raise InputError([Fault("liquid", f"{mg_per_ml!r} mg/mL", expected, remedy)])
    return ug


def _syringes(syringe_ml: float | None) -> tuple[Syringe, ...]:
    if syringe_ml is None:
        return SYRINGES
    chosen = tuple(s for s in SYRINGES if s.capacity_ul == syringe_ml * 1000)
    if not chosen:
        sizes = ", ".join(str(s.capacity_ul // 1000) for s in SYRINGES)
        raise InputError([Fault("syringe", f"{syringe_ml!r} mL", f"one of {sizes} mL")])
    return chosen


def _check_percent(place: str, percent: float) -> None:
    if not 0 <= percent <= _MOST_SPARE_PERCENT:
        raise InputError([Fault(place, f"{percent!r} %", "0 to 100 %")])
