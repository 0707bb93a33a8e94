"""Lay a chart out and draw it as one SVG element.

From top to bottom: title, legend, panels (each with its vertical axis named above it), the
horizontal axis. Words never share a line with marks or with each other: names of categories
stand above their rows, meanings in the legend, and every line of text is measured first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from html import escape

from lowdose.report.charts.axes import (
    Marking,
    draw_grid,
    draw_x_axis,
    left_room,
    mark_x,
    panel_head,
    panel_height,
    row_tracks,
)
from lowdose.report.charts.diagram import Diagram
from lowdose.report.charts.diagram_svg import draw_diagram
from lowdose.report.charts.elements import PREFIX, Paint, clean, tag
from lowdose.report.charts.frame import Frame, x_span, y_span
from lowdose.report.charts.legend import draw_legend
from lowdose.report.charts.lettering import FONT, wrap
from lowdose.report.charts.marks import draw
from lowdose.report.charts.palette import DARK, LIGHT, adaptive_style
from lowdose.report.charts.specification import Chart, Panel, Scale

__all__ = ["THEMES", "to_svg"]

THEMES = ("auto", "light", "dark")
_MARGIN = 10.0
_TITLE_SIZE = 16.0
_TITLE_LINE = 22.0
_GAP = 14.0


def to_svg(
    chart: Chart | Diagram,
    *,
    width: int = 720,
    theme: str = "auto",
    heading: bool = True,
    font: str = FONT,
) -> str:
    """Draw a chart or a flow diagram `width` px wide (at least 240) as one accessible SVG element.

    `theme` is "light", "dark", or "auto" (follows the reader's setting). `heading=False` leaves
    the visible title out, for pages that print it themselves.

    Raises:
        ValueError: an unknown theme (a mistake of the program, not of a person).
    """
    if theme not in THEMES:
        raise ValueError(f"theme {theme!r}, expected one of {', '.join(THEMES)}")
    width = max(240, width)
    paint = Paint(DARK if theme == "dark" else LIGHT, font)
    parts, height = _body(chart, width, heading, paint)
    style = tag("style", adaptive_style(PREFIX)) if theme == "auto" else ""
    return _wrap_up(chart, (width, height), style + "".join(parts), paint, f"{width}{theme}{font}")


def _body(
    chart: Chart | Diagram, width: int, heading: bool, paint: Paint
) -> tuple[list[str], float]:
    top, title = _MARGIN, ""
    if heading:
        title, top = _title(chart.title, width, top, paint)
    if isinstance(chart, Diagram):
        drawn, top = draw_diagram(chart.start, (_MARGIN, width - _MARGIN), top, paint)
        return [title, drawn], top
    parts, top = _chart(chart, width, top, paint)
    return [title, *parts], top + _MARGIN


def _chart(chart: Chart, width: int, top: float, paint: Paint) -> tuple[list[str], float]:
    parts = []
    layers = [layer for panel in chart.panels for layer in panel.layers]
    drawn, top = draw_legend(layers, (_MARGIN, width - _MARGIN), top, paint)
    parts.append(drawn)
    left = _MARGIN + max(left_room(panel, y_span(panel)) for panel in chart.panels)
    marking = mark_x(chart.x, x_span(chart), width - _MARGIN - left)
    right = width - _MARGIN - marking.overhang
    for panel in chart.panels:
        drawn, top = _panel(panel, (left, right), top, marking, paint)
        parts.append(drawn)
    drawn, top = draw_x_axis(chart.x, marking, (left, right), top, paint)
    parts.append(drawn)
    return parts, top


def _title(text: str, width: int, top: float, paint: Paint) -> tuple[str, float]:
    lines = wrap(text, _TITLE_SIZE * 1.06, width - 2 * _MARGIN)  # bold letters are wider
    drawn = "".join(
        paint.words(line, (_MARGIN, top + _TITLE_SIZE + n * _TITLE_LINE), _TITLE_SIZE, bold=1)
        for n, line in enumerate(lines)
    )
    return drawn, top + len(lines) * _TITLE_LINE + 6


def _panel(
    panel: Panel, sides: tuple[float, float], top: float, marking: Marking, paint: Paint
) -> tuple[str, float]:
    head, top = panel_head(panel, sides, top, paint)
    words, rows, bottom = row_tracks(panel, sides, top, paint)
    if panel.y.scale is not Scale.CATEGORY:
        bottom = top + panel_height(panel, sides[1] - sides[0])
    frame = Frame(*sides, top, bottom, marking.axis, marking.span, y_span(panel), rows)
    grid = draw_grid(panel, frame, marking, paint)
    marks = "".join(draw(layer, frame, paint) for layer in panel.layers)
    return head + grid + words + marks, bottom + _GAP


def _wrap_up(
    chart: Chart | Diagram, size: tuple[float, float], content: str, paint: Paint, variant: str
) -> str:
    name = (
        PREFIX + hashlib.sha256((repr(chart) + variant).encode("utf-8", "replace")).hexdigest()[:10]
    )
    width, height = size
    texts: Sequence[str] = (
        f'<title id="{name}-t">{escape(clean(chart.title))}</title>',
        f'<desc id="{name}-d">{escape(clean(chart.description))}</desc>',
    )
    ground = tag(
        "rect", width=width, height=height, fill=paint.tones.ground, class_=f"{PREFIX}ground"
    )
    return tag(
        "svg",
        "".join(texts) + ground + content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {round(height)}",
        width=width,
        height=round(height),
        role="img",
        aria_labelledby=f"{name}-t",
        aria_describedby=f"{name}-d",
        font_family=paint.font,
    )
