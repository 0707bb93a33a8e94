"""What a person may say about a diary file that the file does not say itself.

The same things can be said in three places: in code (`ReadOptions`), on the command line, and in
a sidecar file `NAME.toml` beside `NAME.csv`. The nearer one wins: code or command line over
sidecar.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from lowdose.diary.entries import Direction, Kind, Symptom
from lowdose.diary.findings import Findings, did_you_mean, quoted

__all__ = ["ROLES", "ReadOptions", "check_options", "layered", "setting", "symptom_from"]

Scale = tuple[float, float]
T = TypeVar("T")

ROLES: Mapping[str, str] = {
    "date": "the calendar day a row describes",
    "day": "the whole day number a row describes",
    "time": "time of day of a rating, where there are several a day",
    "dose_mg": "naltrexone taken that day, in mg",
    "treatment": "what was taken, by name",
    "period": "label of the period",
    "guess": "the person's own probability that the treatment was the active one",
    "adverse": "side effects, separated by ;",
    "entered": "when the row was written down",
    "person": "who, where several people share a file",
    "cycle": "number of the cycle (one row a period)",
    "days": "how many days a period's mean rests on",
    "item": "long form: the name of the symptom",
    "value": "long form: its rating",
}


@dataclass(frozen=True)
class ReadOptions:
    """How to read a diary file; every field may be left out.

    `scale`, `direction` and `kind` are one value for every symptom, or a mapping from symptom
    name to value, in which `"*"` stands for every symptom not named.

    Attributes:
        columns: role (see `ROLES`) -> name of the column in the file.
        ignore: columns to leave unread.
        symptoms: the columns (long form: items) to read as symptoms; None: all that are left.
        scale: lowest and highest possible rating.
        direction: which way is better.
        kind: rating, count or yes/no.
        instrument: symptom name -> name of the questionnaire or scale.
        dates: how to read dates like 03/04/2026; None: only if the column leaves no doubt.
        decimal: the decimal mark; None: found from the file where it leaves no doubt.
        blinded: whether the person was blinded.
        where: column -> text: read only the rows in which the column says this.
        same_day: "mean" averages rows of the same day that carry no time; "fault" (None) does
            not accept them.
        adverse_terms: REDCap checkbox code -> name of the side effect.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    symptoms: tuple[str, ...] | None = None
    scale: Scale | Mapping[str, Scale] | None = None
    direction: Direction | Mapping[str, Direction] | None = None
    kind: Kind | Mapping[str, Kind] | None = None
    instrument: Mapping[str, str] = field(default_factory=dict)
    dates: Literal["iso", "day-first", "month-first"] | None = None
    decimal: Literal[".", ","] | None = None
    blinded: bool | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    same_day: Literal["fault", "mean"] | None = None
    adverse_terms: Mapping[str, str] = field(default_factory=dict)


def layered(over: ReadOptions, under: ReadOptions) -> ReadOptions:
    """Lay one set of options over another: where both speak, `over` wins.

    >>> sidecar = ReadOptions(scale=(0, 100), blinded=False)
    >>> layered(ReadOptions(scale={"pain": (0, 10)}), sidecar).scale
    {'*': (0, 100), 'pain': (0, 10)}
    """
    return ReadOptions(
        columns={**under.columns, **over.columns},
        ignore=tuple(dict.fromkeys((*under.ignore, *over.ignore))),
        symptoms=_first(over.symptoms, under.symptoms),
        scale=_layer(over.scale, under.scale),
        direction=_layer(over.direction, under.direction),
        kind=_layer(over.kind, under.kind),
        instrument={**under.instrument, **over.instrument},
        dates=_first(over.dates, under.dates),
        decimal=_first(over.decimal, under.decimal),
        blinded=_first(over.blinded, under.blinded),
        where={**under.where, **over.where},
        same_day=_first(over.same_day, under.same_day),
        adverse_terms={**under.adverse_terms, **over.adverse_terms},
    )


def _first(over: T | None, under: T | None) -> T | None:
    return under if over is None else over


def _layer(
    over: T | Mapping[str, T] | None, under: T | Mapping[str, T] | None
) -> T | Mapping[str, T] | None:
    if over is None:
        return under
    if under is None:
        return over
    if not isinstance(over, Mapping):
        return over
    below = under if isinstance(under, Mapping) else {"*": under}
    return {**below, **over}


def symptom_from(options: ReadOptions, name: str) -> Symptom:
    """Make the symptom that the options describe, with 0 to 10, lower is better, as default.

    >>> symptom_from(ReadOptions(kind=Kind.COUNT), "attacks").high
    inf
    """
    kind = setting(options.kind, name) or Kind.RATING
    low, high = _ends(kind, setting(options.scale, name))
    return Symptom(
        name=name,
        low=low,
        high=high,
        direction=setting(options.direction, name) or Direction.LOWER_IS_BETTER,
        kind=kind,
        instrument=options.instrument.get(name, ""),
    )


def _ends(kind: Kind, scale: Scale | None) -> Scale:
    if kind is Kind.BINARY:
        return 0.0, 1.0
    if kind is Kind.COUNT:
        return 0.0, math.inf
    return (0.0, 10.0) if scale is None else (float(scale[0]), float(scale[1]))


def setting(given: T | Mapping[str, T] | None, name: str) -> T | None:
    """Give what was said for one symptom, or None.

    >>> setting({"*": (0, 10), "mood": (0, 100)}, "mood")
    (0, 100)
    """
    if isinstance(given, Mapping):
        return given.get(name, given.get("*"))
    return given


def check_options(options: ReadOptions, findings: Findings) -> None:
    """Add a fault for every option that cannot be meant."""
    for role in options.columns:
        if role not in ROLES:
            findings.fault("--column", quoted(role), "a role", did_you_mean(role, ROLES))
    for name, scale in _each(options.scale):
        if not _is_scale(scale):
            findings.fault(
                f"scale{name}", quoted(_scale_text(scale)), "two numbers, the lower one first"
            )
    _check_choice("dates", options.dates, ("iso", "day-first", "month-first"), findings)
    _check_choice("decimal", options.decimal, (".", ","), findings)
    _check_choice("same_day", options.same_day, ("fault", "mean"), findings)


def _each(scale: Scale | Mapping[str, Scale] | None) -> Iterable[tuple[str, Scale]]:
    if scale is None:
        return ()
    if isinstance(scale, Mapping):
        return ((f" of {name}", ends) for name, ends in scale.items())
    return (("", scale),)


def _is_scale(scale: Scale) -> bool:
    return len(scale) == 2 and all(map(math.isfinite, scale)) and scale[0] < scale[1]


def _scale_text(scale: Scale) -> str:
    return " to ".join(f"{end:g}" for end in scale)


def _check_choice(
    name: str, value: str | None, choices: tuple[str, ...], findings: Findings
) -> None:
    if value is not None and value not in choices:
        findings.fault(name, quoted(value), "one of " + ", ".join(map(repr, choices)))
