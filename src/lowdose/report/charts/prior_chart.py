"""What the evidence leads one to expect of the next person, as a picture."""

from __future__ import annotations

import numpy as np

from lowdose.evidence.prior import Belief, EvidencePrior
from lowdose.report.charts.specification import (
    Axis,
    Category,
    Chart,
    Intervals,
    Line,
    Panel,
    Role,
    Rule,
    Scale,
)

__all__ = ["prior_chart"]

_REACH = 3.2  # standard deviations either way
_POINTS = 161
_MEAN = "drug, mean of all people"


def prior_chart(found: EvidencePrior) -> Chart:
    """The drug's effect and the response to placebo: densities above, 95 % intervals below.

    Ratings are shown on 0 to 10; yes or no as log odds, without the response to placebo.
    """
    rows = [
        ("drug, next person", found.effect, Role.ESTIMATE),
        (_MEAN, found.mean_effect, Role.RIVAL),
    ]
    if found.is_rating:
        rows.append(("placebo, next person", found.placebo, Role.REFERENCE))
    factor = 10.0 if found.is_rating else 1.0
    shown = [
        (name, Belief(factor * belief.mean, factor * belief.sd), role)
        for name, belief, role in rows
    ]
    notes = [f"{one.mean:.1f} ({one.low:.1f} to {one.high:.1f})" for _, one, _ in shown]
    names = [Category(name, note) for (name, _, _), note in zip(shown, notes, strict=True)]
    unit = "points of 0 to 10" if found.is_rating else "log odds"
    return Chart(
        title=f"What to expect of the next person: {found.outcome}, {found.condition}",
        description=" ".join(f"{one.name}: {one.note} {unit}." for one in names),
        x=Axis(f"change by it, {unit}", hints=("better", "worse")),
        panels=(
            Panel(
                Axis("how likely", low=0.0, ticks=()),
                (
                    Rule(0.0, role=Role.ZERO),
                    *(_density(*one) for one in shown if one[0] != _MEAN),
                ),
            ),
            Panel(
                Axis(scale=Scale.CATEGORY, categories=tuple(names)),
                (
                    Rule(0.0, role=Role.ZERO),
                    *(
                        Intervals((row,), (one.mean,), (one.low,), (one.high,), role)
                        for row, (_, one, role) in enumerate(shown)
                    ),
                ),
            ),
        ),
    )


def _density(name: str, belief: Belief, role: Role) -> Line:
    z = np.linspace(-_REACH, _REACH, _POINTS)
    height = np.exp(-(z**2) / 2) / (belief.sd * np.sqrt(2 * np.pi))
    places = belief.mean + belief.sd * z
    return Line(tuple(places.tolist()), tuple(height.tolist()), role, name)
