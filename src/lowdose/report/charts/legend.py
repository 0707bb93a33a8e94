"""The legend: a small drawing and a few words for every labelled layer, in rows that fit."""

from __future__ import annotations

from collections.abc import Iterable

from lowdose.report.charts.elements import Paint, tag
from lowdose.report.charts.lettering import text_width, wrap
from lowdose.report.charts.marks import bar
from lowdose.report.charts.palette import LOOKS
from lowdose.report.charts.specification import (
    Band,
    Bars,
    Intervals,
    Label,
    Layer,
    Points,
    Shade,
    Steps,
)

__all__ = ["draw_legend"]

_SIZE = 12.0
_LINE = 17.0
_SWATCH = 24.0
_GAP = 18.0


def draw_legend(
    layers: Iterable[Layer], sides: tuple[float, float], top: float, paint: Paint
) -> tuple[str, float]:
    """Draw the labelled layers' legend; gives the markup and the new top in px."""
    shown = {layer.label: layer for layer in layers if not isinstance(layer, Label) and layer.label}
    x, y, drawn = sides[0], top, ""
    for label, layer in shown.items():
        lines = wrap(label, _SIZE, sides[1] - sides[0] - _SWATCH - 6)
        width = _SWATCH + 6 + max(text_width(line, _SIZE) for line in lines)
        if x > sides[0] and x + width > sides[1]:
            x, y = sides[0], y + _LINE
        drawn += _swatch(layer, x, y + _LINE / 2, paint)
        for n, line in enumerate(lines):
            y += _LINE if n else 0
            drawn += paint.words(line, (x + _SWATCH + 6, y + _LINE / 2 + _SIZE * 0.36), _SIZE)
        x = x + width + _GAP if len(lines) == 1 else sides[1] + 1
    return drawn, (y + _LINE + 10 if shown else top)


def _swatch(layer: Layer, x: float, y: float, paint: Paint) -> str:
    if isinstance(layer, Label):
        return ""
    look, role = LOOKS[layer.role], layer.role
    if isinstance(layer, Points):
        return tag("circle", cx=x + _SWATCH / 2, cy=y, r=look.radius, **paint.fill(role))
    if isinstance(layer, Bars):
        return bar(layer, (x, x + _SWATCH), (y - 5, y + 5), paint)
    if isinstance(layer, Band | Shade | Steps):
        data = f"M{x:.1f} {y - 5:.1f}h{_SWATCH:.0f}v10h-{_SWATCH:.0f}Z"
        return tag("path", d=data, fill_opacity=str(look.tint), **paint.fill(role))
    stroke = tag(
        "path",
        d=f"M{x:.1f} {y:.1f}h{_SWATCH:.0f}",
        stroke_width=look.width,
        stroke_dasharray=look.dash,
        **paint.stroke(role),
    )
    if isinstance(layer, Intervals):
        stroke += tag("circle", cx=x + _SWATCH / 2, cy=y, r=look.radius, **paint.fill(role))
    return stroke
