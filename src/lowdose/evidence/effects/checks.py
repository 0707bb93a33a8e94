"""Checks of what is handed in: every fault of every study at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowdose.errors import Fault, InputError
from lowdose.evidence.effects.values import Counts, Means, Numbers, Rates

__all__ = [
    "correlations",
    "counts",
    "finite",
    "level",
    "means",
    "numbers",
    "people",
    "positive",
    "probabilities",
    "rates",
    "refuse",
    "signs",
    "where",
]


def numbers(*values: ArrayLike) -> tuple[Numbers, ...]:
    """The values as arrays of one shape.

    Raises InputError where they are no numbers or do not fit together.
    """
    try:
        arrays = [np.asarray(each, dtype=float) for each in values]
    except (TypeError, ValueError):
        raise InputError([Fault("values", repr(values)[:80], "numbers")]) from None
    try:
        return tuple(np.array(each) for each in np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = ", ".join(str(each.shape) for each in arrays)
        raise InputError([Fault("values", f"arrays of {shapes}", "one entry a study")]) from None


def refuse(*groups: Iterable[Fault]) -> None:
    """Raise InputError with every fault, if there is one."""
    faults = [fault for group in groups for fault in group]
    if faults:
        raise InputError(faults)


def where(
    wrong: NDArray[np.bool_], name: str, values: Numbers, expected: str, remedy: str = ""
) -> Iterator[Fault]:
    """A fault for each study where it is wrong."""
    for place in np.argwhere(wrong):
        study = "study " + " of ".join(str(at + 1) for at in reversed(place)) + ", "
        shown = f"{values[tuple(place)]:g}"
        yield Fault(f"{study if place.size else ''}{name}", shown, expected, remedy)


def finite(name: str, values: Numbers) -> Iterator[Fault]:
    """Any number."""
    yield from where(~np.isfinite(values), name, values, "a number")


def positive(name: str, values: Numbers, remedy: str = "") -> Iterator[Fault]:
    """More than 0."""
    good = np.isfinite(values) & (values > 0)
    yield from where(~good, name, values, "more than 0", remedy)


def people(name: str, values: Numbers, least: int = 2) -> Iterator[Fault]:
    """Enough people, and whole ones."""
    good = np.isfinite(values) & (values >= least) & (values == np.round(values))
    yield from where(~good, name, values, f"a whole number, {least} or more")


def probabilities(name: str, values: Numbers) -> Iterator[Fault]:
    """Between 0 and 1, without both."""
    yield from where(~((values > 0) & (values < 1)), name, values, "more than 0 and less than 1")


def correlations(name: str, values: Numbers) -> Iterator[Fault]:
    """Between -1 and 1, without both."""
    good = (values > -1) & (values < 1)
    yield from where(~good, name, values, "a correlation: more than -1 and less than 1")


def signs(name: str, values: Numbers) -> Iterator[Fault]:
    """1 or -1."""
    yield from where(np.abs(values) != 1, name, values, "1 or -1")


def level(value: float) -> Iterator[Fault]:
    """The level of an interval, such as 0.95."""
    if not 0 < value < 1:
        remedy = "write 95 % as 0.95"
        yield Fault("level", f"{value:g}", "more than 0 and less than 1", remedy)


def means(name: str, arm: Means) -> Iterator[Fault]:
    """Faults of an arm that reports means."""
    yield from finite(f"{name} mean", np.asarray(arm.mean))
    yield from positive(f"{name} sd", np.asarray(arm.sd))
    yield from people(f"{name} people", np.asarray(arm.people))


def counts(name: str, arm: Counts) -> Iterator[Fault]:
    """Faults of an arm that reports how many people had the event."""
    events, total = np.asarray(arm.events), np.asarray(arm.people)
    yield from people(f"{name} people", total, least=1)
    whole = np.isfinite(events) & (events >= 0) & (events == np.round(events))
    yield from where(~whole, f"{name} events", events, "a whole number, 0 or more")
    too_many = whole & (events > total)
    yield from where(too_many, f"{name} events", events, "no more than the people of that arm")


def rates(name: str, arm: Rates) -> Iterator[Fault]:
    """Faults of an arm that reports events in a time."""
    events = np.asarray(arm.events)
    whole = np.isfinite(events) & (events >= 0) & (events == np.round(events))
    yield from where(~whole, f"{name} events", events, "a whole number, 0 or more")
    yield from positive(f"{name} time", np.asarray(arm.time))
