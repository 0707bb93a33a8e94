"""Pictures of trials: the schedule, the flow, the people and the pooled effect."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from bs4 import BeautifulSoup, Tag
from report_trials import TEXTS, data_of, design_of, result_of

from lowdose.report.charts.lettering import text_width
from lowdose.report.charts.picture import to_png
from lowdose.report.charts.specification import Bars, Intervals
from lowdose.report.charts.svg import to_svg
from lowdose.report.charts.trial_course_chart import course_chart
from lowdose.report.charts.trial_effect_charts import people_charts, pooled_chart
from lowdose.report.charts.trial_flow_diagram import flow_diagram
from lowdose.report.charts.trial_schedule_chart import schedule_chart
from lowdose.report.trial_counts import counted
from lowdose.trial.analyse.values import Arm, Flow, PersonEffect

WIDTHS = (288, 688, 760)


def bars_of(name: str) -> list[Bars]:
    return [
        one for one in schedule_chart(design_of(name)).panels[0].layers if isinstance(one, Bars)
    ]


def number(tag: Tag, name: str) -> float:
    return float(str(tag[name]))


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_bars_are_hatched_where_the_person_does_not_know_what_it_is(name: str) -> None:
    for one in bars_of(name):
        open_to_them = name == "open" or one.words[0] == "no treatment"
        assert one.hatched is not open_to_them
        assert one.label.endswith("open" if open_to_them else "blinded")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_bars_of_a_sequence_fill_all_its_days_once(name: str) -> None:
    design = design_of(name)
    unit = 7 if design.days >= 28 else 1
    per_row = {
        row: sorted((a, b) for one in bars_of(name) for r, a, b in zip(one.row, one.start, one.end,
                    strict=True) if r == row and a is not None and b is not None)
        for row in range(min(len(design.sequences), 12))
    }  # fmt: skip

    for stretches in per_row.values():
        starts = [start for start, _ in stretches]
        ends = [end for _, end in stretches]
        assert starts[0] == 0
        assert np.allclose(ends, [*starts[1:], design.days / unit], atol=0.01 * design.days / unit)


def test_of_very_many_sequences_a_dozen_is_drawn_and_the_rest_counted() -> None:
    design = design_of("n-of-1", lambda text: text.replace("blocks = 3", "blocks = 5"))
    chart = schedule_chart(design)

    assert len(chart.panels[0].y.categories) == 12
    assert chart.description.endswith("And 20 further sequences, not drawn.")


def description(arms: int) -> str:
    flow = Flow(
        10 * arms + 3,
        3,
        tuple(
            Arm(f"S{n}", 10, {"reasons unrelated to how they were": 2, "lack of effect": 1}, 7)
            for n in range(arms)
        ),
    )
    return flow_diagram(design_of("crossover"), flow).description


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("arms", [1, 2, 3, 6, 9])
def test_no_words_leave_their_box_in_the_flow(arms: int, width: int) -> None:
    flow = Flow(
        99, 3, tuple(Arm(f"sequence {n}", 10, {"lack of effect": 1}, 7) for n in range(arms))
    )
    drawn = BeautifulSoup(
        to_svg(flow_diagram(design_of("crossover"), flow), width=width, heading=False), "xml"
    )
    boxes = [one for one in drawn.find_all("rect") if "rx" in one.attrs]

    for words in drawn.find_all("text"):
        x, y = number(words, "x"), number(words, "y")
        end = x + text_width(words.get_text(), number(words, "font-size"))
        assert any(
            number(box, "x") < x
            and end <= number(box, "x") + number(box, "width") + 1
            and number(box, "y") < y < number(box, "y") + number(box, "height")
            for box in boxes
        ), words


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("arms", [1, 2, 3, 6])
def test_boxes_of_the_flow_never_overlap(arms: int, width: int) -> None:
    flow = Flow(
        99, 3, tuple(Arm(f"sequence {n}", 10, {"lack of effect": 1}, 7) for n in range(arms))
    )
    drawn = BeautifulSoup(to_svg(flow_diagram(design_of("crossover"), flow), width=width), "xml")
    boxes = [
        (number(b, "x"), number(b, "y"), number(b, "width"), number(b, "height"))
        for b in drawn.find_all("rect") if "rx" in b.attrs
    ]  # fmt: skip

    for n, (x, y, wide, high) in enumerate(boxes):
        assert x >= 0
        assert x + wide <= width
        for x2, y2, wide2, high2 in boxes[n + 1 :]:
            apart = x + wide <= x2 or x2 + wide2 <= x or y + high <= y2 or y2 + high2 <= y
            assert apart


@pytest.mark.parametrize(("width", "beside"), [(688, True), (288, False)])
def test_sequences_stand_beside_each_other_where_there_is_room(width: int, beside: bool) -> None:
    design = design_of("crossover")
    drawn = BeautifulSoup(to_svg(flow_diagram(design, result_of(design).flow), width=width), "xml")
    heads = [one for one in drawn.find_all("text") if one.get_text().startswith("Allocated to")]

    assert len({one["x"] for one in heads}) == (2 if beside else 1)
    assert len({one["y"] for one in heads}) == (1 if beside else 2)


def test_more_than_six_sequences_flow_as_one_with_all_their_people() -> None:
    text = description(9)

    assert "all 9 sequences: 90 people allocated, 27 left early" in text
    assert "63 analysed" in text


def test_sequences_that_nobody_got_are_not_drawn() -> None:
    flow = Flow(1, 0, tuple(Arm(f"S{n}", int(n == 5), {}, int(n == 5)) for n in range(8)))

    assert flow_diagram(design_of("crossover"), flow).description == (
        "1 person enrolled, 0 of them not allocated. "
        "S5: 1 person allocated, 0 left early, 1 analysed."
    )


def test_the_flow_says_in_words_what_it_draws() -> None:
    text = description(2)

    assert text.startswith("23 people enrolled, 3 of them not allocated. S0: 10 people allocated")
    assert "2 reasons unrelated to how they were, 1 lack of effect" in text


def test_each_person_is_drawn_alone_and_with_the_others_without_overlap() -> None:
    design = design_of("crossover")
    (chart,) = people_charts(design, result_of(design).people)
    alone, with_others = (one for one in chart.panels[0].layers if isinstance(one, Intervals))

    assert len(with_others.row) == len(chart.panels[0].y.categories) == 7
    assert len(alone.row) == 4  # the others have none
    assert alone.shift < 0 < with_others.shift


@pytest.mark.parametrize(
    ("people", "pictures", "rows"), [(0, 0, 0), (15, 1, 15), (61, 4, 60), (999, 4, 60)]
)
def test_many_people_are_shown_on_a_few_pictures(people: int, pictures: int, rows: int) -> None:
    effects = tuple(PersonEffect(f"P{n}", "LP", n / 100, 0.3) for n in range(people))
    charts = people_charts(design_of("crossover"), effects)
    names = [one.name for chart in charts for one in chart.panels[0].y.categories]

    assert (len(charts), len(names), len(set(names))) == (pictures, rows, rows)
    assert len({(chart.x.low, chart.x.high) for chart in charts}) == min(pictures, 1)
    if people:
        assert names[0] == "P0, LP"
        assert names[-1] == f"P{people - 1}, LP"


def test_the_pooled_picture_has_the_estimate_and_every_person() -> None:
    design = design_of("crossover")
    chart = pooled_chart(design, result_of(design))

    assert "LDN minus placebo: −0.8 (−1.4 to −0.2)." in chart.description
    assert "7 people" in chart.description


def test_a_person_without_a_finite_effect_is_left_out() -> None:
    design = design_of("crossover")
    result = result_of(design)
    odd = replace(result, people=(*result.people, PersonEffect("odd", "LP", float("nan"), 1.0)))

    assert "7 people" in pooled_chart(design, odd).description


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("crossover", {"mean, LP", "mean, PL", "a new period"}),
        ("n-of-1", {"mean, LDN 4.5 mg", "mean, placebo", "a new period"}),
        ("alone", {"each rating", "a new period"}),
    ],
)
def test_the_course_is_drawn_by_sequence_by_treatment_or_rating(
    name: str, labels: set[str]
) -> None:
    data = counted(data_of(design_of(name)))
    chart = course_chart(data.design, data.sequence, data.treatment, data.rating)

    assert {one.label for one in chart.panels[0].layers} == labels  # type: ignore[union-attr]


def test_a_flow_diagram_is_a_picture_like_any_chart() -> None:
    design = design_of("crossover")
    diagram = flow_diagram(design, result_of(design).flow)

    assert to_png(diagram)[:4] == b"\x89PNG"
    assert re.search(r'role="img"', diagram._repr_svg_())
