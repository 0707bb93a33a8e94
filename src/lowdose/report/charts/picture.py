"""Charts as files: SVG, PNG, or a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from lowdose.errors import Fault, InputError
from lowdose.report.charts.diagram import Diagram
from lowdose.report.charts.elements import clean
from lowdose.report.charts.specification import Chart
from lowdose.report.charts.svg import to_svg
from lowdose.report.files import write_whole

__all__ = ["PRINT_FONT", "save_chart", "to_png"]

# Shipped inside typst, so that a picture is the same on every machine.
PRINT_FONT = "Libertinus Serif"
_POINTS_PER_PIXEL = 0.75
_PIXELS_PER_INCH = 96
_PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1pt)
"""
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"></head>
<body><main>{drawing}<p>{description}</p></main></body></html>
"""


def to_png(
    chart: Chart | Diagram,
    scale: float = 2.0,
    *,
    width: int = 720,
    theme: str = "light",
    heading: bool = True,
) -> bytes:
    """Draw a chart as a PNG picture of `width` times `scale` px; without its title, if so asked."""
    import typst

    drawing = to_svg(chart, width=width, theme=theme, heading=heading, font=PRINT_FONT)
    inputs = {"svg": drawing, "width": str(width * _POINTS_PER_PIXEL)}
    resolution = _PIXELS_PER_INCH * scale
    return bytes(typst.compile(_PICTURE, format="png", ppi=resolution, sys_inputs=inputs))


def save_chart(chart: Chart | Diagram, path: str | Path) -> None:
    """Write a chart to a file; the name's ending says how: .svg, .png or .html.

    Raises:
        InputError: another ending.
        OutputError: the file could not be written.
    """
    ending = Path(path).suffix.lower()
    if ending not in _WRITERS:
        place, expected = "the chart's file name", "a name ending in .svg, .png or .html"
        raise InputError([Fault(place, repr(str(path)), expected)])
    write_whole(path, _WRITERS[ending](chart))


def _page(chart: Chart | Diagram) -> str:
    return _PAGE.format(
        title=escape(clean(chart.title)),
        description=escape(clean(chart.description)),
        drawing=to_svg(chart, theme="auto"),
    )


_WRITERS: dict[str, Callable[[Chart | Diagram], str | bytes]] = {
    ".svg": to_svg,
    ".png": to_png,
    ".html": _page,
}
