"""Draw one layer inside its frame."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from lowdose.report.charts.elements import PREFIX, Paint, outline, tag
from lowdose.report.charts.frame import Frame, finite
from lowdose.report.charts.lettering import text_width
from lowdose.report.charts.palette import LOOKS
from lowdose.report.charts.specification import (
    Band,
    Bars,
    Intervals,
    Label,
    Layer,
    Line,
    Numbers,
    Points,
    Rule,
    Shade,
    Steps,
)

__all__ = ["bar", "draw"]

_LABEL_SIZE = 12.0
_BAR_SHARE = 0.8
_WORD_SIZE = 10.0
_HATCH = 6.0
_LARGEST, _SEE_THROUGH = 9.0, "0.7"
Place = tuple[float, float]


def draw(layer: Layer, frame: Frame, paint: Paint) -> str:
    """One layer as SVG markup; what has no number is left out, lines break there."""
    return _DRAWERS[type(layer)](layer, frame, paint)


def _points(layer: Points, frame: Frame, paint: Paint) -> str:
    if layer.weights:
        return _bubbles(layer, frame, paint)
    # one path for all dots keeps a drawing of years of days small
    places = [
        (frame.x(x), frame.y(y))
        for x, y in zip(layer.x, layer.y, strict=True)
        if finite(x) and finite(y)
    ]
    radius = LOOKS[layer.role].radius * _crowding(len(places), frame)
    dots = "".join(f"{outline([place])}h.01" for place in places)
    return _path(dots, stroke_width=2 * radius, stroke_linecap="round", **paint.stroke(layer.role))


def _bubbles(layer: Points, frame: Frame, paint: Paint) -> str:
    most = max(one for one in layer.weights if finite(one))
    return "".join(
        tag(
            "circle",
            cx=frame.x(x),
            cy=frame.y(y),
            r=_LARGEST * math.sqrt(weight / most),
            fill_opacity=_SEE_THROUGH,
            **paint.fill(layer.role),
        )
        for x, y, weight in zip(layer.x, layer.y, layer.weights, strict=True)
        if finite(x) and finite(y) and finite(weight)
    )


def _line(layer: Line, frame: Frame, paint: Paint) -> str:
    look = LOOKS[layer.role]
    data = "".join(
        outline(_thinned([(frame.x(x), frame.y(y)) for x, y in run], frame))
        for run in _runs(layer.x, layer.y)
    )
    return _path(
        data,
        stroke_width=look.width,
        stroke_dasharray=look.dash,
        stroke_linejoin="round",
        stroke_linecap="round",
        **paint.stroke(layer.role),
    )


def _band(layer: Band, frame: Frame, paint: Paint) -> str:
    data = ""
    for run in _runs(layer.x, layer.low, layer.high):
        upper = _thinned([(frame.x(x), frame.y(high)) for x, _, high in run], frame)
        lower = _thinned([(frame.x(x), frame.y(low)) for x, low, _ in run], frame)
        data += outline([*upper, *reversed(lower)], closed=True)
    return _path(data, fill_opacity=str(LOOKS[layer.role].tint), **paint.fill(layer.role))


def _steps(layer: Steps, frame: Frame, paint: Paint) -> str:
    look = LOOKS[layer.role]
    area, edge = "", ""
    for corners in _stairs(layer):
        places = [(frame.x(x), frame.y(y)) for x, y in corners]
        ground = frame.y(0.0)
        area += outline([(places[0][0], ground), *places, (places[-1][0], ground)], closed=True)
        edge += outline(places)
    filled = _path(area, fill_opacity=str(look.tint), **paint.fill(layer.role))
    return filled + _path(edge, stroke_width=look.width, **paint.stroke(layer.role))


def _stairs(layer: Steps) -> Iterator[list[Place]]:
    """Corners of each unbroken stretch; equal neighbours are joined to keep it short."""
    corners: list[Place] = []
    known = list(zip(layer.x, layer.y, strict=True))
    for index, (x, y) in enumerate(known):
        if not (finite(x) and finite(y)):
            continue
        following = known[index + 1][0] if index + 1 < len(known) else None
        end = following if finite(following) else x + 1
        joined = bool(corners) and corners[-1][0] == x
        if corners and not joined:
            yield corners
            corners = []
        if joined and corners[-1][1] == y and len(corners) > 1:
            corners[-1] = (end, y)
        else:
            corners += [(x, y), (end, y)]
    if corners:
        yield corners


def _intervals(layer: Intervals, frame: Frame, paint: Paint) -> str:
    look, drawn = LOOKS[layer.role], []
    for row, middle, low, high in zip(layer.row, layer.middle, layer.low, layer.high, strict=True):
        if row is None or not finite(middle):
            continue
        y, height = frame.rows[int(row)]
        y += layer.shift * height
        if finite(low) and finite(high):
            ends = _capped(frame.x(low), frame.x(high), y, height / 4)
            drawn.append(_path(ends, stroke_width=look.width, **paint.stroke(layer.role)))
        drawn.append(
            tag(
                "circle",
                cx=frame.x(middle),
                cy=y,
                r=look.radius,
                **paint.fill(layer.role),
            )
        )
    return "".join(drawn)


def _capped(left: float, right: float, y: float, cap: float) -> str:
    up, down = y - cap, y + cap
    bar = outline([(left, y), (right, y)])
    return bar + outline([(left, up), (left, down)]) + outline([(right, up), (right, down)])


def _bars(layer: Bars, frame: Frame, paint: Paint) -> str:
    words = layer.words or ("",) * len(layer.row)
    drawn = []
    for row, start, end, word in zip(layer.row, layer.start, layer.end, words, strict=True):
        if row is None or not (finite(start) and finite(end)):
            continue
        y, height = frame.rows[int(row)]
        left, right = sorted((frame.x(start), frame.x(end)))
        half = height * _BAR_SHARE / 2
        drawn.append(bar(layer, (left, max(right, left + 1.0)), (y - half, y + half), paint))
        if word and text_width(word, _WORD_SIZE) + 4 <= right - left:
            drawn.append(_word(word, (left + right) / 2, y, layer.hatched, paint))
    return "".join(drawn)


def _word(word: str, middle: float, y: float, on_ground: bool, paint: Paint) -> str:
    """A word in a bar; among hatching it stands on its own ground."""
    ground = ""
    if on_ground:
        width = text_width(word, _WORD_SIZE) + 2
        size: dict[str, str | float] = {"width": width, "height": _WORD_SIZE + 1}
        colour: dict[str, str | float] = {"fill": paint.tones.ground, "class_": f"{PREFIX}ground"}
        ground = tag("rect", x=middle - width / 2, y=y - _WORD_SIZE / 2, **size, **colour)
    place = (middle, y + _WORD_SIZE * 0.36)
    return ground + paint.words(word, place, _WORD_SIZE, text_anchor="middle")


def bar(layer: Bars, across: Place, down: Place, paint: Paint) -> str:
    """One bar between two places across and two down, px; hatched where the layer is."""
    (left, right), (top, bottom) = across, down
    filled = tag(
        "rect",
        x=left,
        y=top,
        width=right - left,
        height=bottom - top,
        rx=1.5,
        fill_opacity=str(LOOKS[layer.role].tint),
        **paint.fill(layer.role),
    )
    if not layer.hatched:
        return filled
    lines = "".join(outline(ends) for ends in _hatching(left, right, top, bottom))
    return filled + _path(lines, stroke_width=0.9, **paint.stroke(layer.role))


def _hatching(
    left: float, right: float, top: float, bottom: float
) -> Iterator[tuple[Place, Place]]:
    """Slanting lines from edge to edge of a rectangle."""
    height = bottom - top
    foot = left - height + _HATCH / 2
    while foot < right:
        first, last = max(foot, left), min(foot + height, right)
        if last > first:
            yield (first, bottom - (first - foot)), (last, bottom - (last - foot))
        foot += _HATCH


def _rule(layer: Rule, frame: Frame, paint: Paint) -> str:
    if not finite(layer.place):
        return ""
    look = LOOKS[layer.role]
    if not layer.upright:
        data = outline([(frame.left, frame.y(layer.place)), (frame.right, frame.y(layer.place))])
    else:
        x = frame.x(layer.place)
        tracks = [(y - h / 2 - 1, y + h / 2 + 1) for y, h in frame.rows]
        data = "".join(
            outline([(x, top), (x, bottom)])
            for top, bottom in tracks or [(frame.top, frame.bottom)]
        )
    return _path(
        data,
        stroke_width=look.width,
        stroke_dasharray=look.dash,
        **paint.stroke(layer.role),
    )


def _shade(layer: Shade, frame: Frame, paint: Paint) -> str:
    left, right = sorted((frame.x(layer.start), frame.x(layer.end)))
    return tag(
        "rect",
        x=left,
        y=frame.top,
        width=right - left,
        height=frame.bottom - frame.top,
        fill_opacity=str(LOOKS[layer.role].tint),
        **paint.fill(layer.role),
    )


def _label(layer: Label, frame: Frame, paint: Paint) -> str:
    x = frame.x(layer.x)
    anchor = "end" if x > (frame.left + frame.right) / 2 else "start"
    return paint.words(layer.text, (x, frame.y(layer.y) - 5), _LABEL_SIZE, text_anchor=anchor)


def _path(data: str, **attributes: str | float) -> str:
    return tag("path", d=data, **attributes) if data else ""


def _runs(*columns: Numbers) -> Iterator[list[tuple[float, ...]]]:
    """Stretches of rows in which every column has a number."""
    run: list[tuple[float, ...]] = []
    for row in zip(*columns, strict=True):
        known = tuple(value for value in row if finite(value))
        if len(known) == len(row):
            run.append(known)
            continue
        if run:
            yield run
        run = []
    if run:
        yield run


def _thinned(places: list[Place], frame: Frame) -> list[Place]:
    """Keep first, lowest, highest and last of every pixel column once there are many places."""
    if len(places) <= 2 * (frame.right - frame.left):
        return places
    columns: dict[int, list[Place]] = {}
    for place in places:
        columns.setdefault(math.floor(place[0]), []).append(place)
    return [place for column in columns.values() for place in _extremes(column)]


def _extremes(column: list[Place]) -> list[Place]:
    by_height = sorted(range(len(column)), key=lambda i: column[i][1])
    kept = sorted({0, by_height[0], by_height[-1], len(column) - 1})
    return [column[i] for i in kept]


def _crowding(count: int, frame: Frame) -> float:
    room = (frame.right - frame.left) / max(count, 1)
    return min(1.0, max(0.45, math.sqrt(room / 4.0)))


_DRAWERS: dict[type[Layer], Callable[..., str]] = {
    Points: _points,
    Line: _line,
    Band: _band,
    Steps: _steps,
    Intervals: _intervals,
    Bars: _bars,
    Rule: _rule,
    Shade: _shade,
    Label: _label,
}
