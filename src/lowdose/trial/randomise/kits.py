"""Kits for the pharmacy: numbers that tell nothing, contents that only the pharmacy sees.

Each person has a kit for each period in which something is given, from the first one that is open
to chance. Its number is drawn apart from the sequences, so that neither its size nor its order says
anything of its contents. All kits of a period are alike: one capsule a day (assumption: the day's
dose in one capsule), in bottles that end on every day on which the dose of any treatment changes;
placebo is the same capsule with filler only, as in `regimen/kits.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lowdose.regimen.kits import KitBottle
from lowdose.trial.design.timeline import treatment_keys
from lowdose.trial.design.values import Design, Given
from lowdose.trial.randomise.chance import below, words
from lowdose.trial.randomise.draw import strata
from lowdose.trial.randomise.values import Entry

__all__ = ["TrialKit", "is_kit_number", "kit_periods", "kits_for", "treatments_in"]

_LEAST_NUMBERS = 90_000  # five digits
_ROOM = 10  # so many numbers for each kit: a wrong number is seldom another's
_MODULUS, _REST = 97, 98


@dataclass(frozen=True)
class TrialKit:
    """One kit. period: index into `design.periods`; treatment: key of what is in it.

    A bottle's `strength_mg` is that of its capsules, 0 for placebo. No bottles: nothing is given,
    or a drug that the protocol describes.
    """

    number: str
    person: str
    period: int
    treatment: str
    bottles: tuple[KitBottle, ...]


def kits_for(design: Design, entries: Sequence[Entry], secret: bytes) -> tuple[TrialKit, ...]:
    """The kits of a list, person by person; a longer list begins like a shorter one.

    >>> from lowdose.trial.design.named import find_design
    >>> from lowdose.trial.randomise.draw import draw_list
    >>> design = find_design("crossover")
    >>> first = kits_for(design, draw_list(design, bytes(32), people=4), bytes(32))[0]
    >>> first.treatment, [(bottle.count, bottle.strength_mg) for bottle in first.bottles]
    ('placebo', [(7, 0.0), (7, 0.0), (42, 0.0)])
    >>> is_kit_number(first.number)
    True
    """
    numbers = _numbers(design, secret)
    filled = {
        (period, key): _bottles(design, period, key)
        for period in kit_periods(design)
        for key in treatments_in(design, period)
    }
    return tuple(
        TrialKit(next(numbers), one.person, period, key, filled[period, key])
        for one, period, key in _given(design, entries)
    )


def kit_periods(design: Design) -> tuple[int, ...]:
    """The periods with a kit: from the first open to chance, those in which something is given."""
    periods = [number for number, one in enumerate(design.periods) if one.everyone is None]
    start = min(periods, default=len(design.periods))
    return tuple(
        number
        for number, one in enumerate(design.periods)
        if number >= start
        and (one.everyone is None or design.treatment(one.everyone).given is not Given.NOTHING)
    )


def treatments_in(design: Design, period: int) -> tuple[str, ...]:
    """The keys of the treatments that somebody may get in a period, in order."""
    orders = (treatment_keys(design, number) for number in range(len(design.sequences)))
    return tuple(dict.fromkeys(order[period] for order in orders))


def _given(design: Design, entries: Sequence[Entry]) -> Iterator[tuple[Entry, int, str]]:
    """Who gets which treatment in which period."""
    orders = [treatment_keys(design, number) for number in range(len(design.sequences))]
    periods = kit_periods(design)
    for one in entries:
        yield from ((one, period, orders[one.sequence][period]) for period in periods)


def _bottles(design: Design, period: int, key: str) -> tuple[KitBottle, ...]:
    treatment = design.treatment(key)
    no_steps = treatment.given is Given.DRUG and not treatment.steps
    if treatment.given is Given.NOTHING or no_steps:
        return ()
    days = design.periods[period].days
    doses_mg = treatment.doses_mg(days)
    cuts = _cuts(design, period, days)
    return tuple(
        KitBottle(number, doses_mg[start], end - start)
        for number, (start, end) in enumerate(zip(cuts, [*cuts[1:], days], strict=True), start=1)
    )


def _cuts(design: Design, period: int, days: int) -> list[int]:
    """The days (0 the first) on which a bottle begins: the same for everything in the period."""
    courses = [design.treatment(key).doses_mg(days) for key in treatments_in(design, period)]
    return [0] + [
        day for day in range(1, days) if any(course[day] != course[day - 1] for course in courses)
    ]


def _numbers(design: Design, secret: bytes) -> Iterator[str]:
    """Numbers of kits without end, none twice, each with two digits to check it by.

    Where more come than the design foresees, later numbers are longer; earlier ones stay.
    """
    draws = words(secret, "kits")
    foreseen = design.people * len(strata(design)) * len(kit_periods(design))
    many = _LEAST_NUMBERS
    seen: set[int] = set()
    while True:
        while many < _ROOM * max(foreseen, len(seen) + 1):
            many *= 10
        number = many // 9 + below(draws, many)
        if number not in seen:
            seen.add(number)
            yield f"{number}-{_check_digits(number)}"


def _check_digits(number: int) -> str:
    """ISO/IEC 7064, MOD 97-10: they find every wrong digit and every two that changed places."""
    return f"{_REST - number * 100 % _MODULUS:02d}"


def is_kit_number(text: str) -> bool:
    """Whether this can be the number of a kit: a slip of the pen nearly never can.

    >>> is_kit_number("794-44"), is_kit_number("749-44")  # 79444: the standard's own example
    (True, False)
    """
    digits, mark, check = text.partition("-")
    whole = digits + check
    good = bool(mark) and len(check) == 2 and whole.isascii() and whole.isdigit()
    return good and int(whole) % _MODULUS == 1
