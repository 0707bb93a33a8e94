"""The pictures of an answer: the course, effect by dose, how sure, what more days would bring."""

from __future__ import annotations

from lowdose.diary.entries import Kind
from lowdose.inference.result import Answer, Level
from lowdose.report.charts.course import course_chart
from lowdose.report.charts.specification import (
    Axis,
    Bars,
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
from lowdose.report.wording import (
    better_way,
    likelihood,
    lower_is_better,
    percent,
    plural,
    shown_effect,
)

__all__ = ["course_chart", "levels_chart", "more_days_chart", "probability_chart"]

_QUARTERS = tuple((share / 100, f"{share} %") for share in (0, 25, 50, 75, 100))


def levels_chart(answer: Answer) -> Chart:
    """The effect of each level against the reference, with its 95 % interval.

    Two guides show where a change of 30 % and of 50 % of the baseline would lie (IMMPACT's
    moderate and substantial improvement; Dworkin 2008, doi:10.1016/j.jpain.2007.09.005).
    """
    shown = [shown_effect(answer, level) for level in answer.levels]
    categories = tuple(
        Category(level.name, words)
        for level, (_, _, words) in zip(answer.levels, shown, strict=True)
    )
    ratio = any(level.ratio is not None for level in answer.levels)
    effects = Intervals(
        row=tuple(range(len(shown))),
        middle=tuple(middle for middle, _, _ in shown),
        low=tuple(interval[0] for _, interval, _ in shown),
        high=tuple(interval[1] for _, interval, _ in shown),
        label="effect with its 95 % interval",
    )
    same = Rule(1.0 if ratio else 0.0, role=Role.ZERO, label=f"same as {answer.reference}")
    return Chart(
        title=f"Effect on {answer.symptom.name} against {answer.reference}",
        description=" ".join(
            f"{level.name}: {words}."
            for level, (_, _, words) in zip(answer.levels, shown, strict=True)
        ),
        x=Axis(
            _effect_label(answer, ratio),
            scale=Scale.LOG if ratio else Scale.LINEAR,
            hints=better_way(answer.symptom),
        ),
        panels=(
            Panel(
                Axis(scale=Scale.CATEGORY, categories=categories),
                (*_guides(answer, ratio), same, effects),
            ),
        ),
    )


def probability_chart(answer: Answer) -> Chart:
    """For each level the probability of any benefit, of 30 % and 50 % or more, and of harm."""
    claims = [claim for level in answer.levels for claim in _claims(level, answer.reference)]
    categories = tuple(
        Category(name, f"{percent(p)}, {likelihood(p)}", heading) for heading, name, p, _ in claims
    )
    bars = tuple(
        Bars(
            row=tuple(row for row, claim in enumerate(claims) if claim[3] is role),
            start=tuple(0.0 for claim in claims if claim[3] is role),
            end=tuple(claim[2] for claim in claims if claim[3] is role),
            role=role,
        )
        for role in (Role.ESTIMATE, Role.HARM)
    )
    said = (
        f"{heading + ': ' if heading else ''}{name} {percent(p)}" for heading, name, p, _ in claims
    )
    return Chart(
        title="How sure this is",
        description="; ".join(said) + ".",
        x=Axis("probability", low=0.0, high=1.0, ticks=_QUARTERS),
        panels=(Panel(Axis(scale=Scale.CATEGORY, categories=categories), bars),),
    )


def more_days_chart(answer: Answer) -> Chart:
    """How often a diary of so many more days would give a clear answer."""
    days = tuple(float(day) for day, _ in answer.clear_by_days)
    shares = tuple(share for _, share in answer.clear_by_days)
    said = "; ".join(
        f"{plural(day, 'more day')}: {percent(share)}" for day, share in answer.clear_by_days
    )
    return Chart(
        title="What more days of diary would bring",
        description=f"Chance of a clear answer after {said}." if said else "No further days tried.",
        x=Axis("more days of diary", low=0.0, whole=True),
        panels=(
            Panel(
                Axis("chance of a clear answer", low=0.0, high=1.0, ticks=_QUARTERS),
                (Line(days, shares, Role.FITTED), Points(days, shares, Role.ESTIMATE)),
                height=0.6,
            ),
        ),
    )


def _effect_label(answer: Answer, ratio: bool) -> str:
    if ratio:
        return f"{answer.symptom.name}, as a multiple of that with {answer.reference}"
    return f"change in {answer.symptom.name} (points)"


def _guides(answer: Answer, ratio: bool) -> tuple[Rule, ...]:
    sign = -1.0 if lower_is_better(answer.symptom) else 1.0
    shares = ((0.3, "30 % better"), (0.5, "50 % better"))
    if ratio and answer.symptom.kind is not Kind.COUNT:
        return ()  # an odds ratio has no fixed place for a share of the baseline
    above_low = answer.baseline - answer.symptom.low  # a scale from 1 to 5 has its nought at 1
    roles = (Role.GUIDE, Role.REFERENCE)
    return tuple(
        Rule(1 + sign * share if ratio else sign * share * above_low, role=role, label=label)
        for (share, label), role in zip(shares, roles, strict=True)
    )


def _claims(level: Level, reference: str) -> tuple[tuple[str, str, float, Role], ...]:
    return (
        (level.name, "any benefit", level.probability_benefit, Role.ESTIMATE),
        ("", "at least 30 % better", level.probability_30_percent, Role.ESTIMATE),
        ("", "at least 50 % better", level.probability_50_percent, Role.ESTIMATE),
        ("", f"any harm (worse than {reference})", level.probability_harm, Role.HARM),
    )
