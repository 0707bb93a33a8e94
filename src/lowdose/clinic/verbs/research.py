"""What a researcher may know of the courses: counts, none of fewer than five, and what is sealed.

A count from 1 to 4 is never shown. Where it is the only one of its table, the next smallest is
held back too, so that a total from elsewhere does not give it away.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lowdose.clinic.chain import record_alone
from lowdose.clinic.instruments import CONDITIONS
from lowdose.clinic.models import Allocation, Course, DiaryEntry, EntryStatus, State, User
from lowdose.clinic.verbs.blinding import read_allocation

__all__ = [
    "LEAST",
    "Checked",
    "Counted",
    "check_opened",
    "counts",
    "course_of_digest",
    "published",
    "shown",
]

LEAST = 5
_BANDS = (
    (95, gettext_lazy("95 to 100 %")),
    (80, gettext_lazy("80 to 94 %")),
    (50, gettext_lazy("50 to 79 %")),
    (0, gettext_lazy("0 to 49 %")),
)


@dataclass(frozen=True)
class Counted:
    """A table of counts: what by, and for each group its name and what may be said of it."""

    by: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Checked:
    """An opened allocation, ready to be checked by anybody: the text, its digest, what it says."""

    text: str
    digest: str
    published: str
    treatments: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether what was opened is what was sealed."""
        return self.digest == self.published


def shown(counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """Each count as it may be shown, in the order given.

    >>> shown({"a": 12, "b": 3, "c": 8})
    (('a', '12'), ('b', 'fewer than 5'), ('c', 'held back'))
    """
    small = {name for name, count in counts.items() if 0 < count < LEAST}
    held: set[str] = set()
    if len(small) == 1:
        others = [name for name, count in counts.items() if count >= LEAST]
        held = {min(others, key=counts.__getitem__)} if others else set()
    return tuple((name, _said(count, name in held)) for name, count in counts.items())


def _said(count: int, held: bool) -> str:
    if held:
        return _("held back")
    return _("fewer than 5") if 0 < count < LEAST else str(count)


def counts(today: date) -> list[Counted]:
    """Recruitment and completeness over all courses."""
    courses = Course.objects.all()
    return [
        Counted(_("Condition"), shown(_by(courses, "condition", _condition))),
        Counted(_("Design"), shown(_designs(courses))),
        Counted(_("State"), shown(_by(courses, "state", lambda state: State(state).label))),
        Counted(_("Month"), shown(_months(courses))),
        Counted(_("Days with an entry, of those so far"), shown(_completeness(courses, today))),
    ]


def _condition(key: str) -> str | Promise:
    return CONDITIONS.get(key, key)


def _by(
    courses: QuerySet[Course], field: str, name: Callable[[str], str | Promise]
) -> dict[str, int]:
    found = courses.order_by().values_list(field).annotate(n=Count("pk")).order_by("-n", field)
    return {str(name(value)): count for value, count in found}


def _designs(courses: QuerySet[Course]) -> dict[str, int]:
    found: Counter[str] = Counter()
    grouped = courses.order_by().values_list("periods", "period_days").annotate(n=Count("pk"))
    for periods, days, count in grouped.order_by("periods", "period_days"):
        if periods:
            words = _("blinded, %(n)s periods of %(d)s days") % {"n": periods, "d": days}
        else:
            words = _("open")
        found[words] += count
    return dict(found)


def _months(courses: QuerySet[Course]) -> dict[str, int]:
    month = TruncMonth("created_at")
    found = courses.order_by().annotate(month=month).values_list("month").annotate(n=Count("pk"))
    return {f"{at:%Y-%m}": count for at, count in found.order_by("month")}


def _completeness(courses: QuerySet[Course], today: date) -> dict[str, int]:
    entries = DiaryEntry.objects.filter(course=OuterRef("pk"), status=EntryStatus.CURRENT)
    per_course = entries.order_by().values("course").annotate(n=Count("pk")).values("n")
    kept = courses.filter(state__in=(State.RUNNING, State.FINISHED))
    bands = {str(words): 0 for _least, words in _BANDS}
    for course in kept.annotate(n=Coalesce(Subquery(per_course), 0)):
        due = min(course.day_number(today), course.days)
        if due > 0:
            bands[_band(100 * course.n / due)] += 1
    return bands


def _band(percent: float) -> str:
    return next(str(words) for least, words in _BANDS if round(percent) >= least)


def published(numbers: Iterable[Course]) -> dict[str, str]:
    """The digest of each course's sealed allocation, as it was published when it was drawn."""
    keys = {course.pk: course.number for course in numbers}
    found = Allocation.objects.filter(pk__in=keys).values_list("pk", "digest")
    return {keys[pk]: digest for pk, digest in found}


def course_of_digest(digest: str) -> Course | None:
    """Whose allocation was published by this digest."""
    found = Allocation.objects.filter(digest=digest).values("pk")  # and not what is sealed
    return Course.objects.filter(pk__in=found).first()


def check_opened(course: Course, *, actor: User) -> Checked:
    """What was sealed, for anybody to check, once it has been opened.

    Raises LowdoseError where it is not what was sealed.
    """
    assert not course.sealed, "nobody checks what is still sealed"
    sealed = read_allocation(course, actor=actor)
    digest = Allocation.objects.values_list("digest", flat=True).get(pk=course.pk)
    record_alone("allocation_checked", actor=actor, subject=course.number)
    text = json.dumps([sealed.course, list(sealed.treatments), sealed.secret])
    return Checked(text, sealed.digest, digest, sealed.treatments)
