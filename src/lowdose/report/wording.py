"""How numbers are said: signs, percentages, intervals, likelihoods, names of designs and steps.

One place, so that page, sheet, text and chart never say the same thing in two ways. Nothing is
rounded to certainty: a probability is never 0 % or 100 %.
"""

from __future__ import annotations

import math
import re
from datetime import date

from lowdose.diary.entries import Direction, Kind, Symptom
from lowdose.inference.result import Answer, Interval, Level, NextStep

__all__ = [
    "MISSING",
    "amount",
    "better_way",
    "capital",
    "date_words",
    "design_words",
    "glued",
    "interval_words",
    "likelihood",
    "lower_is_better",
    "percent",
    "period_words",
    "plural",
    "scale_words",
    "shown_effect",
    "signed",
    "step_words",
]

MISSING = "not known"
_UNIT = re.compile(r"(\d) (%|mg|mL|days?)(?!\w)")

# The likelihood scale of the IPCC (Mastrandrea et al. 2010, Guidance note on the consistent
# treatment of uncertainties, table 1) in everyday words, with the least percentage of each.
_LIKELIHOODS = (
    (99, "almost certain"),
    (90, "very likely"),
    (67, "likely"),
    (34, "about as likely as not"),
    (11, "unlikely"),
    (2, "very unlikely"),
    (0, "almost certainly not"),
)
_DESIGNS = {
    "blinded_crossover": "blinded crossover: the person did not know what was being taken",
    "blinded_comparison": "blinded comparison: the person did not know what was being taken",
    "blinded_aggregate": "blinded comparison of period means: the person did not know what was "
    "being taken",
    "sealed_comparison": "blinded comparison whose code is still sealed",
    "open_titration": "open course with rising doses: the person knew what was taken",
    "open_before_after": "open course, before and after: the person knew what was taken",
    "open_on_off": "open course with and without treatment in turn: the person knew what was taken",
    "open_comparison": "open comparison: the person knew what was taken",
    "open_placebo_comparison": "comparison with placebo that was not blinded",
    "open_aggregate": "open comparison of period means: the person knew what was taken",
    "open_treated_only": "open course without untreated days: the person knew what was taken",
}
# not strftime: month names must not follow the machine's language
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_STEPS = {
    NextStep.KEEP: "Go on as now",
    NextStep.STEP_UP: "Try the next dose up",
    NextStep.STEP_DOWN: "Go down to the lower dose",
    NextStep.STOP: "Stop, together with the prescriber",
    NextStep.KEEP_WATCHING: "Keep the diary going",
    NextStep.BLINDED_TEST: "Run a blinded test",
}


def amount(value: float | None, digits: int = 1) -> str:
    """A number with a true minus sign, or "not known".

    >>> amount(-1.25, 1), amount(None), amount(float("nan")), amount(-0.01)
    ('−1.2', 'not known', 'not known', '0.0')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:.{digits}f}"
    return (text if float(text) else text.removeprefix("-")).replace("-", "−")


def signed(value: float | None, digits: int = 1) -> str:
    """A change, with its sign.

    >>> signed(1.2), signed(-1.2), signed(0.0)
    ('+1.2', '−1.2', '0.0')
    """
    text = amount(value, digits)
    plain = value is None or not math.isfinite(value) or text.startswith("−") or not float(text)
    return text if plain else f"+{text}"


def interval_words(interval: Interval | None, digits: int = 1, sign: bool = False) -> str:
    """Both ends of an interval.

    >>> interval_words((-2.0, -0.4)), interval_words((0.1, 0.2), sign=True), interval_words(None)
    ('−2.0 to −0.4', '+0.1 to +0.2', 'not known')
    """
    if interval is None or not all(math.isfinite(end) for end in interval):
        return MISSING
    say = signed if sign else amount
    return f"{say(interval[0], digits)} to {say(interval[1], digits)}"


def percent(share: float | None) -> str:
    """A probability or share, never rounded to 0 or 100 %.

    >>> percent(0.123), percent(0.999), percent(0.0), percent(None)
    ('12 %', 'more than 99 %', 'less than 1 %', 'not known')
    """
    if share is None or not math.isfinite(share):
        return MISSING
    if share > 0.99:
        return "more than 99 %"
    return "less than 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def likelihood(probability: float | None) -> str:
    """A probability in words, after the IPCC's likelihood scale.

    >>> likelihood(0.97), likelihood(0.5), likelihood(0.04), likelihood(None)
    ('very likely', 'about as likely as not', 'very unlikely', 'not known')
    """
    if probability is None or not math.isfinite(probability):
        return MISSING
    # of the rounded number, so that words and printed percentage always agree
    hundredths = min(max(round(100 * probability), 0), 100)
    return next(word for least, word in _LIKELIHOODS if hundredths >= least)


def date_words(day: date) -> str:
    """A date as written in a letter.

    >>> date_words(date(2026, 1, 5))
    '5 January 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def period_words(first: date, last: date) -> str:
    """From one date to another, the year once where it is the same.

    >>> period_words(date(2026, 1, 5), date(2026, 4, 19))
    '5 January to 19 April 2026'
    """
    start = date_words(first)
    if first.year == last.year:
        start = start.removesuffix(f" {first.year}")
    return f"{start} to {date_words(last)}"


def plural(count: int, noun: str, many: str = "") -> str:
    """A count with its noun.

    >>> plural(1, "day"), plural(3, "day"), plural(2, "person", "people")
    ('1 day', '3 days', '2 people')
    """
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def lower_is_better(symptom: Symptom) -> bool:
    """Whether less of it is better."""
    return symptom.direction is Direction.LOWER_IS_BETTER


def better_way(symptom: Symptom) -> tuple[str, str]:
    """What the two ends of an effect axis mean, low end first."""
    return ("better", "worse") if lower_is_better(symptom) else ("worse", "better")


def scale_words(symptom: Symptom) -> str:
    """How a symptom is rated.

    >>> scale_words(Symptom("pain"))
    '0 to 10, lower is better'
    """
    way = f"{'lower' if lower_is_better(symptom) else 'higher'} is better"
    if symptom.kind is Kind.COUNT:
        return f"number a day, {way}"
    if symptom.kind is Kind.BINARY:
        return f"yes or no, {'no' if lower_is_better(symptom) else 'yes'} is better"
    return f"{symptom.low:g} to {symptom.high:g}, {way}"


def capital(text: str) -> str:
    """The text with a capital first letter.

    >>> capital("pain, 9 days")
    'Pain, 9 days'
    """
    return text[:1].upper() + text[1:]


def glued(text: str) -> str:
    """The text with every number tied to its unit, so that no line breaks between them.

    >>> glued("4.5 mg on 56 days") == "4.5\\u00a0mg on 56\\u00a0days"
    True
    """
    return _UNIT.sub("\\1\u00a0\\2", text)


def design_words(design: str) -> str:
    """What kind of course it was.

    >>> design_words("open_something_new")
    'open something new'
    """
    return _DESIGNS.get(design, design.replace("_", " "))


def step_words(step: NextStep) -> str:
    """The next step as advice."""
    return _STEPS[step]


def shown_effect(answer: Answer, level: Level) -> tuple[float, Interval, str]:
    """The effect as people see it: (estimate, interval, in words).

    Ratings: a difference in points. Counts: a rate ratio. Yes or no: an odds ratio.
    """
    if level.ratio is not None and level.ratio_interval95 is not None:
        low, high = level.ratio_interval95
        noun = "odds" if answer.symptom.kind is Kind.BINARY else "rate"
        words = f"{noun} × {amount(level.ratio, 2)} ({amount(low, 2)} to {amount(high, 2)})"
        return level.ratio, level.ratio_interval95, words
    words = f"{signed(level.effect)} ({interval_words(level.interval95, sign=True)})"
    return level.effect, level.interval95, words
