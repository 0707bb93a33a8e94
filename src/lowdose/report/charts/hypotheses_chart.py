"""Hypotheses as pictures: what each predicts of the published trials, and what would settle it."""

from __future__ import annotations

from collections.abc import Sequence

from lowdose.report.charts.specification import (
    Axis,
    Category,
    Chart,
    Intervals,
    Line,
    Panel,
    Points,
    Role,
    Rule,
    Scale,
)
from lowdose.trial.hypotheses.compare import Comparison
from lowdose.trial.hypotheses.settle import Settled

__all__ = ["comparison_chart", "settled_chart"]

_ROLES = (Role.REFERENCE, Role.FITTED, Role.RIVAL, Role.DOSE, Role.EXPLAINED, Role.HARM)


def comparison_chart(found: Comparison) -> Chart:
    """Each trial's result and what every hypothesis predicts of it, in the trial's standard errors.

    A row a trial: the reported estimate with its interval, below it 95 % of predicted estimates.
    """
    rows: list[Category] = []
    layers: list[Intervals] = []
    for place, trial in enumerate(found.trials):
        sign = (
            -1.0
            if trial.difference > 0 and trial.design.outcome.direction != "lower_is_better"
            else 1.0
        )
        sign = -1.0 if trial.responders else sign
        unit = sign / trial.se
        low, high = sorted((unit * trial.low, unit * trial.high))
        layers.append(
            Intervals(
                (float(len(rows)),), (unit * trial.difference,), (low,), (high,), Role.OBSERVED
            )
        )
        rows.append(Category("reported", heading=trial.name))
        for role, row in zip(_ROLES * 9, found.predictions, strict=False):
            one = row[place]
            low, high = sorted(unit * end for end in one.interval95)
            middle = unit * float(one.effects.mean())
            layers.append(Intervals((float(len(rows)),), (middle,), (low,), (high,), role))
            rows.append(Category(one.hypothesis))
    return Chart(
        title="What each hypothesis predicts of the published trials",
        description="; ".join(
            f"{one.hypothesis} is left with {100 * one.weight:.0f} %" for one in found.scores
        ),
        x=Axis("difference between drug and placebo, in standard errors of the trial",
               hints=("drug better", "placebo better")),
        panels=(
            Panel(
                Axis(scale=Scale.CATEGORY, categories=tuple(rows)),
                (Rule(0.0, role=Role.ZERO), *layers),
            ),
        ),
    )  # fmt: skip


def settled_chart(found: Sequence[Settled], hypotheses: Sequence[str]) -> Chart:
    """Expected information against people, a line for each design."""
    names = list(dict.fromkeys(one.design for one in found))
    layers: list[Line | Points] = []
    for role, name in zip(_ROLES * 9, names, strict=False):
        ones = sorted((one for one in found if one.design == name), key=lambda one: one.people)
        x, y = tuple(float(one.people) for one in ones), tuple(one.bits for one in ones)
        layers += [Line(x, y, role, name), Points(x, y, role)]
    return Chart(
        title=f"Which trial would tell {' and '.join(hypotheses)} apart?",
        description="; ".join(
            f"{one.design} with {one.people}: {one.bits:.2f} bits" for one in found
        ),
        x=Axis("people in the trial", low=0.0),
        panels=(Panel(Axis("expected information (bits)", low=0.0, high=1.0), tuple(layers)),),
    )
