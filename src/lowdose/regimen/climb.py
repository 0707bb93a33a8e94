"""From a titration, or from steps written out, to a regimen.

Sums run in whole micrograms, so that 0.1 + 0.2 is 0.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lowdose.errors import Fault, InputError
from lowdose.regimen.amounts import mg_text, micrograms
from lowdose.regimen.doses import Intake, Regimen, Step, StepKind
from lowdose.regimen.limits import MOST_DAYS, days_fault, dose_fault
from lowdose.regimen.titration import CHOSEN, StepBack, Titration
from lowdose.regimen.titration_check import rungs_ug, titration_faults

__all__ = ["regimen_of", "regimen_of_steps", "schedule"]

_Piece = tuple[int, int, StepKind]  # dose in micrograms, days, kind


def regimen_of(titration: Titration) -> Regimen:
    """The regimen that a titration describes.

    Raises `InputError` with every fault of the titration.

    >>> plan = regimen_of(Titration(1.5, 1.5, 14, 4.5, days=84))
    >>> [(step.days, step.dose_mg, step.kind.value) for step in plan.steps]
    [(14, 1.5, 'start'), (14, 3.0, 'climb'), (56, 4.5, 'target')]
    """
    if faults := titration_faults(titration):
        raise InputError(faults)
    pieces = [*_climb(titration)]
    pieces.append(_rest(titration, pieces))
    steps = tuple(
        Step(days, _intakes(titration, dose), kind) for dose, days, kind in pieces if days
    )
    return Regimen(titration.name or _name(titration), steps, titration.source)


def regimen_of_steps(name: str, steps: Sequence[Step], source: str = CHOSEN) -> Regimen:
    """A regimen of steps written out one by one; a day without a dose is a pause.

    Raises `InputError` with every fault of the steps.

    >>> from lowdose.regimen.doses import Moment
    >>> regimen_of_steps("a week", [Step(7, (Intake(Moment.MORNING, 12.0),))])
    Traceback (most recent call last):
    lowdose.errors.InputError: step 1: 12 mg, expected at most 10 mg a day: above that is not \
low-dose (PR07); did you mean 1.2 mg?
    """
    faults = [fault for number, step in enumerate(steps, 1) for fault in _faults(number, step)]
    total = sum(step.days for step in steps)
    if not faults and not any(step.dose_mg for step in steps):
        faults.append(Fault("steps", "no dose at all", "at least one step with a dose"))
    if total > MOST_DAYS:
        faults.append(Fault("steps", f"{total} days", f"at most {MOST_DAYS} days in all"))
    if faults:
        raise InputError(faults)
    return Regimen(name or "steps written out", tuple(steps), source)


def schedule(regimen: Regimen) -> tuple[float, ...]:
    """The dose of every day, mg a day, first day first.

    >>> schedule(regimen_of(Titration(1.5, 1.5, 2, 3.0, days=5)))
    (1.5, 1.5, 3.0, 3.0, 3.0)
    """
    return tuple(step.dose_mg for step in regimen.steps for _ in range(step.days))


def _climb(titration: Titration) -> Iterator[_Piece]:
    """Everything before the target is held to the end."""
    rungs = rungs_ug(titration)
    holds = {_ug(hold.at_mg): hold.days for hold in titration.holds}
    backs = {_ug(back.at_mg): back for back in titration.step_backs}
    every = titration.every_days
    for rung, dose in enumerate(rungs):
        at_target = dose == rungs[-1]
        if not at_target or dose in backs:
            yield dose, every, _kind(rung, at_target)
        if dose in holds:
            yield dose, holds[dose], StepKind.HOLD
        if dose in backs:
            yield from _back(backs[dose], rungs, every)
        if dose in backs and not at_target:
            yield dose, every, StepKind.CLIMB


def _kind(rung: int, at_target: bool) -> StepKind:
    if at_target:
        return StepKind.TARGET
    return StepKind.CLIMB if rung else StepKind.START


def _back(back: StepBack, rungs: Sequence[int], every: int) -> Iterator[_Piece]:
    """Down for a while, then up again by the doses between."""
    low, high = _ug(back.to_mg), _ug(back.at_mg)
    yield low, back.days, StepKind.STEP_BACK
    for dose in rungs:
        if low < dose < high:
            yield dose, every, StepKind.CLIMB


def _rest(titration: Titration, pieces: Sequence[_Piece]) -> _Piece:
    """The target, for the days that are left.

    Raises `InputError` where the days end before the target is reached.
    """
    before = sum(days for _, days, _ in pieces)
    left = titration.target_days if titration.days is None else titration.days - before
    if left < 1:
        expected = f"at least {before + 1}, so that the target is reached"
        remedy = "give more days, larger steps or a lower target"
        raise InputError([Fault("days", str(titration.days), expected, remedy)])
    if before + left > MOST_DAYS:
        expected = f"at most {MOST_DAYS} days (three years)"
        remedy = "take larger steps or fewer days between them"
        raise InputError([Fault("days", f"{before + left} in all", expected, remedy)])
    return _ug(titration.target_mg), left, StepKind.TARGET


def _intakes(titration: Titration, dose_ug: int) -> tuple[Intake, ...]:
    """The day's dose over its moments; the last one takes what rounding leaves over."""
    if not titration.split:
        return (Intake(titration.time, dose_ug / 1000),)
    intakes: list[Intake] = []
    left = dose_ug
    for share in titration.split[:-1]:
        part = min(round(dose_ug * share.part), left)
        intakes.append(Intake(share.moment, part / 1000))
        left -= part
    intakes.append(Intake(titration.split[-1].moment, left / 1000))
    return tuple(intake for intake in intakes if intake.dose_mg)


def _name(titration: Titration) -> str:
    start, step, target = (
        mg_text(_ug(mg)) for mg in (titration.start_mg, titration.step_mg, titration.target_mg)
    )
    if start == target:
        return f"{target} a day throughout"
    return f"{start}, then {step} more every {titration.every_days} days up to {target}"


def _faults(number: int, step: Step) -> Iterator[Fault]:
    place = f"step {number}"
    fault = days_fault(place, step.days)
    yield from (fault,) if fault else ()
    amounts = [intake.dose_mg for intake in step.intakes]
    if not amounts:
        yield Fault(place, "no dose", "a dose in mg; 0 for a pause")
    moments = [intake.moment for intake in step.intakes]
    if len(set(moments)) < len(moments):
        yield Fault(place, ", ".join(moments), "each moment of the day once")
    broken = [fault for mg in amounts if mg and (fault := dose_fault(place, mg))]
    if not broken and any(amounts):
        total = dose_fault(place, step.dose_mg)
        broken = [total] if total else []
    yield from broken


def _ug(amount_mg: float) -> int:
    return micrograms(amount_mg) or 0
