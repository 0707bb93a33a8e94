"""Everything that can be wrong with a titration, found at once.

Places are the names of the fields of `Titration`, which are also the keys of a plan file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lowdose.errors import Fault
from lowdose.regimen.amounts import mg_text, micrograms
from lowdose.regimen.limits import days_fault, dose_fault
from lowdose.regimen.titration import Hold, StepBack, Titration

__all__ = ["rungs_ug", "titration_faults"]

_MOST_RUNGS = 400
_SUM_TOLERANCE = 1e-6


def titration_faults(titration: Titration) -> list[Fault]:
    """Every fault of the numbers; the length of the whole is checked once the climb is known.

    >>> for fault in titration_faults(Titration(3.0, -1.0, 0, 1.5)):
    ...     print(fault)
    every_days: 0, expected a whole number of days from 1 to 1096
    target_mg: 1.5 mg, expected at least the first dose, 3 mg
    step_mg: -1 mg, expected a number of mg from 0.001 to 10
    """
    faults = [*_number_faults(titration), *_split_faults(titration)]
    if not faults:
        faults = list(_rung_faults(titration))
    if not faults:
        rungs = rungs_ug(titration)
        faults = [*_hold_faults(titration, rungs), *_back_faults(titration, rungs)]
    return faults


def rungs_ug(titration: Titration) -> list[int]:
    """The doses of the climb in micrograms, the target last; for a titration without faults.

    >>> rungs_ug(Titration(1.5, 2.0, 7, 4.5))
    [1500, 3500, 4500]
    """
    start, step, target = (
        micrograms(mg) or 0 for mg in (titration.start_mg, titration.step_mg, titration.target_mg)
    )
    return [*(range(start, target, step) if start < target else ()), target]


def _number_faults(titration: Titration) -> Iterator[Fault]:
    found = [
        dose_fault("start_mg", titration.start_mg),
        dose_fault("target_mg", titration.target_mg),
        days_fault("every_days", titration.every_days),
        days_fault("target_days", titration.target_days),
        None if titration.days is None else days_fault("days", titration.days),
    ]
    yield from (fault for fault in found if fault)
    if titration.target_mg < titration.start_mg:
        expected = f"at least the first dose, {titration.start_mg:g} mg"
        yield Fault("target_mg", f"{titration.target_mg:g} mg", expected)
    # A step of 0 is allowed where there is nothing to climb: one dose throughout.
    if not (titration.step_mg == 0 and titration.start_mg == titration.target_mg):
        fault = dose_fault("step_mg", titration.step_mg)
        yield from (fault,) if fault else ()


def _split_faults(titration: Titration) -> Iterator[Fault]:
    shares = titration.split
    if not shares:
        return
    for moment, times in Counter(share.moment for share in shares).items():
        if times > 1:
            yield Fault("split", f"{moment.value} {times} times", "each moment once")
    for share in shares:
        if not 0 < share.part <= 1:
            shown = f"{share.moment.value}:{share.part:g}"
            yield Fault("split", shown, "a share of the day's dose from 0 to 1, like 0.4")
    total = sum(share.part for share in shares)
    if not abs(total - 1) <= _SUM_TOLERANCE:
        yield Fault("split", f"shares adding up to {total:g}", "shares adding up to 1")


def _rung_faults(titration: Titration) -> Iterator[Fault]:
    span_ug = (micrograms(titration.target_mg) or 0) - (micrograms(titration.start_mg) or 0)
    step_ug = micrograms(titration.step_mg) or 1
    if span_ug / step_ug > _MOST_RUNGS:
        expected = f"a step that reaches the target in at most {_MOST_RUNGS} steps"
        yield Fault("step_mg", f"{titration.step_mg:g} mg", expected)


def _hold_faults(titration: Titration, rungs: list[int]) -> Iterator[Fault]:
    yield from _twice("hold", titration.holds)
    for hold in titration.holds:
        fault = days_fault("hold", hold.days)
        yield from (fault,) if fault else ()
        if micrograms(hold.at_mg) not in rungs[:-1]:
            yield _not_a_rung("hold", hold.at_mg, rungs[:-1])


def _back_faults(titration: Titration, rungs: list[int]) -> Iterator[Fault]:
    yield from _twice("step_back", titration.step_backs)
    for back in titration.step_backs:
        found = (days_fault("step_back", back.days), dose_fault("step_back", back.to_mg))
        yield from (fault for fault in found if fault)
        if micrograms(back.at_mg) not in rungs:
            yield _not_a_rung("step_back", back.at_mg, rungs)
        if back.to_mg >= back.at_mg:
            expected = f"a dose below the one stepped back from, {back.at_mg:g} mg"
            yield Fault("step_back", f"{back.to_mg:g} mg", expected)


def _twice(place: str, parts: Iterable[Hold | StepBack]) -> Iterator[Fault]:
    for dose, times in Counter(part.at_mg for part in parts).items():
        if times > 1:
            yield Fault(place, f"{dose:g} mg {times} times", "each dose once")


def _not_a_rung(place: str, dose_mg: float, rungs: list[int]) -> Fault:
    doses = ", ".join(mg_text(ug) for ug in rungs) or "none: there is no climb"
    remedy = "the target is held to the end anyway" if place == "hold" else ""
    return Fault(place, f"{dose_mg:g} mg", f"a dose of the climb ({doses})", remedy)
