"""The funnel picture: effects against their standard errors, with the contours of significance.

Small studies lie at the bottom. If those missing are the ones that would lie where p is large, they
may have gone unpublished; if they are missing elsewhere, there is another reason.

Source: Peters 2008, doi:10.1016/j.jclinepi.2007.11.010.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from lowdose.errors import InputError
from lowdose.evidence.pooling.small_studies import egger
from lowdose.evidence.pooling.trim_and_fill import trim_and_fill
from lowdose.evidence.views import Views
from lowdose.report.charts.specification import (
    Axis,
    Band,
    Chart,
    Layer,
    Panel,
    Points,
    Role,
    Rule,
    Scale,
)
from lowdose.report.charts.ticks import linear_ticks
from lowdose.report.evidence_text import Pool

__all__ = ["egger_words", "funnel_chart"]

# Of the normal distribution, two-sided: p = 0.1, 0.05 and 0.01.
_CONTOURS = (1.644854, 1.959964, 2.575829)
_LOG_ROOM = math.log(1.1)  # what a logarithmic axis adds at either end
_FEW = 10  # studies, below which tests of a lopsided funnel find little


def funnel_chart(what: Pool, views: Views, *, filled: bool = False) -> Chart:
    """Every study's effect against its standard error, shaded by the p that would lie there.

    `filled` adds the studies that trim and fill thinks missing. Ratios lie on a logarithmic axis.
    """
    errors = [math.sqrt(one) for one in what.variances]
    more, more_errors = _missing(what) if filled else ((), ())
    depth = 1.08 * max(*errors, *more_errors, 0.0)
    low, high = _ends((*what.values, *more, views.asked.estimate), depth)
    shown = math.exp if what.is_log else float
    scale = Scale.LOG if what.is_log else Scale.LINEAR
    caption = egger_words(what.values, what.variances)
    name = f"Standard error, small at the top. {caption}"
    ticks = tuple((-place, text) for place, text in linear_ticks(0.0, depth, 6))
    room = _LOG_ROOM if what.is_log else 0.0
    layers: list[Layer] = [
        *_contours(low - room, high + room, depth, what.is_log),
        Rule(shown(0.0), role=Role.ZERO, label="no difference"),
        Rule(shown(views.asked.estimate), role=Role.REFERENCE, label="pooled"),
        _dots(what, what.values, errors, Role.ESTIMATE, "study"),
    ]
    if more:
        layers.append(_dots(what, more, more_errors, Role.HARM, _FILLED))
    return Chart(
        title=f"Do small studies find more? {what.heading}",
        description=_said(what, errors, caption),
        x=Axis(what.measure, scale, low=shown(low), high=shown(high)),
        panels=(Panel(Axis(name, low=-depth, high=0.0, ticks=ticks), tuple(layers), height=1.3),),
    )


_FILLED = "filled in by trim and fill, not a study"


def _ends(values: Sequence[float], depth: float) -> tuple[float, float]:
    """Wide enough for every study and for the widest contour at half the depth."""
    reach = _CONTOURS[-1] * depth / 2
    low, high = min(*values, -reach), max(*values, reach)
    room = 0.05 * (high - low)
    return low - room, high + room


def _contours(low: float, high: float, depth: float, is_log: bool) -> list[Band]:
    """Where p lies between two limits: |effect| = z times standard error at each of them."""
    corners = sorted(
        {
            low,
            0.0,
            high,
            *(s * z * depth for z in _CONTOURS for s in (-1, 1) if low < s * z * depth < high),
        }
    )
    shown = [math.exp(one) if is_log else one for one in corners]
    edges = [[-min(abs(one) / z, depth) for one in corners] for z in _CONTOURS]
    top = [0.0] * len(corners)
    roles = (Role.P_5_TO_10, Role.P_1_TO_5, Role.P_BELOW_1)
    labels = ("p 0.05 to 0.1", "p 0.01 to 0.05", "p below 0.01")
    return [
        Band(shown, below, above, role, label)
        for below, above, role, label in zip(edges, (*edges[1:], top), roles, labels, strict=True)
    ]


def _dots(
    what: Pool, values: Sequence[float], errors: Sequence[float], role: Role, label: str
) -> Points:
    shown = [math.exp(one) if what.is_log else one for one in values]
    return Points(shown, [-one for one in errors], role, label)


def _missing(what: Pool) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if len(what.values) < 3:
        return (), ()
    found = trim_and_fill(what.values, what.variances)
    return found.filled_value, tuple(math.sqrt(one) for one in found.filled_variance)


def egger_words(values: Sequence[float], variances: Sequence[float]) -> str:
    """Egger's test in a sentence, with what few studies make of it.

    >>> egger_words([-0.9, -0.3], [0.1, 0.05])
    "Egger's test needs three studies or more."
    """
    if len(values) < 3:
        return "Egger's test needs three studies or more."
    try:
        found = egger(values, variances)
    except InputError:
        return "Egger's test needs studies that differ in size."
    said = f"Egger's test of a lopsided funnel: p {found.p:.2g}."
    if len(values) < _FEW:
        said += f" With {len(values)} studies it can find little, and silence proves nothing."
    return said


def _said(what: Pool, errors: Sequence[float], caption: str) -> str:
    shown = [math.exp(one) if what.is_log else one for one in what.values]
    each = "; ".join(
        f"{study} {value:.2f}, standard error {error:.2f}"
        for study, value, error in zip(what.studies, shown, errors, strict=True)
    )
    return f"{each}. {caption}"
