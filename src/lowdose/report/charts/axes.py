"""Axes: which places are marked, how much room their words take, and the lines themselves."""

from __future__ import annotations

from dataclasses import dataclass

from lowdose.report.charts.elements import Paint, tag
from lowdose.report.charts.frame import Frame, Span
from lowdose.report.charts.lettering import text_width, wrap
from lowdose.report.charts.specification import Axis, Category, Panel, Scale
from lowdose.report.charts.ticks import Tick, date_ticks, linear_ticks, log_ticks

__all__ = [
    "Marking",
    "draw_grid",
    "draw_x_axis",
    "left_room",
    "mark_x",
    "panel_head",
    "panel_height",
    "row_tracks",
]

_SIZE = 12.0
_LINE = 16.0
_TRACK = 16.0
_ROW_GAP = 7.0
_WORDS_GAP = 4.0
_TICK_GAP = 18.0
_Y_TICKS = 6


@dataclass(frozen=True)
class Marking:
    """The horizontal axis as marked: ticks, axis name, and half of what hangs over at the end."""

    axis: Axis
    span: Span
    ticks: tuple[Tick, ...]
    label: str
    overhang: float


def mark_x(axis: Axis, span: Span, room: float) -> Marking:
    """Choose as many marks as fit into `room` px without touching."""
    for most in range(8, 1, -1):
        ticks, label = _x_ticks(axis, span, most)
        widths = [text_width(text, _SIZE) for _, text in ticks]
        if len(ticks) < 2 or _fits(ticks, widths, axis, span, room - widths[-1] / 2):
            break
    overhang = text_width(ticks[-1][1], _SIZE) / 2 if ticks else 0.0
    return Marking(axis, span, ticks, label, min(overhang, room / 4))


def left_room(panel: Panel, span: Span) -> float:
    """Px that the words of a panel's vertical axis need."""
    return max((text_width(text, _SIZE) + 10 for _, text in _y_ticks(panel.y, span)), default=4.0)


def panel_height(panel: Panel, width: float) -> float:
    """Px of a panel's plotting area."""
    return panel.height * min(max(width * 0.42, 170.0), 300.0)


def panel_head(
    panel: Panel, sides: tuple[float, float], top: float, paint: Paint
) -> tuple[str, float]:
    """The name of the vertical axis, above the panel."""
    if not panel.y.label:
        return "", top
    lines = wrap(panel.y.label, _SIZE, sides[1])
    drawn = "".join(
        paint.words(line, (10.0, top + _SIZE + n * _LINE), _SIZE, muted=1)
        for n, line in enumerate(lines)
    )
    return drawn, top + len(lines) * _LINE + 8


def row_tracks(
    panel: Panel, sides: tuple[float, float], top: float, paint: Paint
) -> tuple[str, tuple[tuple[float, float], ...], float]:
    """Words and tracks of a category panel: markup, (middle, height) of each row, bottom."""
    drawn, tracks = "", []
    for category in panel.y.categories:
        words, top = _row_words(category, sides, top, paint)
        drawn += words
        top += _WORDS_GAP
        tracks.append((top + _TRACK / 2, _TRACK))
        top += _TRACK + _ROW_GAP
    return drawn, tuple(tracks), top


def draw_grid(panel: Panel, frame: Frame, marking: Marking, paint: Paint) -> str:
    """Grid lines at the marks, with the numbers of the vertical axis."""
    if panel.y.scale is Scale.CATEGORY:
        return "".join(_track_grid(frame, marking, y, height, paint) for y, height in frame.rows)
    drawn = ""
    for value, text in _y_ticks(panel.y, frame.y_span, panel.height):
        y = frame.y(value)
        drawn += tag("path", d=f"M{frame.left:.1f} {y:.1f}H{frame.right:.1f}", **paint.grid())
        place = (frame.left - 8, y + _SIZE * 0.36)
        drawn += paint.words(text, place, _SIZE, muted=1, text_anchor="end")
    return drawn


def draw_x_axis(
    axis: Axis, marking: Marking, sides: tuple[float, float], top: float, paint: Paint
) -> tuple[str, float]:
    """The numbers, hints and name of the horizontal axis below the last panel."""
    frame = Frame(*sides, 0, 1, axis, marking.span, (0, 1))
    top += 4
    drawn = "".join(
        paint.words(text, (frame.x(value), top), _SIZE, muted=1, text_anchor="middle")
        for value, text in marking.ticks
    )
    top += 6
    if axis.hints:
        hints, top = _hints(axis.hints, sides, top, paint)
        drawn += hints
    for line in wrap(marking.label, _SIZE, sides[1] - sides[0]):
        top += _LINE
        middle = (sides[0] + sides[1]) / 2
        drawn += paint.words(line, (middle, top), _SIZE, muted=1, text_anchor="middle")
    return drawn, top


def _hints(
    hints: tuple[str, str], sides: tuple[float, float], top: float, paint: Paint
) -> tuple[str, float]:
    top += _LINE
    left, right = f"← {hints[0]}", f"{hints[1]} →"
    drawn = paint.words(left, (sides[0], top), _SIZE)
    if text_width(left, _SIZE) + text_width(right, _SIZE) + _TICK_GAP > sides[1] - sides[0]:
        top += _LINE
    return drawn + paint.words(right, (sides[1], top), _SIZE, text_anchor="end"), top


def _row_words(
    category: Category, sides: tuple[float, float], top: float, paint: Paint
) -> tuple[str, float]:
    left, right = sides
    drawn, room = "", right - left
    if category.heading:
        for line in wrap(category.heading, _SIZE * 1.15, room):
            top += _LINE + 2
            drawn += paint.words(line, (left, top), _SIZE + 1, bold=1)
        top += 4
    names, notes = wrap(category.name, _SIZE, room), wrap(category.note, _SIZE, room)
    together = text_width(category.name, _SIZE) + text_width(category.note, _SIZE) + _TICK_GAP
    if together <= room and names and notes:
        top += _LINE
        drawn += paint.words(names[0], (left, top - 2), _SIZE)
        drawn += paint.words(notes[0], (right, top - 2), _SIZE, text_anchor="end")
        return drawn, top
    for line, muted in [*((name, "") for name in names), *((note, "1") for note in notes)]:
        top += _LINE
        drawn += paint.words(line, (left, top - 2), _SIZE, muted=muted)
    return drawn, top


def _track_grid(frame: Frame, marking: Marking, y: float, height: float, paint: Paint) -> str:
    data = f"M{frame.left:.1f} {y:.1f}H{frame.right:.1f}" + "".join(
        f"M{frame.x(value):.1f} {y - height / 2:.1f}v{height:.1f}" for value, _ in marking.ticks
    )
    return tag("path", d=data, fill="none", **paint.grid())


def _x_ticks(axis: Axis, span: Span, most: int) -> tuple[tuple[Tick, ...], str]:
    if axis.ticks is not None:
        skip = -(-len(axis.ticks) // most)
        return axis.ticks[::skip], axis.label
    if axis.scale is Scale.LOG:
        return log_ticks(*span, most), axis.label
    if axis.scale is Scale.DATE and axis.origin is not None:
        ticks, years = date_ticks(axis.origin, *span, most)
        return ticks, f"{axis.label}, {years}" if axis.label else years
    return linear_ticks(*span, most, axis.whole), axis.label


def _y_ticks(axis: Axis, span: Span, height: float = 1.0) -> tuple[Tick, ...]:
    if axis.scale is Scale.CATEGORY:
        return ()
    if axis.ticks is not None:
        return axis.ticks
    return linear_ticks(*span, max(2, round(_Y_TICKS * min(height, 1.0))), axis.whole)


def _fits(
    ticks: tuple[Tick, ...], widths: list[float], axis: Axis, span: Span, room: float
) -> bool:
    frame = Frame(0, room, 0, 1, axis, span, (0, 1))
    places = [frame.x(value) for value, _ in ticks]
    return all(
        places[i + 1] - places[i] > (widths[i] + widths[i + 1]) / 2 + _TICK_GAP / 2
        for i in range(len(places) - 1)
    )
