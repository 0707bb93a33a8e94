"""Which courses want attention, and why, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from lowdose.clinic.models import Course, Notice, NoticeKind, State, User

__all__ = ["MISSED_DAYS", "Reason", "courses_by_attention", "reasons"]

MISSED_DAYS = 3
_GOES_ON = (State.PREPARED, State.RUNNING)
_URGENT = (NoticeKind.EMERGENCY, NoticeKind.SEVERE)


@dataclass(frozen=True)
class Reason:
    """Why a course wants attention; `day` is the day that it is about."""

    kind: NoticeKind
    day: date | None = None
    notice: Notice | None = None

    @property
    def urgent(self) -> bool:
        """Whether somebody may come to harm until it is seen."""
        return self.kind in _URGENT


def courses_by_attention(prescriber: User, today: date, *, ended: bool) -> QuerySet[Course]:
    """A prescriber's courses, urgent ones first; those that ended, or those that go on.

    One that ended stands among those that go on while nobody has seen what is urgent about it.
    """
    unseen = Notice.objects.filter(course=OuterRef("pk"), seen_at=None)
    over = Q(state__in=(State.FINISHED, State.STOPPED))
    shown = over if ended else ~over | Q(Exists(unseen.filter(kind__in=_URGENT)))
    courses = Course.objects.filter(shown, prescriber=prescriber)
    missed = Q(last_entry__lte=today - timedelta(days=MISSED_DAYS + 1), state__in=_GOES_ON)
    ranked = [
        When(
            missed if kind is NoticeKind.MISSED else Exists(unseen.filter(kind=kind)),
            then=Value(rank),
        )
        for rank, kind in enumerate(NoticeKind)
    ]
    urgency = Case(*ranked, default=Value(len(ranked)), output_field=IntegerField())
    return (
        courses.select_related("patient")
        .annotate(urgency=urgency)
        .order_by("urgency", F("last_entry").asc(nulls_last=True), "first_day", "number")
    )


def reasons(course: Course, today: date, unseen: list[Notice]) -> list[Reason]:
    """Why this course wants attention; unseen: its notices that nobody has seen yet."""
    found = [Reason(NoticeKind(one.kind), one.day, one) for one in unseen]
    last = course.last_entry or course.first_day - timedelta(days=1)
    goes_on = course.state in _GOES_ON and today <= course.last_day
    if goes_on and (today - last).days > MISSED_DAYS:
        found.append(Reason(NoticeKind.MISSED, last))
    if course.state in _GOES_ON and today > course.last_day:
        found.append(Reason(NoticeKind.ENDED, course.last_day))
    order = list(NoticeKind)
    return sorted(found, key=lambda reason: order.index(reason.kind))
