"""What goes into the API and comes out of it, with every limit. Unknown fields are refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from lowdose.clinic.models import ChangeKind, EntryStatus, Role, Severity, State
from lowdose.clinic.verbs.diary import MOST_AT_ONCE, Outcome

__all__ = [
    "Answer",
    "Answers",
    "BundleIn",
    "ChangeIn",
    "ChangeOut",
    "Changes",
    "CourseOut",
    "Courses",
    "Entries",
    "EntriesIn",
    "EntryIn",
    "EntryOut",
    "Event",
    "Imported",
    "Me",
    "Outcomes",
    "Problem",
    "ProblemFault",
    "Sent",
    "SymptomOut",
]

_FIRST_DAY, _LAST_DAY = date(1980, 1, 1), date(2200, 12, 31)


def _text_only(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text")  # pydantic hears of ValueError only
    return value


def _day_only(value: object) -> object:
    """A day, not a moment nor a number of seconds."""
    text = _text_only(value)
    if not (isinstance(text, str) and len(text) == 10):
        raise ValueError("must be a day like 2026-03-02")
    return text


def _in_range(value: datetime) -> datetime:
    if not _FIRST_DAY.year <= value.year <= _LAST_DAY.year:
        raise ValueError("must be a moment from 1980 to 2200")
    return value


Day = Annotated[date, BeforeValidator(_day_only), Field(ge=_FIRST_DAY, le=_LAST_DAY)]
Moment = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_in_range)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e6, le=1e6)]
Mg = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=50)]
Flag = Annotated[bool, Field(strict=True)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class _Strict(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class ProblemFault(BaseModel):
    """One thing wrong in what was sent."""

    place: str
    value: str
    expected: str
    remedy: str = ""


class Problem(BaseModel):
    """Everything wrong with what was sent, at once."""

    faults: list[ProblemFault]


class Me(BaseModel):
    """Who is asking."""

    username: str
    role: Role
    language: str
    time_zone: str


class SymptomOut(BaseModel):
    """A symptom that the diary asks for."""

    name: str
    low: float
    high: float
    lower_is_better: bool


class CourseOut(BaseModel):
    """A course. While it is sealed nothing here tells its periods apart."""

    id: UUID
    number: str
    pseudonym: str
    condition: str
    state: State
    zone: str
    first_day: date
    last_day: date
    baseline_days: int
    open_days: int
    periods: int
    period_days: int
    blinded: bool
    sealed: bool
    last_entry: date | None
    symptoms: list[SymptomOut]


class Courses(BaseModel):
    """A page of courses; `next` is the cursor of the following page."""

    courses: list[CourseOut]
    next: str | None


class Event(_Strict):
    """A side effect."""

    term: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    severity: Severity


class EntryIn(_Strict):
    """A day of the diary as it was written down on a device."""

    id: UUID
    day: Day
    written_at: Annotated[Moment, Field(description="with its offset, from 1980 to 2200")]
    ratings: Annotated[dict[Key, Number], Field(max_length=30)] = {}
    taken: Flag | None = None
    dose_mg: Mg | None = None
    adverse: Annotated[list[Event], Field(max_length=20)] = []
    note: Annotated[str, StringConstraints(max_length=2000)] = ""
    replaces: UUID | None = None


class EntriesIn(_Strict):
    """Days to store, all or none."""

    entries: Annotated[list[EntryIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Sent(BaseModel):
    """What became of an entry."""

    id: UUID
    outcome: Outcome


class Outcomes(BaseModel):
    """What became of every entry, in the order in which they were sent."""

    outcomes: list[Sent]


class EntryOut(BaseModel):
    """A day of the diary as it is stored."""

    id: UUID
    day: date
    written_at: datetime
    received_at: datetime
    late: bool
    status: EntryStatus
    ratings: dict[str, float]
    taken: bool | None
    dose_mg: float | None
    adverse: list[Event]
    note: str


class Entries(BaseModel):
    """The entries of a course, also those that do not count."""

    entries: list[EntryOut]


class ChangeIn(_Strict):
    """A change of a course from a day on."""

    kind: ChangeKind
    day: Day
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    dose_mg: Mg | None = None
    hold_days: Annotated[int, Field(strict=True, ge=1, le=84)] | None = None


class ChangeOut(BaseModel):
    """A change as it is stored."""

    kind: ChangeKind
    day: date
    dose_mg: float | None
    hold_days: int | None
    reason: str
    made_at: datetime


class Changes(BaseModel):
    """The changes of a course."""

    changes: list[ChangeOut]


class Answer(BaseModel):
    """What the diary said of a symptom; `content` as of `lowdose answer --json`."""

    symptom: str
    content: dict[str, Any] | None
    problem: str
    made_at: datetime


class Answers(BaseModel):
    """The answers of a course; none while it is sealed."""

    sealed: bool
    answers: list[Answer]


class BundleIn(BaseModel):
    """A FHIR Bundle, with QuestionnaireResponses or Observations."""

    model_config = ConfigDict(extra="allow")

    resourceType: Literal["Bundle"]  # noqa: N815  # FHIR's name
    entry: Annotated[list[dict[str, Any]], Field(max_length=20_000)]


class Imported(BaseModel):
    """What became of the days of a Bundle."""

    new: int
    same: int
    conflict: int
    notes: list[str]
