"""What stands on the patient's page, as plain data for its template."""

from __future__ import annotations

from datetime import date
from typing import Any

from lowdose.regimen.amounts import number_text
from lowdose.regimen.doses import DatedStep, Intake
from lowdose.regimen.labels import moment_words
from lowdose.regimen.plan import Plan
from lowdose.regimen.preparation import Form

__all__ = ["date_span", "patient_page"]

# Longer steps are ticked off in the diary: a page full of empty squares helps nobody.
_MOST_TICKS = 28

_WARNING = {
    "title": "Never together with opioid medicines.",
    "text": (
        "These are strong painkillers such as codeine, tramadol, morphine or oxycodone, "
        "methadone and buprenorphine, and some cough and diarrhoea medicines. They will not work "
        "properly; and if your body is used to them, a dose of this can make you very ill within "
        "minutes. Tell every doctor, dentist and pharmacist that you take it."
    ),
}
_MISSED = "Missed a dose? Leave it out and go on the next day. Never take two to make up for it."
_CALL = (
    "You need an opioid medicine, or have taken one.",
    "An operation or a dental procedure is planned: this must be stopped some days before.",
    "Your skin or eyes turn yellow, your urine is dark, or your upper belly hurts badly.",
    "You are or may be pregnant.",
    "Side effects bother you: ask whether to go back one step.",
    "Emergency number: sudden shaking, sweating, cramps and vomiting soon after a dose, "
    "swelling of the face, or trouble breathing.",
)
_DIARY = {
    "title": "Two minutes each evening:",
    "text": (
        "write down your main symptom from 0 (none) to 10 (worst), what you took, and anything "
        "unusual. Begin some days before the first dose. Your diary, not the average patient, "
        "will show whether this helps you."
    ),
}
_BLINDED_EXPECT = (
    "In some periods the capsules hold the medicine, in others they do not. Neither you nor "
    "those who see you know which is when.",
    "Write down what you notice, good or bad, also when you think you know what you are taking.",
    "Ask now how your treatment can be found out in an emergency, and keep that number here: "
    "________________",
)


def patient_page(plan: Plan) -> dict[str, Any]:
    """The page as data; names no medicine and no dose where the plan is blinded."""
    first, last = plan.start, plan.steps[-1].last
    title = "Your study medicine" if plan.blinded else "Your low-dose naltrexone"
    return {
        "kicker": "PLAN FOR THE PATIENT",
        "title": title,
        "under": f"{date_span(first, last)} · {plan.regimen.days} days",
        "footer": "Made with lowdose for you and those who treat you. Ask them before changing it.",
        "blanks": [["Name", plan.patient or ""], ["Prescriber", ""], ["Telephone", ""]],
        "warning": _WARNING,
        "open": _open_questions(plan),
        "calendar_title": "What to take",
        "rows": [row for dated in plan.steps for row in _rows(plan, dated)],
        "missed": f"{_MISSED}{_handling(plan)}",
        "expect": list(_expect(plan)),
        "call": list(_CALL),
        "diary": _DIARY,
    }


def _handling(plan: Plan) -> str:
    made = plan.preparation
    if made is None or made.form is Form.CAPSULES:
        return ""
    return f" Shake the bottle well before each dose and keep it {made.beyond_use.storage}."


def _expect(plan: Plan) -> tuple[str, ...]:
    if plan.blinded:
        return _BLINDED_EXPECT
    return tuple(expectation.text for expectation in plan.expectations)


def _open_questions(plan: Plan) -> dict[str, str] | None:
    texts = [question.text for question in plan.safety.open_questions]
    if plan.blinded:
        texts = [text.replace("naltrexone", "the study medicine") for text in texts]
    if not texts:
        return None
    title = "Before the first dose, go through these with your prescriber:"
    return {"title": title, "text": " ".join(texts)}


def date_span(first: date, last: date) -> str:
    """Two days as people write them.

    >>> date_span(date(2026, 3, 2), date(2026, 3, 15))
    'Mon 2 Mar to Sun 15 Mar 2026'
    >>> date_span(date(2026, 12, 28), date(2027, 1, 3))
    'Mon 28 Dec 2026 to Sun 3 Jan 2027'
    """
    if first == last:
        return f"{_day(first)} {first.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{_day(first)}{year} to {_day(last)} {last.year}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _rows(plan: Plan, dated: DatedStep) -> list[dict[str, Any]]:
    intakes = [i for i in dated.step.intakes if i.dose_mg > 0 or plan.blinded]
    days = dated.step.days
    return [
        {
            "step": str(dated.number),
            "dates": f"{_day(dated.first)} to {_day(dated.last)}",
            "dose": "" if plan.blinded else f"{number_text(intake.dose_mg)} mg",
            "take": _take(plan, dated, intake),
            "when": moment_words(intake.moment),
            "ticks": days if days <= _MOST_TICKS else 0,
        }
        for intake in intakes
    ] or [_pause(dated)]


def _pause(dated: DatedStep) -> dict[str, Any]:
    span = f"{_day(dated.first)} to {_day(dated.last)}"
    row = {"step": str(dated.number), "dates": span, "dose": "", "take": "nothing", "when": ""}
    return {**row, "ticks": 0}


def _take(plan: Plan, dated: DatedStep, intake: Intake) -> str:
    if plan.blinded:
        return "your study capsules, as the label says"
    portions = plan.preparation.portions_of(dated.number) if plan.preparation else ()
    for portion in portions:
        if portion.moment == intake.moment:
            syringe = f" in a {portion.syringe}" if portion.syringe else ""
            return f"{portion.words}{syringe}"
    return "naltrexone"
