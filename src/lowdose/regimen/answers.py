"""The safety questions and what may be answered, parsed once.

One table, `QUESTIONS`, feeds the command line, the questions on the screen, the plan file and the
checklist of what nobody asked yet. What an answer leads to is in `screening`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from lowdose.errors import Fault, InputError

__all__ = [
    "QUESTIONS",
    "Allergy",
    "Answers",
    "Immune",
    "Kidney",
    "Liver",
    "OpioidUse",
    "Opioids",
    "Pregnancy",
    "Question",
    "Surgery",
    "YesNo",
    "answer_text",
    "parse_answers",
    "read_answer",
]

_OLDEST_YEARS = 120


class OpioidUse(StrEnum):
    """Whether opioids are taken."""

    NONE = "none"
    STOPPED = "stopped"
    CURRENT = "current"


@dataclass(frozen=True)
class Opioids:
    """Opioid use; where stopped, the day of the last dose and, if known, which opioid."""

    use: OpioidUse
    stopped: date | None = None
    name: str = ""

    def __str__(self) -> str:
        parts = [self.use.value, str(self.stopped or ""), self.name]
        return ":".join(part for part in parts if part)


class Liver(StrEnum):
    """Liver disease."""

    NONE = "none"
    MILD = "mild"
    CIRRHOSIS = "cirrhosis"
    ACUTE_HEPATITIS = "acute-hepatitis"
    FAILURE = "failure"


class Kidney(StrEnum):
    """Kidney disease."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Pregnancy(StrEnum):
    """Pregnancy, or one that is wished for during the plan."""

    NO = "no"
    YES = "yes"
    PLANNED = "planned"


class YesNo(StrEnum):
    """A plain question."""

    NO = "no"
    YES = "yes"


@dataclass(frozen=True)
class Surgery:
    """An operation or a procedure under anaesthesia; `planned` without a date is open."""

    planned: bool
    on: date | None = None

    def __str__(self) -> str:
        return str(self.on) if self.on else "planned" if self.planned else "none"


class Immune(StrEnum):
    """Treatment that acts on the immune system."""

    NONE = "none"
    IMMUNOSUPPRESSANT = "immunosuppressant"
    BIOLOGIC = "biologic"
    TRANSPLANT = "transplant"


class Allergy(StrEnum):
    """Allergy to naltrexone or to something in the preparation."""

    NONE = "none"
    NALTREXONE = "naltrexone"
    INGREDIENT = "ingredient"
    RELATED = "related"


@dataclass(frozen=True)
class Answers:
    """What was answered; None means that nobody asked.

    Attributes:
        medicines: every medicine taken, by name; empty means none.
        checked: names that resemble an opioid's and were checked not to be one.
        specialist: a specialist in the condition concerned knows of the plan and agrees.
    """

    opioids: Opioids
    medicines: tuple[str, ...] | None = None
    liver: Liver | None = None
    kidney: Kidney | None = None
    pregnant: Pregnancy | None = None
    breast_feeding: YesNo | None = None
    surgery: Surgery | None = None
    immune: Immune | None = None
    thyroid: YesNo | None = None
    age_years: int | None = None
    allergy: Allergy | None = None
    checked: tuple[str, ...] = ()
    specialist: bool = False


@dataclass(frozen=True)
class Question:
    """A safety question: how it is asked, what may be answered, how that is read."""

    key: str
    text: str
    choices: str
    parse: Callable[[str], Any]


def parse_answers(
    texts: Mapping[str, str],
    *,
    medicines: tuple[str, ...] | None = None,
    checked: tuple[str, ...] = (),
    specialist: bool = False,
) -> Answers:
    """Read answers given as text, by key.

    Raises `InputError` with every answer that cannot be read, and where opioids are left out.

    >>> answers = parse_answers({"opioids": "stopped:2026-01-05:codeine", "age_years": "52"})
    >>> answers.opioids.stopped, answers.age_years, answers.liver
    (datetime.date(2026, 1, 5), 52, None)
    >>> parse_answers({"opioids": "no idea"})
    Traceback (most recent call last):
    lowdose.errors.InputError: opioids: 'no idea', expected none, current, stopped:DATE or \
stopped:DATE:NAME
    """
    read: dict[str, Any] = {}
    faults: list[Fault] = []
    for question in QUESTIONS:
        text = texts.get(question.key)
        if text is None:
            continue
        try:
            read[question.key] = read_answer(question, text)
        except InputError as error:
            faults.extend(error.faults)
    if texts.get("opioids") is None:
        remedy = "naltrexone must never meet an opioid, so this cannot be left open"
        faults.append(Fault("opioids", "no answer", _question("opioids").choices, remedy))
    if faults:
        raise InputError(faults)
    return Answers(medicines=medicines, checked=checked, specialist=specialist, **read)


def read_answer(question: Question, text: str) -> Any:
    """One answer.

    Raises `InputError` where it cannot be read.

    >>> read_answer(QUESTIONS[1], "Cirrhosis").value
    'cirrhosis'
    """
    try:
        return question.parse(_said(text, question.choices))
    except ValueError:
        raise InputError([_unreadable(question, text)]) from None


def answer_text(answers: Answers, key: str) -> str | None:
    """The answer to a question as text, which `parse_answers` reads back; None if not asked.

    >>> answer_text(Answers(Opioids(OpioidUse.NONE), surgery=Surgery(True)), "surgery")
    'planned'
    """
    value = getattr(answers, key)
    return None if value is None else str(value)


def _said(text: str, choices: str) -> str:
    """The answer in small letters; "no" and "none" mean the same."""
    said = text.strip().lower()
    if said in {"no", "none"}:
        return "none" if choices.startswith("none") else "no"
    return said


def _unreadable(question: Question, text: str) -> Fault:
    words = question.choices.replace(" or ", ", ").split(", ")
    near = get_close_matches(text.lower(), words, n=1)
    remedy = f"did you mean {near[0]}?" if near else ""
    return Fault(question.key, repr(text), question.choices, remedy)


def _question(key: str) -> Question:
    return next(question for question in QUESTIONS if question.key == key)


def _opioids(text: str) -> Opioids:
    use, _, rest = text.partition(":")
    day, _, name = rest.partition(":")
    if use != OpioidUse.STOPPED:
        return Opioids(OpioidUse(text))
    return Opioids(OpioidUse.STOPPED, date.fromisoformat(day), name.strip())


def _surgery(text: str) -> Surgery:
    if text in {"none", "planned"}:
        return Surgery(text == "planned")
    return Surgery(True, date.fromisoformat(text))


def _age(text: str) -> int:
    years = int(text)
    if not 0 <= years <= _OLDEST_YEARS:
        raise ValueError(text)
    return years


QUESTIONS = (
    Question(
        "opioids",
        "Are opioids taken: strong painkillers, methadone or buprenorphine, heroin, kratom?",
        "none, current, stopped:DATE or stopped:DATE:NAME",
        _opioids,
    ),
    Question(
        "liver",
        "Is there liver disease?",
        "none, mild, cirrhosis, acute-hepatitis or failure",
        Liver,
    ),
    Question("kidney", "Is there kidney disease?", "none, mild, moderate or severe", Kidney),
    Question("pregnant", "Is there a pregnancy, or one planned?", "no, yes or planned", Pregnancy),
    Question("breast_feeding", "Is a child breast-fed?", "no or yes", YesNo),
    Question(
        "surgery",
        "Is an operation or a procedure under anaesthesia planned?",
        "none, planned or its DATE",
        _surgery,
    ),
    Question(
        "immune",
        "Is the immune system treated, or has an organ been transplanted?",
        "none, immunosuppressant, biologic or transplant",
        Immune,
    ),
    Question("thyroid", "Is thyroid medicine taken?", "no or yes", YesNo),
    Question("age_years", "How old is the person, in years?", "a whole number of years", _age),
    Question(
        "allergy",
        "Is there an allergy to naltrexone, to related medicines, or to an ingredient?",
        "none, naltrexone, related or ingredient",
        Allergy,
    ),
)
