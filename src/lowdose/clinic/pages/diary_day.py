"""One day of a diary as a device or a form sends it, read into a `Day` or into its faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from math import isfinite
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.models import Course, Severity
from lowdose.clinic.verbs.diary import MOST_TERMS, Day
from lowdose.errors import Fault, InputError

__all__ = ["EFFECTS", "MOST_OWN", "Effect", "effect_label", "form_content", "read_day"]

_YEARS = range(2000, 2200)
_LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Effect:
    """A side effect that the diary offers: what is stored, and how it is shown."""

    term: str
    label: str | Promise


EFFECTS = (
    Effect("vivid dreams", _("Vivid dreams")),
    Effect("trouble sleeping", _("Trouble sleeping")),
    Effect("nausea", _("Nausea")),
    Effect("headache", _("Headache")),
    Effect("tiredness", _("Tiredness")),
    Effect("dizziness", _("Dizziness")),
)
"""What people on low-dose naltrexone name most often."""

MOST_OWN = MOST_TERMS - len(EFFECTS)
"""Further ones of a day, in the patient's own words."""

_LABELS = {effect.term: effect.label for effect in EFFECTS}


def effect_label(term: str) -> str | Promise:
    """A side effect in the reader's language where it is one of `EFFECTS`."""
    return _LABELS.get(term, term)


def read_day(sent: object) -> Day:
    """The day that an object of JSON describes; its keys are the fields of `Day`.

    Raises InputError with every fault.
    """
    if not isinstance(sent, Mapping):
        raise InputError([Fault("entry", type(sent).__name__, "an object")])
    faults: list[Fault] = []
    said = {name: _read(name, sent.get(name), faults) for name in _READERS}
    if faults:
        raise InputError(faults)
    return Day(**said)


def _read(name: str, value: object, faults: list[Fault]) -> Any:
    reader, expected = _READERS[name]
    try:
        return reader(value)
    except (ValueError, TypeError, AttributeError, OverflowError, KeyError):
        # what was sent is not repeated: a note could be long, and personal
        faults.append(Fault(name, type(value).__name__, expected))
        return None


def _uuid(value: Any) -> UUID:
    return UUID(_text(value))


def _maybe_uuid(value: Any) -> UUID | None:
    return None if value in {None, ""} else _uuid(value)


def _date(value: Any) -> date:
    return date.fromisoformat(_text(value))


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None or moment.year not in _YEARS:
        raise ValueError
    return moment


def _taken(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError
    return float(value)


def _ratings(value: Any) -> dict[str, float]:
    return {_text(name): _number(number) for name, number in (value or {}).items()}


def _dose(value: Any) -> float | None:
    return None if value is None else _number(value)


def _adverse(value: Any) -> list[tuple[str, Severity]]:
    events = value or []
    if not isinstance(events, list):
        raise TypeError
    return [(_line(event["term"]), Severity(event["severity"])) for event in events]


def _line(value: Any) -> str:
    text = _text(value).strip()
    if not text.isprintable():
        raise ValueError
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or "\0" in value:
        raise TypeError
    value.encode()  # half a letter, which no database stores
    return value


def _note(value: Any) -> str:
    return _text(value or "").replace("\r\n", "\n").strip()


_READERS = {
    "id": (_uuid, "a UUID"),
    "day": (_date, "a day, as 2027-01-31"),
    "written_at": (_moment, "a moment with its time zone, as 2027-01-31T21:05:00+01:00"),
    "ratings": (_ratings, "numbers by symptom"),
    "taken": (_taken, "true, false or null"),
    "dose_mg": (_dose, "a number or null"),
    "adverse": (_adverse, "a list of term and severity: mild, moderate or severe"),
    "note": (_note, "a text"),
    "replaces": (_maybe_uuid, "a UUID or null"),
}


def form_content(course: Course, posted: QueryDict, now: datetime) -> dict[str, Any]:
    """What the form says when it comes without a script: the same object that a device sends."""
    return {
        "id": posted.get("id", ""),
        "day": posted.get("day", ""),
        "written_at": now.isoformat(),
        "ratings": dict(_form_ratings(course, posted)),
        "taken": {"yes": True, "no": False}.get(posted.get("taken", "")),
        "adverse": list(_form_effects(posted)),
        "note": posted.get("note", ""),
        "replaces": posted.get("replaces", ""),
    }


def _form_ratings(course: Course, posted: QueryDict) -> Iterator[tuple[str, Any]]:
    for symptom in course.symptoms.all():
        written = posted.get(f"rating-{symptom.position}", "").strip().replace(",", ".")
        try:
            value: object = float(written) if written else None
        except ValueError:
            value = written
        if value is not None:
            yield symptom.name, value


def _form_effects(posted: QueryDict) -> Iterator[dict[str, str]]:
    for number, effect in enumerate(EFFECTS):
        if posted.get(f"effect-{number}"):
            yield {"term": effect.term, "severity": posted.get(f"severity-{number}", "mild")}
    severities = posted.getlist("own-severity")
    for term, severity in zip_longest(posted.getlist("own-effect"), severities, fillvalue=""):
        if term.strip():
            yield {"term": term, "severity": severity or Severity.MILD}
