"""From answers to findings: proceed, caution or do not start, each with its reason and source.

`screening_rules` holds what fixed answers mean, `opioid_screening` what opioids and medicines
mean; here are the order of the questions, dates, age, and what a specialist may lift.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lowdose.regimen.answers import QUESTIONS, Answers, Surgery
from lowdose.regimen.opioid_screening import medicine_findings, opioid_finding
from lowdose.regimen.safety import Level, OpenQuestion, SafetyFinding, Screening
from lowdose.regimen.screening_rules import CHILD, RULES, UNREMARKABLE, Rule

__all__ = ["STOP_BEFORE_SURGERY_DAYS", "screen"]

STOP_BEFORE_SURGERY_DAYS = 4
"""The longest of what is advised (2, 3, 3 to 4 days: SA07, SA08): receptors are freed slowly."""

_SOON_DAYS = 14
_ADULT_YEARS = 18


def screen(answers: Answers, *, start: date, last: date) -> Screening:
    """What the answers mean for a plan from `start` to `last` (both included).

    Raises `InputError` where a medicine is nearly an opioid by name and was not checked.

    >>> from lowdose.regimen.answers import parse_answers
    >>> answers = parse_answers({"opioids": "current", "liver": "none"})
    >>> found = screen(answers, start=date(2026, 1, 1), last=date(2026, 3, 1))
    >>> [finding.level.value for finding in found.findings], len(found.open_questions)
    (['do_not_start', 'proceed'], 9)
    """
    findings = [opioid_finding(answers.opioids, start), *medicine_findings(answers)]
    for question in QUESTIONS:
        answer = getattr(answers, question.key)
        if answer is not None and question.key != "opioids":
            findings.append(_finding(question.key, answer, answers, start, last))
    return Screening(tuple(findings), tuple(_open(answers)))


def _open(answers: Answers) -> Iterator[OpenQuestion]:
    if answers.medicines is None:
        yield OpenQuestion("medicines", "Which other medicines are taken, by name?")
    for question in QUESTIONS:
        if getattr(answers, question.key) is None:
            yield OpenQuestion(question.key, question.text)


def _finding(key: str, answer: object, answers: Answers, start: date, last: date) -> SafetyFinding:
    if isinstance(answer, Surgery):
        rule = _surgery(answer, start, last)
    elif isinstance(answer, int):
        rule = CHILD if answer < _ADULT_YEARS else UNREMARKABLE
    else:
        rule = RULES[key].get(answer, UNREMARKABLE)
    level, action = _weighed(rule, specialist=answers.specialist)
    return SafetyFinding(key, str(answer), level, rule.reason, rule.source, action)


def _weighed(rule: Rule, *, specialist: bool) -> tuple[Level, str]:
    """The rule as it stands, or lifted to a caution where a specialist agrees."""
    if not rule.specialist:
        return rule.level, rule.action
    if specialist:
        return Level.CAUTION, "A specialist agrees; this is noted, and the reason stands."
    return rule.level, "Only if a specialist in this condition agrees."


def _surgery(surgery: Surgery, start: date, last: date) -> Rule:
    if not surgery.planned:
        return UNREMARKABLE
    if surgery.on is None:
        action = f"Fix the date first; stop {STOP_BEFORE_SURGERY_DAYS} days before it."
    elif surgery.on < start:
        return _after_surgery(surgery.on, start)
    else:
        action = _surgery_action(surgery.on, start, last)
    return Rule(
        Level.CAUTION,
        "Opioids given in and after surgery do not work as they should while naltrexone acts.",
        "advice differs: 48 hours, 3 days, 3 to 4 days (SA07); 3 days for 50 mg, "
        "doi:10.60115/11055/1180 (SA08); starting again: SA09, opinion",
        action,
    )


def _after_surgery(on: date, start: date) -> Rule:
    if on < start - timedelta(days=_SOON_DAYS):
        return UNREMARKABLE
    return Rule(
        Level.CAUTION,
        f"The operation on {on} is only {(start - on).days} days before the start, and opioids "
        "are usual around operations.",
        "opioid-free interval of the US naltrexone 50 mg tablet label (SA10)",
        "Ask which opioids were given, when last, and answer the question on opioids with that.",
    )


def _surgery_action(on: date, start: date, last: date) -> str:
    tell = "Tell surgeon and anaesthetist."
    if on <= start + timedelta(days=_SOON_DAYS):
        return (
            f"The operation on {on} is within {_SOON_DAYS} days of the start: better begin after "
            f"it, once opioids have been left off long enough. {tell}"
        )
    where = "falls into this plan" if on <= last else "comes after this plan"
    stop = on - timedelta(days=STOP_BEFORE_SURGERY_DAYS)
    return (
        f"The operation on {on} {where}. Last dose no later than {stop}, "
        f"{STOP_BEFORE_SURGERY_DAYS} days before, the longest of what is advised. {tell} "
        "Afterwards start again only opioid-free; after a gap of more than two weeks climb again "
        "from the first dose."
    )
