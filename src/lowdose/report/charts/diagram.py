"""What a flow diagram shows, as plain values: boxes with words, each leading to others."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Box", "Diagram"]


@dataclass(frozen=True)
class Box:
    """A heading, lines under it, what comes next, and what leaves the way to the side."""

    heading: str
    lines: tuple[str, ...] = ()
    below: tuple[Box, ...] = ()
    beside: Box | None = None


@dataclass(frozen=True)
class Diagram:
    """A flow from one box down: what it is called, what it says in words, and where it starts.

    In a notebook it draws itself.

    >>> Diagram("Flow", "One box.", Box("Enrolled", ("20 people",)))._repr_svg_()[:4]
    '<svg'
    """

    title: str
    description: str
    start: Box

    def _repr_svg_(self) -> str:
        from lowdose.report.charts.svg import to_svg

        return to_svg(self)
