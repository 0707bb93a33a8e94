"""Effects as pictures: every person's own, with the others' help and alone; and all together."""

from __future__ import annotations

import math
from dataclasses import replace

from lowdose.report.charts.specification import (
    Axis,
    Category,
    Chart,
    Intervals,
    Layer,
    Panel,
    Role,
    Rule,
    Scale,
)
from lowdose.report.trial_measure import measure_of
from lowdose.report.wording import interval_words, signed
from lowdose.trial.analyse.values import PersonEffect, Result
from lowdose.trial.design.values import Design

__all__ = ["people_charts", "pooled_chart"]

PER_CHART = 15
MOST_CHARTS = 4
_Z95 = 1.959963984540054  # of the normal distribution


def people_charts(design: Design, people: tuple[PersonEffect, ...]) -> tuple[Chart, ...]:
    """Each person's effect, sorted, fifteen to a picture; of many, sixty spread evenly."""
    known = sorted((one for one in people if math.isfinite(one.effect)), key=_by_effect)
    most = PER_CHART * MOST_CHARTS
    if len(known) > most:
        known = [known[round(n * (len(known) - 1) / (most - 1))] for n in range(most)]
    axis = _common_axis(design, known)
    return tuple(
        _people(design, known[first : first + PER_CHART], axis)
        for first in range(0, len(known), PER_CHART)
    )


def _by_effect(one: PersonEffect) -> float:
    return one.effect


def _common_axis(design: Design, people: list[PersonEffect]) -> Axis:
    """One axis for all pictures, so that they can be laid side by side."""
    ends = [end for one in people for end in _ends(one)]
    ends += [end for one in people if one.alone for end in one.alone.interval95]
    known = [end for end in (0.0, *ends) if math.isfinite(end)]
    room = 0.04 * (max(known) - min(known))
    return replace(_axis(design), low=min(known) - room, high=max(known) + room)


def _people(design: Design, people: list[PersonEffect], axis: Axis) -> Chart:
    rows = tuple(Category(f"{one.person}, {one.sequence}", _note(one)) for one in people)
    alone = [(row, one.alone) for row, one in enumerate(people) if one.alone is not None]
    ends = [one.interval95 for _, one in alone]
    layers: tuple[Layer, ...] = (
        *_rules(design),
        Intervals(
            row=tuple(row for row, _ in alone),
            middle=tuple(one.estimate for _, one in alone),
            low=tuple(low for low, _ in ends),
            high=tuple(high for _, high in ends),
            role=Role.OBSERVED,
            label="from this person's ratings alone, 95 % interval",
            shift=-0.25,
        ),
        Intervals(
            row=tuple(range(len(people))),
            middle=tuple(one.effect for one in people),
            low=tuple(_ends(one)[0] for one in people),
            high=tuple(_ends(one)[1] for one in people),
            role=Role.ESTIMATE,
            label="with what is known of the others, 95 % interval",
            shift=0.25,
        ),
    )
    return Chart(
        title="Each person's own effect",
        description=" ".join(f"{one.name}: {one.note}." for one in rows),
        x=axis,
        panels=(Panel(Axis(scale=Scale.CATEGORY, categories=rows), layers),),
    )


def _ends(one: PersonEffect) -> tuple[float, float]:
    return one.effect - _Z95 * one.sd, one.effect + _Z95 * one.sd


def _note(one: PersonEffect) -> str:
    return f"{signed(one.effect)} ({interval_words(_ends(one), sign=True)})"


def _axis(design: Design) -> Axis:
    measure = measure_of(design)
    if measure.higher_is_better is None:
        return Axis(measure.axis)
    ends = ("worse", "better") if measure.higher_is_better else ("better", "worse")
    return Axis(measure.axis, hints=ends)


def _rules(design: Design) -> tuple[Rule, ...]:
    measure = measure_of(design)
    if not measure.is_difference:
        return ()
    zero = Rule(0.0, role=Role.ZERO, label="no difference")
    important = measure.important
    if important is None:
        return (zero,)
    label = f"smallest difference that matters, {important:g}"
    return (zero, *(Rule(end, role=Role.GUIDE, label=label) for end in (-important, important)))


def pooled_chart(design: Design, result: Result) -> Chart:
    """The primary estimate with its interval, and under it every person's own effect as a dot."""
    level = 1 - design.analysis.alpha
    low, high = result.primary.interval(level)
    digits = measure_of(design).digits
    ends = interval_words((low, high), digits, sign=True)
    said = f"{signed(result.primary.estimate, digits)} ({ends})"
    rows = [Category(result.primary.what, said)]
    layers: list[Layer] = [
        *_rules(design),
        Intervals(
            (0,),
            (result.primary.estimate,),
            (low,),
            (high,),
            label=f"all together, {100 * level:g} % interval",
        ),
    ]
    effects = [one.effect for one in result.people if math.isfinite(one.effect)]
    if effects:
        rows.append(Category("each person's own effect", f"{len(effects)} people"))
        nothing = (None,) * len(effects)
        layers.append(
            Intervals(
                (1,) * len(effects),
                tuple(effects),
                nothing,
                nothing,
                role=Role.OBSERVED,
                label="one person",
            )
        )
    return Chart(
        title="The effect",
        description=" ".join(f"{one.name}: {one.note}." for one in rows),
        x=_axis(design),
        panels=(Panel(Axis(scale=Scale.CATEGORY, categories=tuple(rows)), tuple(layers)),),
    )
