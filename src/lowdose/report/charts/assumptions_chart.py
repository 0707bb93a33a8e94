"""What one would have to measure to know more, as a picture: a bar for each assumption that counts.

Moving one assumption while all others stay typical would hide the most important ones where a
typical person gets no relief. So the bars show means over everything else that is uncertain, and
the range with the others typical is drawn on top of them.
"""

from __future__ import annotations

from lowdose.mechanism.parameters import PARAMETERS
from lowdose.population.sensitivity import Influence, Sensitivity
from lowdose.report.charts.specification import (
    Axis,
    Bars,
    Category,
    Chart,
    Intervals,
    Layer,
    Panel,
    Role,
    Rule,
    Scale,
)
from lowdose.report.wording import capital, plural

__all__ = ["nothing_words", "sensitivity_chart", "share_words", "that_count"]

_LEAST_SHARE = 0.02
_MOST_SHOWN = 8


def sensitivity_chart(found: Sensitivity) -> Chart:
    """How far each assumption moves the benefit on the last day, the most important first.

    Beside each stands its total share of the variance (Sobol index) with a 95 % interval.
    """
    rows = that_count(found)
    return Chart(
        title="What would one have to measure to know more?",
        description=_said(found, rows),
        x=Axis(
            "benefit on the last day, % of the starting rating removed",
            low=0.0,
            high=None if rows else 1.0,
        ),
        panels=(
            Panel(
                Axis(_heading(found, rows), scale=Scale.CATEGORY, categories=_names(rows)),
                _layers(found, rows) if rows else (),
            ),
        ),
    )


def _layers(found: Sensitivity, rows: tuple[Influence, ...]) -> tuple[Layer, ...]:
    places = tuple(float(place) for place in range(len(rows)))
    nowhere = (None,) * len(rows)
    lowest, highest = (tuple(100 * one.fifths[end] for one in rows) for end in (0, -1))
    alone = (tuple(100 * one.low for one in rows), tuple(100 * one.high for one in rows))
    typical = (100 * found.typical,) * len(rows)
    return (
        Rule(100 * found.mean, role=Role.ZERO, label="mean over all assumptions"),
        Bars(places, lowest, highest, Role.DOSE, "mean, from its lowest to its highest fifth"),
        Intervals(places, highest, nowhere, nowhere, label="its highest fifth"),
        Intervals(
            places, typical, *alone, Role.REFERENCE, "its 5 and 95 % point, all others typical"
        ),
    )


def that_count(found: Sensitivity) -> tuple[Influence, ...]:
    """The assumptions worth showing: those that have a hand in some of the variance."""
    return tuple(one for one in found.influences if one.total >= _LEAST_SHARE)[:_MOST_SHOWN]


def share_words(one: Influence) -> str:
    """The total share with its interval; estimates beyond 100 % are said as 100 %."""
    total, low, high = (
        round(100 * min(max(share, 0.0), 1.0))
        for share in (one.total, one.total_low, one.total_high)
    )
    return f"{total} % ({low}–{high})"


def _names(rows: tuple[Influence, ...]) -> tuple[Category, ...]:
    return tuple(
        Category(capital(PARAMETERS[one.name].about), f"share {share_words(one)}") for one in rows
    )


def _heading(found: Sensitivity, rows: tuple[Influence, ...]) -> str:
    if not rows:
        return nothing_words(found)
    name = found.structure.replace("_", " ")
    return (
        f"{found.hypothesis}, blockade by {name}, after {plural(found.days, 'day')}. Share: how "
        "much of the doubt about the benefit each has a hand in, by itself or with others."
    )


def nothing_words(found: Sensitivity) -> str:
    """What there is to say where no assumption moves the benefit."""
    return f"Under the hypothesis “{found.hypothesis}” nothing moves the benefit: it stays 0."


def _said(found: Sensitivity, rows: tuple[Influence, ...]) -> str:
    if not rows:
        return nothing_words(found)
    each = "; ".join(
        f"{PARAMETERS[one.name].about}: share {share_words(one)}, mean benefit "
        f"{100 * one.fifths[0]:.1f} to {100 * one.fifths[-1]:.1f} %"
        for one in rows
    )
    return (
        f"Everything typical, the benefit is {100 * found.typical:.1f} % of the starting rating; "
        f"its mean over all assumptions is {100 * found.mean:.1f} %. {each}."
    )
