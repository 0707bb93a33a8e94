"""Charts are valid, accessible, safe SVG at any width, whatever the numbers."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from lowdose.inference.result import Answer
from lowdose.report.charts.answer_charts import (
    course_chart,
    levels_chart,
    more_days_chart,
    probability_chart,
)
from lowdose.report.charts.lettering import text_width, wrap
from lowdose.report.charts.palette import DARK, LIGHT, Tones
from lowdose.report.charts.specification import (
    Axis,
    Band,
    Chart,
    Label,
    Line,
    Number,
    Panel,
    Points,
    Role,
    Rule,
    Scale,
    Shade,
    Steps,
)
from lowdose.report.charts.svg import to_svg

SVG = "{http://www.w3.org/2000/svg}"
CHARTS = [course_chart, levels_chart, probability_chart, more_days_chart]


def parsed(chart: Chart, width: int = 720, theme: str = "auto") -> ElementTree.Element:
    return ElementTree.fromstring(to_svg(chart, width=width, theme=theme))


def simple(x: list[Number], y: list[Number], scale: Scale = Scale.LINEAR) -> Chart:
    layers = (Band(x, y, y), Line(x, y), Points(x, y), Steps(x, y), Shade(0, 1), Rule(0.5))
    return Chart("Pain", "A test.", Axis("day", scale), (Panel(Axis("pain"), layers),))


@pytest.mark.parametrize("draw", CHARTS)
def test_a_chart_has_role_title_and_description(answer: Answer, draw: object) -> None:
    chart = draw(answer)  # type: ignore[operator]
    root = parsed(chart)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == chart.title  # type: ignore[union-attr]
    assert root.find(f"{SVG}desc").text == chart.description  # type: ignore[union-attr]


@pytest.mark.parametrize("draw", CHARTS)
@pytest.mark.parametrize("width", [320, 480, 1200])
def test_no_words_overlap_or_leave_the_drawing(answer: Answer, draw: object, width: int) -> None:
    root = parsed(draw(answer), width)  # type: ignore[operator]
    boxes = [box(text) for text in root.iter(f"{SVG}text")]
    assert all(left >= -1 and right <= width + 1 for left, right, _, _ in boxes)
    assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if overlap(a, b)]


def box(text: ElementTree.Element) -> tuple[float, float, float, float]:
    size, x, y = (float(text.get(name, "0")) for name in ("font-size", "x", "y"))
    width = text_width(text.text or "", size)
    left = x - {"end": width, "middle": width / 2}.get(text.get("text-anchor", ""), 0.0)
    return left, left + width, y - 0.75 * size, y + 0.2 * size


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


NUMBERS = some.none() | some.floats(allow_nan=True, allow_infinity=True)


@settings(max_examples=200, deadline=None)
@example([(0.0, 0.0), (math.nan, None)], Scale.LINEAR)
@given(some.lists(some.tuples(NUMBERS, NUMBERS), max_size=12), some.sampled_from(Scale))
def test_any_numbers_give_a_drawing_without_nan(
    pairs: list[tuple[Number, Number]], scale: Scale
) -> None:
    text = to_svg(simple([x for x, _ in pairs], [y for _, y in pairs], scale))
    ElementTree.fromstring(text)
    assert "nan" not in text.replace("DejaVu", "") and "inf" not in text


def test_a_gap_breaks_the_line() -> None:
    whole = Chart("t", "d", Axis(), (Panel(Axis(), (Line((1, 2, 3), (1, 2, 3)),)),))
    broken = Chart("t", "d", Axis(), (Panel(Axis(), (Line((1, 2, 3, 4), (1, math.nan, 3, 4)),)),))
    assert line_data(broken).count("M") == 2 * line_data(whole).count("M")


def line_data(chart: Chart) -> str:
    return next(
        path.get("d", "")
        for path in parsed(chart).iter(f"{SVG}path")
        if path.get("class") == "chart-fitted-line"
    )


def test_years_of_days_stay_a_small_drawing() -> None:
    days = [float(n) for n in range(3000)]
    ratings = [5 + 3 * math.sin(n / 7) for n in days]
    assert len(to_svg(simple([*days], [*ratings]))) < 250_000


def test_huge_day_numbers_are_drawn() -> None:
    parsed(simple([738000.0, 738001.0], [3.0, 4.0]))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a\x00b\ud800", 'x" onload="y', ""])
def test_no_name_can_break_or_script_a_drawing(name: str) -> None:
    layers = (Line((1, 2), (1, 2), label=name), Label(1, 1, name))
    chart = Chart(name, name, Axis(name), (Panel(Axis(name), layers),))
    root = parsed(chart)
    assert not list(root.iter(f"{SVG}script"))
    assert all("onload" not in element.attrib for element in root.iter())


def test_the_same_chart_is_drawn_the_same_and_another_gets_other_ids() -> None:
    one, other = simple([1.0], [2.0]), simple([1.0], [3.0])
    assert to_svg(one) == to_svg(one)
    assert parsed(one).get("aria-labelledby") != parsed(other).get("aria-labelledby")


def test_light_and_dark_have_no_style_sheet_and_auto_has_one() -> None:
    chart = simple([1.0, 2.0], [3.0, 4.0])
    assert [bool(list(parsed(chart, theme=t).iter(f"{SVG}style"))) for t in ("light", "auto")] == [
        False,
        True,
    ]


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, definition of contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tones", [LIGHT, DARK])
def test_text_and_marks_stand_out_from_their_ground(tones: Tones) -> None:
    assert min(contrast(tones.ground, tones.ink), contrast(tones.ground, tones.muted)) >= 4.5
    assert min(contrast(tones.ground, tones.roles[role]) for role in Role) >= 3.0


@given(some.text(max_size=60), some.floats(40, 400))
def test_wrapped_lines_fit_and_keep_every_word(text: str, width: float) -> None:
    lines = wrap(text, 12, width)
    assert all(text_width(line, 12) <= width or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
