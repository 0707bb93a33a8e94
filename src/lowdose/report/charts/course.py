"""The picture of a course: ratings, the fitted line with its band, and what was taken beneath."""

from __future__ import annotations

import math
from datetime import date, timedelta

from lowdose.diary.entries import Kind
from lowdose.inference.result import Answer, Course
from lowdose.report.charts.specification import (
    Axis,
    Band,
    Bars,
    Category,
    Chart,
    Layer,
    Line,
    Number,
    Panel,
    Points,
    Role,
    Scale,
    Steps,
)
from lowdose.report.wording import plural, scale_words

__all__ = ["course_chart"]

_BOX_HALF = 0.3
_DOSE_HEIGHT = 0.28


def course_chart(answer: Answer) -> Chart:
    """Ratings as dots, the fitted course with its 95 % band, what explains it, what was taken."""
    course = answer.course
    means = _is_means(answer)
    layers = _mean_layers(course) if means else _daily_layers(answer)
    return Chart(
        title=f"The course of {answer.symptom.name}",
        description=_description(answer),
        x=_means_axis(course) if means else _time_axis(course),
        panels=(Panel(_rating_axis(answer), layers), *_taken(answer, means)),
    )


def _is_means(answer: Answer) -> bool:
    days = answer.course.day
    return answer.design.endswith("aggregate") or len(set(days)) < len(days)


def _rating_axis(answer: Answer) -> Axis:
    symptom = answer.symptom
    label = f"{symptom.name} ({scale_words(symptom)})"
    high = symptom.high if math.isfinite(symptom.high) else None
    return Axis(label, low=symptom.low, high=high, whole=symptom.kind is Kind.COUNT)


def _time_axis(course: Course) -> Axis:
    if course.dates and course.day:
        return Axis(scale=Scale.DATE, origin=_day_zero(course.dates[0], course.day[0]))
    return Axis("day", whole=True)


def _day_zero(first: date, day: float) -> date | None:
    try:
        return first - timedelta(days=round(day))
    except OverflowError:
        return None


def _means_axis(course: Course) -> Axis:
    ticks = tuple((float(n), f"{day:g}") for n, day in enumerate(course.day))
    return Axis("cycle", ticks=ticks, low=-0.6, high=len(course.day) - 0.4)


def _daily_layers(answer: Answer) -> tuple[Layer, ...]:
    course = answer.course
    return (
        Band(course.day, course.fitted_low, course.fitted_high, label="95 % band"),
        Line(
            course.day,
            course.untreated,
            Role.REFERENCE,
            f"expected with {answer.reference} throughout",
        ),
        Line(course.day, course.line, Role.EXPLAINED, "the part that treatment and trend explain"),
        Line(course.day, course.fitted, Role.FITTED, "fitted course, with its good and bad spells"),
        Points(course.day, course.rating, Role.OBSERVED, "rating"),
    )


def _mean_layers(course: Course) -> tuple[Layer, ...]:
    places = [float(n) for n in range(len(course.day))]
    x = [end for n in places for end in (n - _BOX_HALF, n + _BOX_HALF, None)]
    return (
        Band(x, _boxed(course.fitted_low), _boxed(course.fitted_high), label="95 % band"),
        Line(x, _boxed(course.fitted), Role.FITTED, "fitted mean"),
        Points(places, course.rating, Role.OBSERVED, "mean rating of the period"),
    )


def _boxed(values: tuple[float, ...]) -> list[Number]:
    return [end for value in values for end in (value, value, None)]


def _taken(answer: Answer, means: bool) -> tuple[Panel, ...]:
    course = answer.course
    days = [float(n) for n in range(len(course.day))] if means else list(course.day)
    names = [name for name in dict.fromkeys(course.treatment or ()) if name]
    doses = {dose for dose in course.dose_mg or () if dose}
    panels: tuple[Panel, ...] = ()
    if len(names) > 1:
        panels += (_treatment_panel(course, days, names, means),)
    if len(doses) > 1 or (doses and len(names) < 2):
        panels += (_dose_panel(course, days),)
    return panels


def _dose_panel(course: Course, days: list[float]) -> Panel:
    x: list[Number] = []
    dose: list[Number] = []
    for n, (day, taken) in enumerate(zip(days, course.dose_mg or (), strict=True)):
        x.append(day)
        dose.append(taken)
        if n + 1 < len(days) and days[n + 1] - day > 1:  # days without a row: nothing is known
            x.append(day + 1)
            dose.append(None)
    highest = max(value for value in dose if value)
    ticks = tuple((value, f"{value:g}") for value in (0.0, highest))
    axis = Axis("naltrexone taken (mg)", low=0.0, high=highest * 1.1, ticks=ticks)
    return Panel(axis, (Steps(x, dose, Role.DOSE),), height=_DOSE_HEIGHT)


def _treatment_panel(course: Course, days: list[float], names: list[str], means: bool) -> Panel:
    offset = 0.5 if means else 0.0
    runs = _runs(days, course.treatment or ())
    bars = Bars(
        row=[names.index(name) for name, _, _ in runs],
        start=[first - offset for _, first, _ in runs],
        end=[last + 1 - offset for _, _, last in runs],
        role=Role.DOSE,
    )
    rows = tuple(Category(name) for name in names)
    return Panel(Axis("what was taken", scale=Scale.CATEGORY, categories=rows), (bars,))


def _runs(days: list[float], taken: tuple[str, ...]) -> list[tuple[str, float, float]]:
    """Stretches of days in a row under one name: (name, first day, last day)."""
    runs: list[tuple[str, float, float]] = []
    for day, name in zip(days, taken, strict=True):
        if runs and runs[-1][0] == name and day - runs[-1][2] <= 1:
            runs[-1] = (name, runs[-1][1], day)
        else:
            runs.append((name, day, day))
    return [run for run in runs if run[0]]


def _description(answer: Answer) -> str:
    ratings = [r for r in answer.course.rating if r is not None and math.isfinite(r)]
    if not ratings:
        return "No ratings."
    return (
        f"{plural(len(ratings), 'rating')} from {min(ratings):g} to {max(ratings):g}, the fitted "
        f"course with its 95 % band, the course expected with {answer.reference} throughout, and "
        "what was taken."
    )
