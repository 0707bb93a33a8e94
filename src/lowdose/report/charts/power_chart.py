"""Power as a picture: against people, or against whatever was varied, a line for each effect."""

from __future__ import annotations

from collections.abc import Sequence

from lowdose.report.charts.specification import (
    Axis,
    Band,
    Category,
    Chart,
    Intervals,
    Layer,
    Line,
    Panel,
    Points,
    Role,
    Rule,
    Scale,
)
from lowdose.trial.operate.grid import VARIED
from lowdose.trial.operate.values import Operating

__all__ = ["best_design_chart", "power_chart"]

_Z = 1.96
_ROLES = (Role.FITTED, Role.RIVAL, Role.REFERENCE, Role.DOSE, Role.HARM, Role.EXPLAINED)
_SHORT = {
    "people": "people",
    "effect": "better by",
    "effect_sd": "effects differ by",
    "dropout": "share who leave",
    "weeks": "weeks",
}
_PERCENT = tuple((share / 100, f"{share} %") for share in (0, 20, 40, 60, 80, 100))


def power_chart(title: str, found: Sequence[Operating]) -> Chart:
    """The share of trials that find something, with 95 % Monte-Carlo bands.

    Along the bottom goes what was varied most (people first); each other combination is a line.
    """
    along = _along(found)
    lines: dict[str, list[Operating]] = {}
    for one in found:
        rest = ", ".join(
            f"{_SHORT[name]} {value:g}" for name, value in one.varied.items() if name != along
        )
        lines.setdefault(rest or "power", []).append(one)
    layers: list[Layer] = [Rule(0.8, upright=False, label="80 %")]
    for role, (label, ones) in zip(_repeated(len(lines)), lines.items(), strict=True):
        layers += _line(along, role, label, sorted(ones, key=lambda one: _place(along, one)))
    return Chart(
        title=title,
        description=_said(found),
        x=Axis(VARIED.get(along, "people in a trial"), low=0.0),
        panels=(
            Panel(
                Axis("trials that find a difference", ticks=_PERCENT, low=0, high=1), tuple(layers)
            ),
        ),
    )


def best_design_chart(title: str, found: Sequence[tuple[str, Operating]]) -> Chart:
    """Designs of one budget side by side, the best first, with 95 % Monte-Carlo intervals."""
    rows = sorted(found, key=lambda pair: -pair[1].power.value)
    places = tuple(float(place) for place in range(len(rows)))
    middle = tuple(one.power.value for _, one in rows)
    ends = tuple(_Z * one.power.error for _, one in rows)
    names = tuple(
        Category(name, f"{one.people} people × {one.weeks:g} weeks") for name, one in rows
    )
    return Chart(
        title=title,
        description="; ".join(f"{name}: {one.power.value:.0%}" for name, one in rows),
        x=Axis("trials that find the difference", ticks=_PERCENT, low=0.0, high=1.0),
        panels=(
            Panel(
                Axis(scale=Scale.CATEGORY, categories=names),
                (
                    Rule(0.8, label="80 %"),
                    Intervals(
                        places,
                        middle,
                        tuple(max(0.0, m - e) for m, e in zip(middle, ends, strict=True)),
                        tuple(min(1.0, m + e) for m, e in zip(middle, ends, strict=True)),
                    ),
                ),
            ),
        ),
    )


def _along(found: Sequence[Operating]) -> str:
    """What was varied in most values; people where nothing was."""
    names = list(found[0].varied)
    if not names:
        return "people"
    counts = {name: len({one.varied[name] for one in found}) for name in names}
    return max(names, key=lambda name: (counts[name], name == "people"))


def _place(along: str, one: Operating) -> float:
    return one.varied.get(along, float(one.people))


def _line(along: str, role: Role, label: str, ones: Sequence[Operating]) -> list[Layer]:
    x = tuple(_place(along, one) for one in ones)
    power = tuple(one.power.value for one in ones)
    half = tuple(_Z * one.power.error for one in ones)
    low = tuple(max(0.0, p - h) for p, h in zip(power, half, strict=True))
    high = tuple(min(1.0, p + h) for p, h in zip(power, half, strict=True))
    return [Band(x, low, high, role), Line(x, power, role, label), Points(x, power, role)]


def _repeated(count: int) -> list[Role]:
    return [_ROLES[place % len(_ROLES)] for place in range(count)]


def _said(found: Sequence[Operating]) -> str:
    return "; ".join(
        f"{', '.join(f'{VARIED[n]} {v:g}' for n, v in one.varied.items()) or one.people}: "
        f"{one.power.value:.0%}"
        for one in found
    )
