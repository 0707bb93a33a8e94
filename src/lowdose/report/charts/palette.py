"""How each meaning looks: colours, line widths and dashes, in light and in dark.

Colours follow Okabe and Ito's set for colour-blind readers (Color Universal Design, 2008,
https://jfly.uni-koeln.de/color/), darkened or lightened until every mark has a contrast of at
least 3 to 1 and every text at least 4.5 to 1 with its ground (WCAG 2.2, 1.4.3 and 1.4.11; tested).
Meanings also differ by dash, width or shape, so that a grey print can be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from lowdose.report.charts.specification import Role

__all__ = ["DARK", "LIGHT", "LOOKS", "Look", "Tones", "adaptive_style", "screen_style"]


@dataclass(frozen=True)
class Tones:
    """The colours of one theme: ground, text, and one colour per meaning."""

    ground: str
    ink: str
    muted: str
    grid: str
    roles: dict[Role, str]


@dataclass(frozen=True)
class Look:
    """Line width in px, dash pattern (SVG), dot radius in px, share of ink in filled areas."""

    width: float = 2.0
    dash: str = ""
    radius: float = 3.0
    tint: float = 0.18


LIGHT = Tones(
    ground="#ffffff",
    ink="#1d2730",
    muted="#55616b",
    grid="#e3e8ec",
    roles={
        Role.OBSERVED: "#6b7780",
        Role.FITTED: "#0060a0",
        Role.EXPLAINED: "#0060a0",
        Role.REFERENCE: "#b34700",
        Role.RIVAL: "#9a3f78",
        Role.DOSE: "#00795a",
        Role.ESTIMATE: "#0060a0",
        Role.HIGHLIGHT: "#00795a",
        Role.HARM: "#b34700",
        Role.ZERO: "#1d2730",
        Role.GUIDE: "#6b7780",
        **dict.fromkeys((Role.P_5_TO_10, Role.P_1_TO_5, Role.P_BELOW_1), "#6b7780"),
    },
)

DARK = Tones(
    ground="#14191e",
    ink="#e8edf1",
    muted="#a9b5be",
    grid="#2b343c",
    roles={
        Role.OBSERVED: "#93a1ab",
        Role.FITTED: "#6cb8f0",
        Role.EXPLAINED: "#6cb8f0",
        Role.REFERENCE: "#f0a04b",
        Role.RIVAL: "#e29cc4",
        Role.DOSE: "#3fc29b",
        Role.ESTIMATE: "#6cb8f0",
        Role.HIGHLIGHT: "#3fc29b",
        Role.HARM: "#f0a04b",
        Role.ZERO: "#e8edf1",
        Role.GUIDE: "#93a1ab",
        **dict.fromkeys((Role.P_5_TO_10, Role.P_1_TO_5, Role.P_BELOW_1), "#93a1ab"),
    },
)

LOOKS = {
    Role.OBSERVED: Look(radius=2.4),
    Role.FITTED: Look(width=2.2),
    Role.EXPLAINED: Look(width=1.6, dash="1.5 3.5"),
    Role.REFERENCE: Look(width=1.8, dash="7 4"),
    Role.RIVAL: Look(width=2.0, dash="8 3 1.5 3"),
    Role.DOSE: Look(width=1.6, tint=0.28),
    Role.ESTIMATE: Look(width=3.0, radius=5.0, tint=0.85),
    Role.HIGHLIGHT: Look(width=3.0, radius=5.0, tint=0.85),
    Role.HARM: Look(width=3.0, radius=5.0, tint=0.85),
    Role.ZERO: Look(width=1.4),
    Role.GUIDE: Look(width=1.2, dash="3 3", tint=0.10),
    Role.P_5_TO_10: Look(tint=0.45),
    Role.P_1_TO_5: Look(tint=0.26),
    Role.P_BELOW_1: Look(tint=0.10),
}


def adaptive_style(prefix: str) -> str:
    """CSS that turns a drawing with class names starting with `prefix` dark where that is wished.

    Rules in a style sheet win over the light colours in the drawing's attributes.

    >>> adaptive_style("chart-").startswith("@media (prefers-color-scheme: dark)")
    True
    """
    roles = "".join(
        f".{prefix}{role}{{fill:{colour}}}.{prefix}{role}-line{{stroke:{colour}}}"
        for role, colour in DARK.roles.items()
    )
    rest = (
        f".{prefix}ground{{fill:{DARK.ground}}}.{prefix}ground-line{{stroke:{DARK.ground}}}"
        f".{prefix}ink{{fill:{DARK.ink}}}"
        f".{prefix}muted{{fill:{DARK.muted}}}.{prefix}grid-line{{stroke:{DARK.grid}}}"
    )
    return f"@media (prefers-color-scheme: dark){{{rest}{roles}}}"


def screen_style(prefix: str) -> str:
    """The same for a page that is printed too: paper stays white.

    >>> screen_style("chart-").startswith("@media screen and (prefers-color-scheme: dark)")
    True
    """
    return adaptive_style(prefix).replace("@media (", "@media screen and (")
