"""Lay a flow diagram out: levels of boxes side by side where there is room, else a list of boxes.

Every line of text is measured before its box is drawn, so that no words leave their box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lowdose.report.charts.diagram import Box
from lowdose.report.charts.elements import Paint, outline, tag
from lowdose.report.charts.lettering import wrap
from lowdose.report.charts.specification import Role

__all__ = ["draw_diagram"]

_SIZE = 12.0
_LINE = 16.0
_INSET = 9.0
_GAP = 26.0
_INDENT = 22.0
_WIDEST = 300.0
_NARROWEST = 115.0
_BOLD = 1.08  # bold letters are wider
Sides = tuple[float, float]


@dataclass(frozen=True)
class _Placed:
    """A box between two sides, px."""

    box: Box
    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        words = _words(self.box, self.right - self.left)
        return 2 * _INSET + _LINE * len(words) - (_LINE - _SIZE)


def draw_diagram(start: Box, sides: Sides, top: float, paint: Paint) -> tuple[str, float]:
    """Draw everything from `start` down; gives the markup and the new top in px."""
    if (sides[1] - sides[0]) / _leaves(start) < _NARROWEST or sides[1] - sides[0] < 2 * _WIDEST:
        return _listed(start, sides, top, paint)
    return _levels([(start, sides)], top, paint)


def _leaves(box: Box) -> int:
    return sum(map(_leaves, box.below)) or 1


def _words(box: Box, width: float) -> list[tuple[str, bool]]:
    room = width - 2 * _INSET
    bold = [(line, True) for line in wrap(box.heading, _SIZE * _BOLD, room)]
    return bold + [(line, False) for text in box.lines for line in wrap(text, _SIZE, room)]


def _drawn(placed: _Placed, top: float, height: float, paint: Paint) -> str:
    frame = tag(
        "rect",
        x=placed.left,
        y=top,
        width=placed.right - placed.left,
        height=height,
        rx=3.0,
        stroke_width=1.2,
        **paint.stroke(Role.GUIDE),
    )
    y = top + _INSET + _SIZE - 2
    for line, bold in _words(placed.box, placed.right - placed.left):
        more = {"bold": 1} if bold else {}
        frame += paint.words(line, (placed.left + _INSET, y), _SIZE, **more)
        y += _LINE
    return frame


def _arrow(places: list[tuple[float, float]], paint: Paint) -> str:
    """A line through the places with a head at its end."""
    (x0, _), (x, y) = places[-2:]
    line = tag("path", d=outline(places), stroke_width=1.2, **paint.stroke(Role.GUIDE))
    if x == x0:
        head = [(x - 4, y - 7), (x + 4, y - 7), (x, y)]
    else:
        head = [(x - 7, y - 4), (x - 7, y + 4), (x, y)]
    return line + tag("path", d=outline(head, closed=True), **paint.fill(Role.GUIDE))


def _levels(level: list[tuple[Box, Sides]], top: float, paint: Paint) -> tuple[str, float]:
    drawn, arrows = "", ""
    while level:
        placed = [_within(box, sides) for box, sides in level]
        height = max(one.height for one in placed)
        drawn += "".join(_drawn(one, top, height, paint) for one in placed)
        bottom = top + height
        aside = [
            (one, _Placed(one.box.beside, one.middle + _GAP, min(sides[1], one.middle + _WIDEST)))
            for one, (_, sides) in zip(placed, level, strict=True)
            if one.box.beside
        ]
        top = bottom + _GAP
        for one, side in aside:
            drawn += _drawn(side, top, side.height, paint)
            middle = top + side.height / 2
            arrows += _arrow([(one.middle, middle), (side.left, middle)], paint)
        top += max((side.height + _GAP for _, side in aside), default=0.0)
        following = [_shared(box.below, sides) for box, sides in level]
        for one, next_ones in zip(placed, following, strict=True):
            for box, sides in next_ones:
                end = (_within(box, sides).middle, top)
                turn = top - _GAP / 2
                arrows += _arrow(
                    [(one.middle, bottom), (one.middle, turn), (end[0], turn), end], paint
                )
        level = [one for next_ones in following for one in next_ones]
    return arrows + drawn, bottom + _GAP / 2


def _within(box: Box, sides: Sides) -> _Placed:
    half = min((sides[1] - sides[0]) / 2 - 6, _WIDEST / 2)
    middle = (sides[0] + sides[1]) / 2
    return _Placed(box, middle - half, middle + half)


def _shared(boxes: tuple[Box, ...], sides: Sides) -> list[tuple[Box, Sides]]:
    """The room between two sides, shared by boxes as they need it."""
    leaves = [_leaves(box) for box in boxes]
    unit = (sides[1] - sides[0]) / max(sum(leaves), 1)
    ends = [sides[0] + unit * sum(leaves[: number + 1]) for number in range(len(boxes))]
    starts = [sides[0], *ends]
    return [(box, (left, right)) for box, left, right in zip(boxes, starts, ends, strict=False)]


def _listed(start: Box, sides: Sides, top: float, paint: Paint) -> tuple[str, float]:
    """All boxes under each other, those that branch off set in."""
    drawn = ""
    hooks: dict[int, tuple[float, float]] = {}  # where the line from a box to its branches starts
    for box, depth, branch in _in_order(start, 0, branch=False):
        placed = _Placed(box, sides[0] + depth * _INDENT, sides[1])
        if box is not start:
            top += _GAP * 0.7
        height = placed.height
        drawn += _drawn(placed, top, height, paint)
        if branch:
            x, y = hooks[depth - 1]
            middle = top + height / 2
            drawn += _arrow([(x, y), (x, middle), (placed.left, middle)], paint)
        elif box is not start:
            x = placed.left + _INDENT
            drawn += _arrow([(x, top - _GAP * 0.7), (x, top)], paint)
        hooks[depth] = (placed.left + _INDENT / 2, top + height)
        top += height
    return drawn, top + _GAP / 2


def _in_order(box: Box, depth: int, *, branch: bool) -> Iterator[tuple[Box, int, bool]]:
    yield box, depth, branch
    if box.beside:
        yield from _in_order(box.beside, depth + 1, branch=True)
    only = len(box.below) == 1 and not box.beside
    for one in box.below:
        yield from _in_order(one, depth if only else depth + 1, branch=not only)
