"""What a chart shows, as plain values: axes, panels and layers. No pixels and no colours here.

A `Chart` has one horizontal axis and one or more panels above each other; each panel has its own
vertical axis and layers. A layer says what its marks *mean* (`Role`); how a meaning looks is in
`palette.py`. Numbers that are None or not finite are gaps: lines break there, marks are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = [
    "Axis",
    "Band",
    "Bars",
    "Category",
    "Chart",
    "Intervals",
    "Label",
    "Layer",
    "Line",
    "Number",
    "Numbers",
    "Panel",
    "Points",
    "Role",
    "Rule",
    "Scale",
    "Shade",
    "Steps",
]

Number = float | None
Numbers = Sequence[Number]


class Role(StrEnum):
    """What a mark means."""

    OBSERVED = "observed"
    FITTED = "fitted"
    EXPLAINED = "explained"
    REFERENCE = "reference"
    RIVAL = "rival"
    DOSE = "dose"
    ESTIMATE = "estimate"
    HIGHLIGHT = "highlight"
    HARM = "harm"
    ZERO = "zero"
    GUIDE = "guide"
    P_5_TO_10 = "p-5-to-10"
    P_1_TO_5 = "p-1-to-5"
    P_BELOW_1 = "p-below-1"


class Scale(StrEnum):
    """How an axis turns numbers into places."""

    LINEAR = "linear"
    LOG = "log"
    DATE = "date"
    CATEGORY = "category"


@dataclass(frozen=True)
class Category:
    """One row of a category axis: its name, what stands at its right end, a heading above it."""

    name: str
    note: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Axis:
    """One axis.

    `low` and `high` fix an end (None: from the data). A date axis counts days from `origin`.
    A category axis has one row per category, the first at the top, at places 0, 1, 2, ...
    `ticks` are (place, text) pairs instead of automatic ones. `hints` are short words for the
    two ends, such as ("better", "worse"). `whole` allows whole numbers only as ticks.
    """

    label: str = ""
    scale: Scale = Scale.LINEAR
    low: float | None = None
    high: float | None = None
    ticks: tuple[tuple[float, str], ...] | None = None
    categories: tuple[Category, ...] = ()
    origin: date | None = None
    hints: tuple[str, str] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Points:
    """A dot at each (x, y); with `weights`, of an area that goes with them."""

    x: Numbers
    y: Numbers
    role: Role = Role.OBSERVED
    label: str = ""
    weights: Numbers = ()


@dataclass(frozen=True)
class Line:
    """Points joined by straight lines."""

    x: Numbers
    y: Numbers
    role: Role = Role.FITTED
    label: str = ""


@dataclass(frozen=True)
class Band:
    """The area between `low` and `high`."""

    x: Numbers
    low: Numbers
    high: Numbers
    role: Role = Role.FITTED
    label: str = ""


@dataclass(frozen=True)
class Steps:
    """A level that holds from each x to the next, filled down to zero; the last holds for one."""

    x: Numbers
    y: Numbers
    role: Role = Role.DOSE
    label: str = ""


@dataclass(frozen=True)
class Intervals:
    """In row `row`: a dot at `middle` on a bar from `low` to `high` (all along x).

    `shift` moves them down (up, where negative) by a share of the row's height, so that two fit.
    """

    row: Numbers
    middle: Numbers
    low: Numbers
    high: Numbers
    role: Role = Role.ESTIMATE
    label: str = ""
    shift: float = 0.0


@dataclass(frozen=True)
class Bars:
    """In row `row`: a bar from `start` to `end` (along x), with a word in it where it fits."""

    row: Numbers
    start: Numbers
    end: Numbers
    role: Role = Role.ESTIMATE
    label: str = ""
    hatched: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A straight line across the panel: upright at an x, or level at a y (`upright=False`)."""

    place: float
    upright: bool = True
    role: Role = Role.GUIDE
    label: str = ""


@dataclass(frozen=True)
class Shade:
    """A tinted stretch of the x axis, over the whole height of the panel."""

    start: float
    end: float
    role: Role = Role.GUIDE
    label: str = ""


@dataclass(frozen=True)
class Label:
    """A few words at one place."""

    x: float
    y: float
    text: str


Layer = Points | Line | Band | Steps | Intervals | Bars | Rule | Shade | Label


@dataclass(frozen=True)
class Panel:
    """One plotting area; `height` is its share of the usual height (category panels fit rows)."""

    y: Axis
    layers: tuple[Layer, ...]
    height: float = 1.0


@dataclass(frozen=True)
class Chart:
    """A chart: what it is called, what it says in words, and what it shows.

    In a notebook it draws itself.

    >>> chart = Chart("Pain", "Two days.", Axis("day"), (Panel(Axis(), (Line((1, 2), (5, 4)),)),))
    >>> chart._repr_svg_()[:4]
    '<svg'
    """

    title: str
    description: str
    x: Axis
    panels: tuple[Panel, ...]

    def _repr_svg_(self) -> str:
        from lowdose.report.charts.svg import to_svg

        return to_svg(self)
