"""Where an axis is marked: round numbers, round ratios, and calendar dates.

Steps are 1, 2 or 5 times a power of ten; calendar steps are days, weeks, months or years.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

__all__ = ["Tick", "date_ticks", "linear_ticks", "log_ticks", "number_text"]

Tick = tuple[float, str]

_STEPS = (1.0, 2.0, 5.0, 10.0)
_RATIOS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
_DAY_STEPS = (1, 2, 7, 14, 28)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number_text(value: float) -> str:
    """Write a number short, with a true minus sign.

    >>> number_text(-2.50), number_text(0.30000000000000004), number_text(1e7)
    ('−2.5', '0.3', '10000000')
    """
    text = f"{value:.10g}" if abs(value) < 1e10 else f"{value:.3g}"
    return text.replace("-", "−") if float(text) else "0"


def linear_ticks(low: float, high: float, most: int = 6, whole: bool = False) -> tuple[Tick, ...]:
    """At most `most` (at least 2) round numbers from `low` to `high`; whole numbers if wished.

    >>> [text for _, text in linear_ticks(0, 10)]
    ['0', '2', '4', '6', '8', '10']
    """
    step = _round_step((high - low) / max(most - 1, 1))
    if whole:
        step = max(1.0, step)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    while last - first + 1 > max(most, 2):
        step = _round_step(step * 1.5)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple((n * step, number_text(round(n * step, 12))) for n in range(first, last + 1))


def log_ticks(low: float, high: float, most: int = 6) -> tuple[Tick, ...]:
    """At most `most` round ratios from `low` to `high` (both above 0), 1 among them if inside.

    >>> [text for _, text in log_ticks(0.4, 2.2)]
    ['0.5', '0.7', '1', '1.5', '2']
    """
    found = _ratios(low, high, _RATIOS)
    for chosen in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        if len(found) <= max(most, 2):
            break
        found = _ratios(low, high, chosen)
    skip = math.ceil(len(found) / max(most, 2))
    anchor = min(range(len(found)), key=lambda i: abs(math.log(found[i])), default=0)
    kept = found[anchor % skip :: skip] if found else []
    return tuple((value, number_text(value)) for value in kept)


def date_ticks(
    origin: date, low: float, high: float, most: int = 6
) -> tuple[tuple[Tick, ...], str]:
    """At most `most` calendar marks between days `low` and `high` after `origin`, and the years.

    >>> marks, years = date_ticks(date(2026, 1, 1), 0, 80)
    >>> [text for _, text in marks], years
    (['1 Jan', '15 Jan', '29 Jan', '12 Feb', '26 Feb', '12 Mar'], '2026')
    """
    first, last = _day(origin, math.ceil(low)), _day(origin, math.floor(high))
    days = _spaced_days(first, last, most) or _spaced_months(first, last, most)
    texts = _date_texts(days)
    marks = tuple((float((day - origin).days), text) for day, text in zip(days, texts, strict=True))
    years = str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    return marks, years


def _round_step(rough: float) -> float:
    if not rough > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def _ratios(low: float, high: float, mantissas: tuple[float, ...]) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    places = [round(m * 10.0**p, 12) for p in powers for m in mantissas]
    return [place for place in places if low * (1 - 1e-9) <= place <= high * (1 + 1e-9)]


def _day(origin: date, days: int) -> date:
    number = min(max(origin.toordinal() + days, 1), date.max.toordinal())
    return date.fromordinal(number)


def _spaced_days(first: date, last: date, most: int) -> list[date]:
    length = (last - first).days
    for step in _DAY_STEPS:
        if length // step + 1 <= max(most, 2):
            return [first + timedelta(days=n) for n in range(0, length + 1, step)]
    return []


def _spaced_months(first: date, last: date, most: int) -> list[date]:
    start = first.year * 12 + first.month - (1 if first.day == 1 else 0)
    end = last.year * 12 + last.month - 1
    for step in _MONTH_STEPS:
        months = [month for month in range(start, end + 1) if month % step == 0]
        if len(months) <= max(most, 2):
            return [date(month // 12, month % 12 + 1, 1) for month in months]
    return [first, last]


def _date_texts(days: list[date]) -> list[str]:
    whole_years = all(day.month == 1 and day.day == 1 for day in days)
    if len(days) > 1 and whole_years:
        return [str(day.year) for day in days]
    if len(days) > 1 and all(day.day == 1 for day in days):
        return [_month_text(day, days[0]) for day in days]
    return [f"{day.day} {_MONTHS[day.month - 1]}" for day in days]


def _month_text(day: date, first: date) -> str:
    name = _MONTHS[day.month - 1]
    return f"{name} {day.year}" if day.month == 1 and day != first else name
