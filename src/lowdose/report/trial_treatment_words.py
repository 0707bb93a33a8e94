"""What a design's treatments, periods and sequences are, in words and tables."""

from __future__ import annotations

from itertools import groupby

from lowdose.regimen.amounts import number_text
from lowdose.report.document import Table
from lowdose.report.wording import capital, plural
from lowdose.trial.design.values import Design, Given, Period, Sequence, Treatment

__all__ = [
    "compared_words",
    "days_words",
    "dose_words",
    "given_words",
    "interventions_table",
    "lengths_words",
    "listed",
    "open_periods",
    "order_words",
    "people_words",
    "period_given",
    "schedule_table",
    "sequences_table",
]

MOST_ROWS = 24


def days_words(days: int) -> str:
    """A length, in weeks where it is whole weeks.

    >>> days_words(14), days_words(10), days_words(7)
    ('2 weeks', '10 days', '1 week')
    """
    return plural(days // 7, "week") if days and days % 7 == 0 else plural(days, "day")


def people_words(count: int) -> str:
    """So many people.

    >>> people_words(1), people_words(40)
    ('1 person', '40 people')
    """
    return plural(count, "person", "people")


def listed(words: list[str]) -> str:
    """A list in a sentence.

    >>> listed([]), listed(["a"]), listed(["a", "b", "c"])
    ('', 'a', 'a, b and c')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def dose_words(one: Treatment) -> str:
    """The dose and the way to it.

    >>> from lowdose.trial.design.values import Step
    >>> dose_words(Treatment("ldn", "LDN", Given.DRUG, steps=(Step(1.5, 7), Step(4.5, 1))))
    'naltrexone, 1.5 mg a day for 1 week, then 4.5 mg a day'
    >>> dose_words(Treatment("p", "placebo", Given.PLACEBO))
    'placebo'
    """
    if one.given is not Given.DRUG:
        return "placebo" if one.given is Given.PLACEBO else "nothing"
    climb = [
        f"{number_text(step.dose_mg)} mg a day for {days_words(step.days)}"
        for step in one.steps[:-1]
    ]
    last = [f"{number_text(step.dose_mg)} mg a day" for step in one.steps[-1:]]
    said = ", then ".join([*climb, *last])
    return f"{one.drug}, {said}" if said else one.drug


def given_words(design: Design, key: str) -> str:
    """The name of a treatment, as people read it."""
    return design.treatment(key).name


def compared_words(design: Design) -> str:
    """What is compared with what."""
    names = listed([given_words(design, key) for key in design.compared])
    if design.reference is None or not names:
        return names
    return f"{names} compared with {given_words(design, design.reference)}"


def open_periods(design: Design) -> tuple[Period, ...]:
    """The periods in which the sequence decides what is given."""
    return tuple(period for period in design.periods if period.everyone is None)


def order_words(design: Design, sequence: Sequence) -> str:
    """The treatments of a sequence, in order."""
    return ", then ".join(given_words(design, key) for key in sequence.treatments)


def period_given(design: Design, period: Period) -> str:
    """What is given in a period."""
    if period.everyone is None:
        return "by sequence" if len(design.sequences) > 1 else _only(design, period)
    return f"{given_words(design, period.everyone)}, for everyone"


def _only(design: Design, period: Period) -> str:
    place = open_periods(design).index(period)
    return f"{given_words(design, design.sequences[0].treatments[place])}, for everyone"


def interventions_table(design: Design) -> Table:
    """Each treatment that somebody gets, with its doses."""
    given = {key for one in design.sequences for key in one.treatments}
    given |= {period.everyone for period in design.periods if period.everyone}
    rows = [
        (one.name, capital(dose_words(one)), _days_to_last(one))
        for one in design.treatments
        if one.key in given
    ]
    columns = ("treatment", "what is given, anew in each period", "climb")
    return Table("Treatments and their doses", columns, tuple(rows), (0.24, 0.56, 0.20))


def _days_to_last(one: Treatment) -> str:
    climb = sum(step.days for step in one.steps[:-1])
    return days_words(climb) if climb else "none"


def schedule_table(design: Design) -> Table:
    """All periods in order; of very many, the first, with a line for the rest."""
    rows, first = [], 1
    for period in design.periods:
        rows.append(_schedule_row(design, period, first))
        first += period.days
    if len(rows) > MOST_ROWS:
        left = len(rows) - MOST_ROWS
        rows = [*rows[:MOST_ROWS], (f"and {plural(left, 'further period')}", "", "", "", "")]
    columns = ("period", "days", "given", "not used in analyses", "ratings")
    return Table("Schedule for each person", columns, tuple(rows), (0.24, 0.14, 0.28, 0.18, 0.16))


def _schedule_row(design: Design, period: Period, first: int) -> tuple[str, str, str, str, str]:
    last = first + period.days - 1
    skipped = f"first {plural(period.skip_days, 'day')}" if period.skip_days else "none"
    visits = [day for day in design.outcome.visit_days if first <= day <= last]
    rated = listed([f"day {day}" for day in visits]) or "none"
    asked = rated if design.outcome.visit_days else "daily"
    return period.name, f"{first} to {last}", period_given(design, period), skipped, asked


def sequences_table(design: Design) -> Table:
    """The sequences that are drawn, with their share of the people."""
    shares = sum(one.share for one in design.sequences)
    rows = [
        (one.name, order_words(design, one), f"{one.share} of {shares}")
        for one in design.sequences[:MOST_ROWS]
    ]
    if len(design.sequences) > MOST_ROWS:
        left = plural(len(design.sequences) - MOST_ROWS, "further sequence")
        rows.append((f"and {left}", "every other order within the blocks", ""))
    columns = ("sequence", "treatments in order", "share")
    return Table("Sequences", columns, tuple(rows), (0.25, 0.58, 0.17))


def lengths_words(periods: tuple[Period, ...]) -> str:
    """How many periods, and how long.

    >>> lengths_words((Period("a", 14), Period("b", 14), Period("c", 7)))
    '2 periods of 2 weeks and 1 period of 1 week'
    """
    runs = [(days, len(list(group))) for days, group in groupby(period.days for period in periods)]
    return listed([f"{plural(count, 'period')} of {days_words(days)}" for days, count in runs])
