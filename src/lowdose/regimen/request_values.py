"""Read one value of a plan, typed on the command line or written in a plan file.

Each reader takes what was written and returns the value, or raises `ValueError`; the message says
what was expected. Numbers from a file come as numbers, from the command line as text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from lowdose.regimen.doses import Intake, Moment, Step, StepKind
from lowdose.regimen.titration import Hold, Share, StepBack

__all__ = [
    "choice",
    "day",
    "flag",
    "hold",
    "hold_text",
    "liquid",
    "list_of",
    "number",
    "split",
    "split_text",
    "step",
    "step_back",
    "step_back_text",
    "step_mapping",
    "text",
    "whole",
]

_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice", bound=StrEnum)

_LONGEST_TEXT = 1000
_HOLD = "DOSE:DAYS, like 3:14 (hold 3 mg for 14 days more)"
_BACK = "DOSE:LOWER:DAYS, like 4.5:3:14 (from 4.5 mg back to 3 mg for 14 days)"
_SPLIT = "MOMENT:SHARE,MOMENT:SHARE, like morning:0.4,bedtime:0.6, or moments for equal shares"
_STEP_KEYS = {"days", "dose_mg", "time", "intakes", "kind"}


def number(written: Any) -> float:
    """A finite number.

    >>> number("1.5"), number(3)
    (1.5, 3.0)
    """
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        raise ValueError("a number")
    try:
        value = float(written)
    except (ValueError, OverflowError):
        hint = " with a decimal point" if "," in str(written) else ""
        raise ValueError(f"a number{hint}") from None
    if not math.isfinite(value):
        raise ValueError("a finite number")
    return value


def whole(written: Any) -> int:
    """A whole number.

    >>> whole("14")
    14
    """
    value = number(written)
    if not value.is_integer():
        raise ValueError("a whole number")
    return int(value)


def day(written: Any) -> date:
    """A calendar day.

    >>> day("2026-03-02")
    datetime.date(2026, 3, 2)
    """
    if type(written) is date:
        return written
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(written)):
        raise ValueError("a day like 2026-03-02")
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        raise ValueError("a day that exists, like 2026-03-02") from None


def text(written: Any) -> str:
    """A short line of text."""
    if not isinstance(written, str) or len(written) > _LONGEST_TEXT or not written.isprintable():
        raise ValueError(f"a line of text of at most {_LONGEST_TEXT} characters")
    return written.strip()


def flag(written: Any) -> bool:
    """True or false."""
    if not isinstance(written, bool):
        raise ValueError("true or false")
    return written


def choice(kind: type[_Choice]) -> Callable[[Any], _Choice]:
    """A reader of one word out of several.

    >>> choice(Moment)("bedtime").value
    'bedtime'
    """

    def read(written: Any) -> _Choice:
        try:
            return kind(str(written).strip().lower())
        except ValueError:
            raise ValueError(f"one of {', '.join(kind)}") from None

    return read


def list_of(read: Callable[[Any], _Value]) -> Callable[[Any], tuple[_Value, ...]]:
    """A reader of several values: a list, or text with commas.

    >>> list_of(number)("0.5, 1.5,4.5")
    (0.5, 1.5, 4.5)
    """

    def read_all(written: Any) -> tuple[_Value, ...]:
        parts = written.split(",") if isinstance(written, str) else written
        if not isinstance(parts, list | tuple) or not parts:
            raise ValueError("a list")
        return tuple(read(part) for part in parts)

    return read_all


def liquid(written: Any) -> float:
    """The strength of a liquid, mg/mL.

    >>> liquid("1mg/mL"), liquid("0.5 mg/ml"), liquid(2)
    (1.0, 0.5, 2.0)
    """
    try:
        return number(re.sub(r"\s*mg\s*/\s*ml$", "", str(written).strip(), flags=re.IGNORECASE))
    except ValueError:
        raise ValueError("a strength like 1mg/mL") from None


def hold(written: Any) -> Hold:
    """A dose to stay at for longer.

    >>> hold("3:14")
    Hold(at_mg=3.0, days=14)
    """
    try:
        dose, days = str(written).split(":")
        return Hold(number(dose), whole(days))
    except ValueError:
        raise ValueError(_HOLD) from None


def hold_text(value: Hold) -> str:
    """The text that `hold` reads."""
    return f"{value.at_mg:g}:{value.days}"


def step_back(written: Any) -> StepBack:
    """A dose to go back from for a while.

    >>> step_back("4.5:3:14")
    StepBack(at_mg=4.5, to_mg=3.0, days=14)
    """
    try:
        dose, lower, days = str(written).split(":")
        return StepBack(number(dose), number(lower), whole(days))
    except ValueError:
        raise ValueError(_BACK) from None


def step_back_text(value: StepBack) -> str:
    """The text that `step_back` reads."""
    return f"{value.at_mg:g}:{value.to_mg:g}:{value.days}"


def split(written: Any) -> tuple[Share, ...]:
    """Shares of the day's dose over moments.

    >>> [(share.moment.value, share.part) for share in split("morning:0.4,bedtime:0.6")]
    [('morning', 0.4), ('bedtime', 0.6)]
    >>> [share.part for share in split("morning,bedtime")]
    [0.5, 0.5]
    """
    parts = [part.partition(":") for part in str(written).split(",")]
    with_shares = [bool(mark) for _, mark, _ in parts]
    if any(with_shares) != all(with_shares):
        raise ValueError(_SPLIT)
    equal = 1 / len(parts)
    try:
        return tuple(
            Share(choice(Moment)(name), number(share) if mark else equal)
            for name, mark, share in parts
        )
    except ValueError:
        raise ValueError(_SPLIT) from None


def split_text(shares: tuple[Share, ...]) -> str:
    """The text that `split` reads."""
    return ",".join(f"{share.moment.value}:{share.part!r}" for share in shares)


def step(written: Any, time: Moment = Moment.BEDTIME) -> Step:
    """A step written out: `days`, and `dose_mg` (with `time`) or `intakes`.

    >>> step({"days": 7, "dose_mg": 1.5}).dose_mg
    1.5
    """
    if not isinstance(written, Mapping):
        raise ValueError("a table with days and dose_mg, or days and intakes")
    if unknown := sorted(set(written) - _STEP_KEYS):
        raise ValueError(f"only {', '.join(sorted(_STEP_KEYS))}, not {', '.join(unknown)}")
    if "days" not in written or ("dose_mg" in written) == ("intakes" in written):
        raise ValueError("days, and either dose_mg or intakes")
    kind = choice(StepKind)(written.get("kind", StepKind.CLIMB))
    return Step(whole(written["days"]), _intakes(written, time), kind)


def step_mapping(value: Step) -> dict[str, Any]:
    """The table that `step` reads."""
    intakes = [{"time": each.moment.value, "dose_mg": each.dose_mg} for each in value.intakes]
    return {"days": value.days, "kind": value.kind.value, "intakes": intakes}


def _intakes(written: Mapping[str, Any], time: Moment) -> tuple[Intake, ...]:
    if "dose_mg" in written:
        moment = choice(Moment)(written.get("time", time))
        return (Intake(moment, number(written["dose_mg"])),)
    intakes = written["intakes"]
    if not isinstance(intakes, list) or not all(_is_intake(each) for each in intakes):
        raise ValueError('intakes like [{ time = "morning", dose_mg = 0.5 }]')
    return tuple(Intake(choice(Moment)(each["time"]), number(each["dose_mg"])) for each in intakes)


def _is_intake(written: Any) -> bool:
    return isinstance(written, Mapping) and set(written) == {"time", "dose_mg"}
