"""The pictures of an answer show what the answer says."""

from __future__ import annotations

import math
from dataclasses import replace

from report_answers import (
    aggregate,
    count_symptom,
    crossover,
    named_treatments,
    titration,
    unclear,
)

from lowdose.report.charts.answer_charts import (
    course_chart,
    levels_chart,
    more_days_chart,
    probability_chart,
)
from lowdose.report.charts.specification import (
    Bars,
    Chart,
    Intervals,
    Points,
    Role,
    Rule,
    Scale,
    Steps,
)
from lowdose.report.charts.svg import to_svg


def layers_of(chart: Chart, kind: type) -> list:  # type: ignore[type-arg]
    return [layer for panel in chart.panels for layer in panel.layers if isinstance(layer, kind)]


def test_every_rating_is_a_dot_and_missed_days_are_gaps() -> None:
    answer = crossover()
    (dots,) = layers_of(course_chart(answer), Points)
    assert dots.y == answer.course.rating
    assert None in dots.y


def test_rising_doses_are_steps_and_unknown_doses_gaps() -> None:
    (steps,) = layers_of(course_chart(titration()), Steps)
    assert {0.0, 1.5, 3.0, 4.5} == set(steps.y)
    (gappy,) = layers_of(course_chart(unclear()), Steps)
    assert None in gappy.y


def test_days_without_a_row_are_gaps_in_the_dose() -> None:
    answer = titration()
    course = answer.course
    kept = [n for n in range(len(course.day)) if not 40 <= n < 50]
    columns = ("day", "rating", "dose_mg", "fitted", "fitted_low", "fitted_high", "line")
    shorter = {
        name: tuple(getattr(course, name)[n] for n in kept) for name in (*columns, "untreated")
    }
    (steps,) = layers_of(
        course_chart(replace(answer, course=replace(course, dates=None, **shorter))), Steps
    )
    assert steps.y[steps.x.index(41.0)] is None


def test_each_treatment_has_a_row_with_its_stretches() -> None:
    (bars,) = layers_of(course_chart(named_treatments()), Bars)
    assert (bars.row[0], bars.start[0], bars.end[0]) == (0, 1.0, 8.0)


def test_period_means_are_drawn_in_order_with_their_cycle() -> None:
    chart = course_chart(aggregate())
    assert [text for _, text in chart.x.ticks or ()] == ["1", "1", "2", "2", "3", "3", "4", "4"]


def test_guides_lie_at_30_and_50_percent_of_the_baseline_on_the_better_side() -> None:
    lower = {rule.label: rule.place for rule in layers_of(levels_chart(titration()), Rule)}
    higher = {rule.label: rule.place for rule in layers_of(levels_chart(named_treatments()), Rule)}
    assert math.isclose(lower["30 % better"], -0.3 * 6.4)
    assert math.isclose(higher["50 % better"], 0.5 * 52.0)


def test_guides_count_from_the_low_end_of_the_scale() -> None:
    answer = titration()
    scale = replace(answer.symptom, low=1.0, high=5.0)
    chart = levels_chart(replace(answer, symptom=scale, baseline=4.0))
    places = {rule.label: rule.place for rule in layers_of(chart, Rule)}
    assert math.isclose(places["50 % better"], -0.5 * (4.0 - 1.0))


def test_counts_are_compared_as_ratios_on_a_ratio_axis() -> None:
    chart = levels_chart(count_symptom())
    (effect,) = layers_of(chart, Intervals)
    assert chart.x.scale is Scale.LOG
    assert (effect.middle, effect.low, effect.high) == ((0.62,), (0.40,), (0.95,))
    assert 0.7 in [rule.place for rule in layers_of(chart, Rule)]


def test_probabilities_are_given_as_bars_numbers_and_words() -> None:
    chart = probability_chart(titration())
    benefit, harm = layers_of(chart, Bars)
    assert (len(benefit.end), len(harm.end)) == (9, 3)
    assert harm.role is Role.HARM
    assert chart.panels[0].y.categories[0].note == "76 %, likely"


def test_more_days_without_any_tried_is_still_a_chart() -> None:
    chart = more_days_chart(replace(unclear(), clear_by_days=()))
    assert to_svg(chart).startswith("<svg")
