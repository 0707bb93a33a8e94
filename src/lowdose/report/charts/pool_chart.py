"""A pooled answer as a picture: each person, the average, the next person."""

from __future__ import annotations

from lowdose.diary.entries import Direction
from lowdose.inference.pool.pool import PoolAnswer
from lowdose.inference.pool.values import Spread
from lowdose.report.charts.specification import (
    Axis,
    Category,
    Chart,
    Intervals,
    Panel,
    Role,
    Rule,
    Scale,
)
from lowdose.report.wording import plural

__all__ = ["pool_chart"]

_MOST_PEOPLE = 60


def pool_chart(answer: PoolAnswer, direction: Direction = Direction.LOWER_IS_BETTER) -> Chart:
    """People's effects from best to worst, then the average and what the next person may expect."""
    higher = direction is Direction.HIGHER_IS_BETTER
    points = answer.width * (-1.0 if higher else 1.0)
    main = answer.cells[answer.main]
    people = sorted(main.people.items(), key=lambda pair: pair[1].mean)
    shown = people if len(people) <= _MOST_PEOPLE else people[:: -(-len(people) // _MOST_PEOPLE)]
    rows = [
        *((name, one, Role.OBSERVED) for name, one in shown),
        ("average of all", main.mean, Role.ESTIMATE),
        ("next person", main.next_person, Role.RIVAL),
    ]
    return Chart(
        title=f"{plural(main.count, 'course')} of {answer.main}: {answer.symptom}",
        description="; ".join(f"{name} {_said(one, points)}" for name, one, _ in rows[-2:]),
        x=Axis(
            f"change of {answer.symptom}, points",
            hints=("worse", "better") if higher else ("better", "worse"),
        ),
        panels=(
            Panel(
                Axis(
                    scale=Scale.CATEGORY,
                    categories=tuple(Category(name, _said(one, points)) for name, one, _ in rows),
                ),
                (
                    Rule(0.0, role=Role.ZERO),
                    *(_row(place, one, points, role) for place, (_, one, role) in enumerate(rows)),
                ),
            ),
        ),
    )


def _row(place: int, one: Spread, points: float, role: Role) -> Intervals:
    low, high = sorted((points * one.low, points * one.high))
    return Intervals((float(place),), (points * one.mean,), (low,), (high,), role)


def _said(one: Spread, points: float) -> str:
    low, high = sorted((points * one.low, points * one.high))
    return f"{points * one.mean:.2f} ({low:.2f} to {high:.2f})"
