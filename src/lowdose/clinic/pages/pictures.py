"""Pictures that pages draw themselves: no computation, nothing that a sealed course must hide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lowdose.clinic.instruments import symptom_title
from lowdose.clinic.models import Course, CourseSymptom, DiaryEntry
from lowdose.clinic.verbs.blinding import ACTIVE, opened_treatments
from lowdose.report.charts.specification import Axis, Chart, Panel, Points, Rule, Steps
from lowdose.report.charts.svg import to_svg

__all__ = ["diary_picture", "doses_chart", "drawn", "plan_picture"]

_WIDE_PX, _NARROW_PX = 688, 288


def drawn(chart: Chart, *, wide_px: int = _WIDE_PX) -> SafeString:
    """A chart twice, for a telephone and for a larger screen; the style sheet shows one."""
    wide, narrow = (
        to_svg(chart, width=width, theme="light", heading=False) for width in (wide_px, _NARROW_PX)
    )
    html = f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>'
    return mark_safe(html)


def doses_chart(doses_mg: Sequence[float], baseline_days: int) -> Chart:
    """The planned dose of each day."""
    days = [float(day) for day in range(1, len(doses_mg) + 1)]
    highest = max(doses_mg, default=0.0) or 1.0
    ticks = tuple((dose, f"{dose:g}") for dose in sorted({0.0, *doses_mg}))
    axis = Axis(_("mg a day"), low=0.0, high=highest * 1.15, ticks=ticks[:8])
    return Chart(
        title=_("Doses"),
        description=_(
            "The dose of each day: %(days)s days before the first dose, then up to %(dose)s mg."
        )
        % {"days": baseline_days, "dose": f"{highest:g}"},
        x=Axis(_("day"), whole=True),
        panels=(Panel(axis, (Steps(days, list(doses_mg)),), height=0.5),),
    )


def plan_picture(
    course: Course, entries: Sequence[DiaryEntry], doses: Sequence[float]
) -> SafeString | str:
    """The planned doses, while nothing is written down yet that would be drawn over them."""
    if entries or course.blinded:
        return ""
    return drawn(doses_chart(doses, course.baseline_days))


def diary_picture(
    course: Course, symptom: CourseSymptom, entries: Sequence[DiaryEntry], doses: Sequence[float]
) -> SafeString | str:
    """The ratings of one symptom; nothing while there are none."""
    rated = [(e, e.ratings[symptom.name]) for e in entries if symptom.name in e.ratings]
    return drawn(_diary_chart(course, symptom, rated, doses)) if rated else ""


def _diary_chart(
    course: Course,
    symptom: CourseSymptom,
    rated: Sequence[tuple[DiaryEntry, float]],
    doses: Sequence[float],
) -> Chart:
    """The ratings of one symptom, day by day, over the doses; of a sealed course over its periods.

    doses: of each day of the diary; not looked at in a sealed period.
    """
    days = [float(course.day_number(entry.day)) for entry, _value in rated]
    points = Points(days, [float(value) for _entry, value in rated], label=_("rating of the day"))
    scale = Axis(symptom_title(symptom), low=symptom.low, high=symptom.high)
    return Chart(
        title=symptom_title(symptom),
        description=_("%(count)s of %(days)s days are rated.")
        % {"count": len(rated), "days": course.days},
        x=Axis(_("day"), low=1.0, high=float(course.days), whole=True),
        panels=(*_given(course, doses), Panel(scale, (points, *_boundaries(course)))),
    )


def _boundaries(course: Course) -> list[Rule]:
    starts = [course.period_dates(period)[0] for period in range(1, course.periods + 1)]
    first = [course.start] if course.baseline_days else []
    return [Rule(course.day_number(day) - 0.5) for day in dict.fromkeys([*first, *starts])]


def _given(course: Course, doses: Sequence[float]) -> tuple[Panel, ...]:
    """Doses, where they may be known; in periods that are sealed nothing is drawn."""
    held = opened_treatments(course)
    periods = [course.period_of(course.first_day + timedelta(days=n)) for n in range(len(doses))]
    known = [
        dose if not period else _held(held, period, dose)
        for period, dose in zip(periods, doses, strict=True)
    ]
    if all(dose is None for dose in known):
        return ()
    highest = max((dose for dose in known if dose is not None), default=0.0)
    if not highest:
        return ()
    axis = Axis(_("mg"), low=0.0, high=highest * 1.2, ticks=((0.0, "0"), (highest, f"{highest:g}")))
    days = [float(day) for day in range(1, len(known) + 1)]
    return (Panel(axis, (Steps(days, known),), height=0.28),)


def _held(treatments: Sequence[str], period: int, dose: float) -> float | None:
    """The dose of a day in a blinded period: nothing that may be told while it is sealed."""
    if not treatments:
        return None
    return dose if treatments[period - 1] == ACTIVE else 0.0
