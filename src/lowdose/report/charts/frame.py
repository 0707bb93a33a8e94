"""From numbers to places: how far an axis reaches, and where a number falls on it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

from lowdose.report.charts.specification import (
    Axis,
    Band,
    Bars,
    Chart,
    Intervals,
    Label,
    Layer,
    Line,
    Number,
    Panel,
    Points,
    Rule,
    Scale,
    Shade,
    Steps,
)

__all__ = ["Frame", "Span", "finite", "x_span", "y_span"]

_PADDING = 0.04
_LARGEST = 1e12
_SMALLEST_RATIO = 1e-12
Span = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """One panel's plotting area in px, and the numbers at its edges.

    `rows` gives, for a category panel, the middle (px) and the height (px) of each row's track.
    """

    left: float
    right: float
    top: float
    bottom: float
    x_axis: Axis
    x_span: Span
    y_span: Span
    rows: tuple[tuple[float, float], ...] = ()

    def x(self, value: float) -> float:
        """Place of a number along x."""
        share = _share(value, self.x_span, self.x_axis.scale)
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        """Place of a number along y (upwards)."""
        share = _share(value, self.y_span, Scale.LINEAR)
        return self.bottom - share * (self.bottom - self.top)


def finite(value: Number) -> TypeGuard[float]:
    """Whether there is a number that can be drawn.

    >>> finite(1.0), finite(None), finite(float("nan")), finite(1e300)
    (True, False, False, False)
    """
    return value is not None and abs(value) <= _LARGEST


def x_span(chart: Chart) -> Span:
    """Ends of the horizontal axis, from the axis or the data of all panels."""
    values = [value for panel in chart.panels for layer in panel.layers for value in _xs(layer)]
    touching = chart.x.scale is Scale.DATE or chart.x.whole
    return _span(chart.x, values, 0.0 if touching else _PADDING)


def y_span(panel: Panel) -> Span:
    """Ends of a panel's vertical axis, from the axis or the panel's data."""
    return _span(panel.y, [v for layer in panel.layers for v in _ys(layer)], _PADDING)


def _span(axis: Axis, values: Iterable[Number], padding: float) -> Span:
    seen = [v for v in values if finite(v)]
    if axis.scale is Scale.LOG:
        return _log_span(axis, [v for v in seen if v >= _SMALLEST_RATIO])
    low, high = min(seen, default=0.0), max(seen, default=1.0)
    if high <= low:
        half = max(0.5, abs(low) * 0.05)
        low, high = low - half, high + half
    room = (high - low) * padding
    low = low - room if axis.low is None else axis.low
    high = high + room if axis.high is None else axis.high
    return (low, high) if high > low else (low, low + 1.0)


def _log_span(axis: Axis, seen: list[float]) -> Span:
    low = min(seen, default=0.5) if axis.low is None else axis.low
    high = max(seen, default=2.0) if axis.high is None else axis.high
    return (low / 1.1, high * 1.1) if high > low else (low / 2, low * 2)


def _share(value: float, span: Span, scale: Scale) -> float:
    low, high = span
    if scale is Scale.LOG:
        low, high, value = math.log(low), math.log(high), math.log(max(value, _SMALLEST_RATIO))
    return min(max((value - low) / (high - low), -0.5), 1.5)


def _xs(layer: Layer) -> list[Number]:
    values: list[Number] = []
    match layer:
        case Points() | Line() | Band():
            values += layer.x
        case Steps():
            values += [*layer.x, *(x + 1 for x in layer.x[-1:] if x is not None)]
        case Intervals():
            values += [*layer.middle, *layer.low, *layer.high]
        case Bars():
            values += [*layer.start, *layer.end]
        case Rule():
            values += [layer.place] if layer.upright else []
        case Shade():
            values += [layer.start, layer.end]
        case Label():
            values.append(layer.x)
    return values


def _ys(layer: Layer) -> list[Number]:
    values: list[Number] = []
    match layer:
        case Points() | Line():
            values += layer.y
        case Steps():
            values += [0.0, *layer.y]
        case Band():
            values += [*layer.low, *layer.high]
        case Rule():
            values += [] if layer.upright else [layer.place]
        case Label():
            values.append(layer.y)
        case Intervals() | Bars() | Shade():
            pass
    return values
