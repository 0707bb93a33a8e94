"""A pooled answer in words: the mean, how people differ, the next person, each one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lowdose.diary.entries import Direction
from lowdose.inference.pool.pool import PoolAnswer
from lowdose.inference.pool.values import Cell, Pooled, Spread
from lowdose.report.paragraphs import listed, wrapped
from lowdose.report.wording import likelihood, plural

__all__ = ["pool_json", "pool_text"]

_MOST_PEOPLE = 60


def pool_text(answer: PoolAnswer, direction: Direction = Direction.LOWER_IS_BETTER) -> str:
    """A few paragraphs, in points of the scale; below zero is better."""
    return "\n\n".join(_paragraphs(answer, -1.0 if _higher(direction) else 1.0))


def _higher(direction: Direction) -> bool:
    return direction is Direction.HIGHER_IS_BETTER


def _paragraphs(answer: PoolAnswer, sign: float) -> Iterator[str]:
    low, high = answer.scale
    points = sign * answer.width
    main = answer.cells[answer.main]
    yield wrapped(
        f"{plural(main.count, 'course')} of {answer.main}: {answer.symptom}, {low:g} to {high:g}; "
        f"{'above' if sign < 0 else 'below'} zero is better."
    )
    yield wrapped(
        f"On average it changes {answer.symptom} by {_said(main.mean, points)}. That the average "
        f"is a benefit is {likelihood(main.probability_benefit)}."
    )
    yield wrapped(
        f"People differ around it by {_said(main.heterogeneity, answer.width)} (standard "
        f"deviation). The next person may expect {_said(main.next_person, points)}; "
        f"{_percent(main.share_helped)} of people are helped at all."
    )
    if main.people:
        yield listed("Each person, with what is known of the others:", _people(main.people, points))
    others = {cell: one for cell, one in answer.cells.items() if cell != answer.main}
    if others:
        yield listed(
            "Other cells:",
            (
                f"{cell}: {plural(one.count, 'course')}, {_said(one.mean, points)}"
                for cell, one in others.items()
            ),
        )
    if answer.regression:
        yield listed(
            "How cells differ:",
            (
                f"{name}: {_said(one, points)}"
                for name, one in answer.regression.coefficients.items()
            ),
        )
    for note in answer.notes:
        yield wrapped(note)


def _said(one: Spread, points: float) -> str:
    low, high = sorted((points * one.low, points * one.high))
    return f"{points * one.mean:.2f} (95 % interval {low:.2f} to {high:.2f})"


def _percent(share: float) -> str:
    return f"{min(max(round(100 * share), 1), 99)} %"


def _people(people: Mapping[str, Spread], points: float) -> Iterator[str]:
    for name, one in list(people.items())[:_MOST_PEOPLE]:
        yield f"{name}: {_said(one, points)}"
    if len(people) > _MOST_PEOPLE:
        yield f"and {len(people) - _MOST_PEOPLE} more; --json lists all"


def pool_json(
    answer: PoolAnswer, direction: Direction = Direction.LOWER_IS_BETTER
) -> dict[str, Any]:
    """One JSON object; numbers in points of the scale, as it is rated."""
    points = answer.width * (-1.0 if _higher(direction) else 1.0)
    return {
        "symptom": answer.symptom,
        "scale": list(answer.scale),
        "cell": str(answer.main),
        **_cell(answer.cells[answer.main], points, answer.width),
        "cells": [_named(cell, one, points, answer.width) for cell, one in answer.cells.items()],
        "regression": (
            {
                name: {"mean": points * one.mean, "sd": answer.width * one.sd}
                for name, one in answer.regression.coefficients.items()
            }
            if answer.regression
            else None
        ),
        "notes": list(answer.notes),
    }


def _named(cell: Cell, one: Pooled, points: float, width: float) -> dict[str, Any]:
    place = {
        "condition": cell.condition,
        "treatment": cell.treatment,
        "dose_mg": cell.dose_mg or None,
    }
    return {**place, **_cell(one, points, width)}


def _cell(one: Pooled, points: float, width: float) -> dict[str, Any]:
    return {
        "k": one.count,
        "mean": points * one.mean.mean,
        "mean_sd": width * one.mean.sd,
        "mean_interval95": _ends(one.mean, points),
        "heterogeneity_sd": width * one.heterogeneity.mean,
        "heterogeneity_interval95": _ends(one.heterogeneity, width),
        "predictive_interval95": _ends(one.next_person, points),
        "probability_benefit": one.probability_benefit,
        "share_helped": one.share_helped,
        "people": [
            {
                "person": name,
                "effect": points * own.mean,
                "sd": width * own.sd,
                "interval95": _ends(own, points),
            }
            for name, own in one.people.items()
        ],
    }


def _ends(one: Spread, points: float) -> list[float]:
    return sorted((points * one.low, points * one.high))
