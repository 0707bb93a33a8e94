"""What opioids and other medicines mean for a plan.

Low doses of naltrexone block opioids too. Where the body is used to them the first dose can bring
on withdrawal within minutes, so nothing here is left to guessing: an opioid now is refused, an
opioid until lately is refused until the opioid-free interval is over.
"""

from __future__ import annotations

from datetime import date, timedelta

from lowdose.errors import Fault, InputError
from lowdose.regimen.answers import Answers, Opioids, OpioidUse
from lowdose.regimen.medicine_names import MedicineKind
from lowdose.regimen.medicines import Medicine, near_opioid, recognise
from lowdose.regimen.safety import Level, SafetyFinding
from lowdose.regimen.screening_rules import CONTRAINDICATED, MEDICINE_RULES

__all__ = ["OPIOID_FREE_DAYS", "OPIOID_FREE_DAYS_LONG", "medicine_findings", "opioid_finding"]

OPIOID_FREE_DAYS = 10
"""After short-acting opioids: the upper end of the label's 7 to 10 days (SA10)."""
OPIOID_FREE_DAYS_LONG = 14
"""After methadone, buprenorphine, other long-acting or unnamed opioids: the label's two weeks."""

_SHORT_SOURCE = "US naltrexone 50 mg tablet label: 7 to 10 days free of short-acting opioids (SA10)"
_LONG_SOURCE = (
    "US naltrexone 50 mg tablet label: after buprenorphine or methadone withdrawal can be brought "
    "on for as long as two weeks (quoted at droracle.ai/articles/762124); for other long-acting "
    "or unnamed opioids: assumption"
)
_DOUBT = (
    "If there is any doubt, test first (urine screen for opioids, naloxone challenge). Tolerance "
    "is lost by now: a former opioid dose can kill."
)


def opioid_finding(opioids: Opioids, start: date) -> SafetyFinding:
    """What opioid use means for a plan that begins on `start`.

    >>> last_dose = Opioids(OpioidUse.STOPPED, date(2026, 1, 1), "codeine")
    >>> opioid_finding(last_dose, date(2026, 1, 10)).action
    'Earliest start: 2026-01-11, if nothing is taken until then.'
    >>> opioid_finding(last_dose, date(2026, 1, 11)).level
    <Level.CAUTION: 'caution'>
    """
    match opioids.use:
        case OpioidUse.NONE:
            reason = "No opioids, so there is nothing for naltrexone to block."
            return SafetyFinding("opioids", "none", Level.PROCEED, reason, _SHORT_SOURCE)
        case OpioidUse.CURRENT:
            return SafetyFinding(
                "opioids",
                "current",
                Level.DO_NOT_START,
                "Opioids are being taken. Naltrexone would block them, and can bring on severe "
                "withdrawal within minutes.",
                CONTRAINDICATED,
                "Do not stop them suddenly on your own; talk to whoever prescribes them.",
            )
        case OpioidUse.STOPPED:
            return _stopped(opioids, start)


def medicine_findings(answers: Answers) -> tuple[SafetyFinding, ...]:
    """What every named medicine means.

    Raises `InputError` where a name is nearly an opioid's and was not checked.

    >>> from lowdose.regimen.answers import parse_answers
    >>> answers = parse_answers({"opioids": "none"}, medicines=("Lomotil", "vitamin D"))
    >>> [(finding.answer, finding.level.value) for finding in medicine_findings(answers)]
    [('Lomotil', 'do_not_start'), ('vitamin D', 'proceed')]
    """
    named = answers.medicines or ()
    checked = {name.casefold() for name in answers.checked}
    faults = [
        _ask_back(name, near)
        for name in named
        if name.casefold() not in checked and (near := near_opioid(name))
    ]
    if faults:
        raise InputError(faults)
    return tuple(_medicine(name) for name in named)


def _stopped(opioids: Opioids, start: date) -> SafetyFinding:
    stopped = opioids.stopped or start
    medicine = _which(opioids.name)
    if medicine is not None and medicine.kind is MedicineKind.DEPOT_OPIOID:
        return _depot(opioids, medicine)
    short = medicine is not None and medicine.kind is MedicineKind.SHORT_OPIOID
    days = OPIOID_FREE_DAYS if short else OPIOID_FREE_DAYS_LONG
    source = _SHORT_SOURCE if short else _LONG_SOURCE
    earliest = stopped + timedelta(days=days)
    free_days = (start - stopped).days
    if start < earliest:
        return SafetyFinding(
            "opioids",
            str(opioids),
            Level.DO_NOT_START,
            f"The last opioid was on {stopped}, {_before(free_days)}; "
            f"{days} days are needed{_why(medicine, short)}.",
            source,
            f"Earliest start: {earliest}, if nothing is taken until then.",
        )
    return SafetyFinding(
        "opioids",
        str(opioids),
        Level.CAUTION,
        f"Opioids were taken until {stopped}, {_before(free_days)} "
        f"({days} are needed{_why(medicine, short)}).",
        source,
        _DOUBT,
    )


def _before(days: int) -> str:
    """How long before the start: nobody should have to read "-31 days before"."""
    if days == 0:
        return "the day of the start"
    number = abs(days)
    return f"{number} day{'' if number == 1 else 's'} {'before' if days > 0 else 'after'} the start"


def _why(medicine: Medicine | None, short: bool) -> str:
    if medicine is None:
        return " where the opioid is not named or not known here"
    kind = "a short-acting opioid" if short else "a long-acting opioid"
    slow = ", 14 if it was a slow-release form" if short else ""
    return f" after {kind} ({medicine.generic}{slow})"


def _which(name: str) -> Medicine | None:
    medicine = recognise(name) if name else None
    return medicine if medicine is not None and medicine.is_opioid else None


def _depot(opioids: Opioids, medicine: Medicine) -> SafetyFinding:
    return SafetyFinding(
        "opioids",
        str(opioids),
        Level.DO_NOT_START,
        f"A {medicine.generic} goes on releasing the opioid for months; no safe interval can be "
        "computed.",
        f"{CONTRAINDICATED}; months of release: assumption",
        "Ask the clinic that gave it; tests must show that nothing is left.",
    )


def _medicine(name: str) -> SafetyFinding:
    medicine = recognise(name)
    if medicine is None:
        reason = "Not recognised as an opioid-containing medicine; this list is not complete."
        source = "table of names (assumption)"
        action = "Check its list of ingredients."
        return SafetyFinding("medicine", name, Level.PROCEED, reason, source, action)
    if medicine.is_opioid:
        return SafetyFinding(
            "medicine",
            name,
            Level.DO_NOT_START,
            f"{name} is or contains an opioid ({medicine.generic}). Naltrexone would block it, "
            "and can bring on severe withdrawal within minutes.",
            CONTRAINDICATED,
            "Do not stop it suddenly on your own; talk to whoever prescribes it. If it has been "
            "stopped already, give the day of the last dose instead.",
        )
    rule = MEDICINE_RULES[medicine.kind]
    named = name if name.casefold() == medicine.generic else f"{name} ({medicine.generic})"
    reason = f"{named}: {rule.reason}"
    return SafetyFinding("medicine", name, rule.level, reason, rule.source, rule.action)


def _ask_back(name: str, near: Medicine) -> Fault:
    return Fault(
        "medicines",
        repr(name),
        "a medicine that is surely no opioid",
        f"did you mean {near.named} ({near.kind.value})? If it is another one, check it and name "
        "it under checked (--checked) too",
    )
