"""SVG elements as text: escaped, rounded, named by meaning.

Everything that a person wrote passes `clean` here, so that no name can break or script a drawing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from lowdose.report.charts.palette import Tones
from lowdose.report.charts.specification import Role

__all__ = ["PREFIX", "Paint", "clean", "number", "outline", "tag"]

PREFIX = "chart-"
_UNFIT = re.compile("[^\t\n -\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Place = tuple[float, float]


def clean(text: str) -> str:
    """Leave out what no XML document may hold (control characters, half characters).

    >>> clean("pain\\x00 \\ud800!")
    'pain !'
    """
    return _UNFIT.sub("", text)


def number(value: float) -> str:
    """A place in px, to a tenth.

    >>> number(3.04), number(-0.01), number(12.25)
    ('3', '0', '12.2')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def tag(name: str, content: str = "", /, **attributes: str | float) -> str:
    """One element; `_` in attribute names stands for `-`, a last `_` is dropped.

    `content` must be markup already; attribute values are escaped here.

    >>> tag("text", "pain", x=3.0, class_="chart-ink")
    '<text x="3" class="chart-ink">pain</text>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def outline(places: Iterable[Place], closed: bool = False) -> str:
    """Path data through the places.

    >>> outline([(0, 0), (1, 2.5)])
    'M0 0L1 2.5'
    """
    written = "L".join(f"{number(x)} {number(y)}" for x, y in places)
    return f"M{written}{'Z' if closed else ''}"


class Paint:
    """Draws with the colours of one theme: every element gets its colour and its class name."""

    def __init__(self, tones: Tones, font: str) -> None:
        self.tones = tones
        self.font = font

    def fill(self, role: Role) -> dict[str, str | float]:
        """Attributes that fill with a meaning's colour."""
        return {"fill": self.tones.roles[role], "class_": f"{PREFIX}{role}"}

    def stroke(self, role: Role) -> dict[str, str | float]:
        """Attributes that draw a line in a meaning's colour."""
        return {
            "fill": "none",
            "stroke": self.tones.roles[role],
            "class_": f"{PREFIX}{role}-line",
        }

    def grid(self) -> dict[str, str | float]:
        """Attributes of a grid line."""
        return {"stroke": self.tones.grid, "class_": f"{PREFIX}grid-line"}

    def words(self, text: str, place: Place, size: float, **more: str | float) -> str:
        """One line of text; `muted=1` for the quieter colour, `bold=1` for headings."""
        muted, bold = bool(more.pop("muted", "")), bool(more.pop("bold", ""))
        return tag(
            "text",
            escape(clean(text)),
            x=place[0],
            y=place[1],
            font_size=size,
            font_weight="600" if bold else "",
            fill=self.tones.muted if muted else self.tones.ink,
            class_=f"{PREFIX}{'muted' if muted else 'ink'}",
            **more,
        )


def _value(value: str | float) -> str:
    return escape(clean(value)) if isinstance(value, str) else number(value)
