"""A FHIR Bundle as days: ours, or somebody else's with numbers in it.

QuestionnaireResponse   a day each; the day is the item "day", otherwise that of `authored`
Observation             a rating each, by code.text, display or code
AdverseEvent            a side effect of the day it names

An item or Observation is a symptom's by its name or title. Whatever else a Bundle holds is
counted and named, never dropped silently. The id of a day is made from what it says, so that
reading the same Bundle twice changes nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from lowdose.clinic.exchange.incoming import Incoming, Read, load_json
from lowdose.clinic.exchange.names import is_pseudonym
from lowdose.clinic.instruments import INSTRUMENTS
from lowdose.clinic.models import Course, Severity
from lowdose.errors import Fault, InputError

__all__ = ["read_bundle", "read_bundle_value"]

_COUNTED = ("completed", "amended")
_MOST_ENTRIES = 20_000


@dataclass
class _Day:
    """A day while it is gathered."""

    place: str
    ratings: dict[str, float] = field(default_factory=dict)
    taken: bool | None = None
    dose_mg: float | None = None
    adverse: list[tuple[str, Severity | None]] = field(default_factory=list)
    note: str | None = None
    written_at: datetime | None = None
    id: UUID | None = None


@dataclass
class _Reading:
    """What is known of the course, and what has been found so far."""

    names: Mapping[str, str]
    zone: ZoneInfo
    days: dict[date, _Day] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)

    def fault(self, place: str, value: object, expected: str, remedy: str = "") -> None:
        self.faults.append(Fault(place, repr(value)[:80], expected, remedy))


def read_bundle(data: bytes, course: Course) -> Read:
    """The days of a Bundle in a file.

    Raises InputError with every fault, each with the entry that it is in.
    """
    return read_bundle_value(load_json(data), course)


def read_bundle_value(bundle: Any, course: Course) -> Read:
    """The days of a Bundle that was parsed already."""
    reading = _Reading(_names(course), ZoneInfo(course.patient.time_zone))
    for number, resource in enumerate(_resources(bundle), start=1):
        kind = str(resource.get("resourceType"))[:40]
        reader = _READERS.get(kind)
        if reader is None:
            reading.unread[kind] += 1
        else:
            reader(reading, resource, f"entry {number} ({kind})", course)
    if not reading.days and not reading.faults:
        expected = "a QuestionnaireResponse or Observation with a number for one of the symptoms"
        reading.fault("Bundle", "none", expected)
    if reading.faults:
        raise InputError(reading.faults)
    days = tuple(_incoming(day, found) for day, found in sorted(reading.days.items()))
    return Read(days, tuple(_notes(reading)))


def _incoming(day: date, found: _Day) -> Incoming:
    return Incoming(
        place=found.place,
        day=day,
        ratings=found.ratings,
        taken=found.taken,
        dose_mg=found.dose_mg,
        adverse=tuple(found.adverse) or None,
        note=found.note,
        written_at=found.written_at,
        id=found.id,
    )


def _notes(reading: _Reading) -> Iterator[str]:
    if reading.unread:
        parts = ", ".join(f"{count} {kind}" for kind, count in sorted(reading.unread.items()))
        yield f"Not read: {parts}."


def _names(course: Course) -> dict[str, str]:
    """Everything that a symptom may be called -> its name."""
    names = {}
    for symptom in course.symptoms.all():
        known = INSTRUMENTS.get(symptom.instrument)
        called = [symptom.name, f"rating.{symptom.name}", symptom.instrument]
        called += [str(known.title), str(known.question)] if known else []
        names.update({one.casefold(): symptom.name for one in called if one})
    return names


def _resources(bundle: Any) -> list[dict[str, Any]]:
    kind = bundle.get("resourceType") if isinstance(bundle, dict) else None
    if kind in _READERS:
        return [bundle]
    entries = bundle.get("entry", []) if isinstance(bundle, dict) else None
    if kind != "Bundle" or not isinstance(entries, list):
        fault = Fault("resourceType", repr(kind)[:80], "a FHIR Bundle with a list of entries")
        raise InputError([fault])
    if len(entries) > _MOST_ENTRIES:
        raise InputError([Fault("entry", str(len(entries)), f"at most {_MOST_ENTRIES}")])
    return [_dict(_dict(entry).get("resource")) for entry in entries]


def _patient(reading: _Reading, resource: dict[str, Any], place: str, course: Course) -> None:
    """Days of another patient of a clinic like this one do not come in."""
    for identifier in _list(resource.get("identifier")):
        value = str(_dict(identifier).get("value"))
        if is_pseudonym(value) and value != course.patient.pseudonym:
            expected = f"the patient of this course, {course.patient.pseudonym}"
            reading.fault(f"{place} identifier", value, expected)


def _response(reading: _Reading, resource: dict[str, Any], place: str, _: Course) -> None:
    if resource.get("status") not in _COUNTED:
        reading.unread[f"QuestionnaireResponse that is {str(resource.get('status'))[:20]}"] += 1
        return
    written_at = _moment(reading, resource.get("authored"), f"{place} authored")
    found = _Day(place, written_at=written_at, id=_uuid(resource.get("id")))
    day = None
    for link, value in _answers(resource.get("item")):
        if link == "day":
            day = _date(reading, value, f"{place} day")
        else:
            _answer(reading, found, link, value, place)
    if day is None and written_at is not None:
        day = written_at.astimezone(reading.zone).date()
    if day is None:
        reading.fault(f"{place} authored", resource.get("authored"), "the day that it is about")
    elif day in reading.days and reading.days[day].ratings:
        reading.fault(place, str(day), "one response a day")
    else:
        _join(reading, day, found)


def _join(reading: _Reading, day: date, found: _Day) -> None:
    earlier = reading.days.get(day)
    if earlier is not None:
        found.adverse[:0] = earlier.adverse
    reading.days[day] = found


def _answers(items: Any) -> Iterator[tuple[str, Any]]:
    """Each answered item's name and value, groups opened up."""
    for item in map(_dict, _list(items)):
        answers = _list(item.get("answer"))
        link, text = str(item.get("linkId", "")), str(item.get("text", ""))
        if answers:
            yield (link or text), _value(_dict(answers[0]))
            if text and link not in {text, "day"}:
                yield text, _value(_dict(answers[0]))
        yield from _answers(item.get("item"))


def _value(answer: dict[str, Any]) -> Any:
    for name, value in answer.items():
        if name == "valueQuantity":
            return _dict(value).get("value")
        if name.startswith("value"):
            return value
    return None


def _answer(reading: _Reading, found: _Day, link: str, value: Any, place: str) -> None:
    name = reading.names.get(link.casefold())
    if name is not None:
        _rate(reading, found, name, value, f"{place} {name}")
    elif link == "dose.taken":
        found.taken = _flag(reading, value, f"{place} dose.taken")
    elif link == "dose.mg":
        found.dose_mg = _number(reading, value, f"{place} dose.mg")
    elif link == "note":
        found.note = str(value)


def _rate(reading: _Reading, found: _Day, name: str, value: Any, place: str) -> None:
    number = _number(reading, value, place)
    if number is None:
        return
    if found.ratings.get(name, number) != number:
        reading.fault(place, number, f"one {name} a day")
    found.ratings[name] = number


def _observation(reading: _Reading, resource: dict[str, Any], place: str, _: Course) -> None:
    code = _dict(resource.get("code"))
    called = [code.get("text")]
    for coding in map(_dict, _list(code.get("coding"))):
        called += [coding.get("display"), coding.get("code")]
    name = next((n for c in called if (n := reading.names.get(str(c).casefold()))), None)
    if name is None:
        reading.unread["Observation of something else"] += 1
        return
    at = resource.get("effectiveDateTime") or _dict(resource.get("effectivePeriod")).get("start")
    day = _local_day(reading, at, f"{place} effectiveDateTime")
    if day is not None:
        found = reading.days.setdefault(day, _Day(place))
        _rate(reading, found, name, _value(resource), f"{place} value")


def _adverse(reading: _Reading, resource: dict[str, Any], place: str, _: Course) -> None:
    event = _dict(resource.get("event"))
    coding = _dict(next(iter(_list(event.get("coding"))), None))
    term = str(event.get("text") or coding.get("display") or "").strip()
    day = _local_day(reading, resource.get("date"), f"{place} date")
    if not term:
        reading.fault(f"{place} event", event.get("text"), "what it was, as text")
    elif day is not None:
        found = reading.days.setdefault(day, _Day(place))
        found.adverse.append((term, _severity(resource)))


def _severity(resource: dict[str, Any]) -> Severity | None:
    given = _dict(resource.get("severity"))
    codes = [_dict(coding).get("code") for coding in _list(given.get("coding"))]
    for code in [*codes, given.get("text")]:
        if str(code).casefold() in Severity.values:
            return Severity(str(code).casefold())
    return None


_READERS = {
    "Patient": _patient,
    "QuestionnaireResponse": _response,
    "Observation": _observation,
    "AdverseEvent": _adverse,
}


def _number(reading: _Reading, value: Any, place: str) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not good:
        reading.fault(place, value, "a number")
        return None
    return float(value)


def _flag(reading: _Reading, value: Any, place: str) -> bool | None:
    if not isinstance(value, bool):
        reading.fault(place, value, "true or false")
        return None
    return value


def _date(reading: _Reading, value: Any, place: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        reading.fault(place, value, "a day like 2026-03-02")
        return None


def _local_day(reading: _Reading, value: Any, place: str) -> date | None:
    """The day as it was said: an evening abroad stays that evening."""
    return _date(reading, value[:10] if isinstance(value, str) else value, place)


def _moment(reading: _Reading, value: Any, place: str) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        reading.fault(place, value, "a moment like 2026-03-02T21:30:00Z")
        return None
    if not 1980 <= moment.year <= 2200:
        reading.fault(place, value, "a moment from 1980 to 2200")
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=reading.zone)


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
