"""The pictures of a simulation show what it found, and where the accounts disagree."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from lowdose.mechanism.compare import DOSES_MG, after_stopping, dose_response
from lowdose.population.simulate import QUANTILES, Simulated
from lowdose.report.charts.lettering import text_width
from lowdose.report.charts.mechanism_charts import (
    dose_response_chart,
    people_chart,
    stop_chart,
    titration_chart,
)
from lowdose.report.charts.specification import Band, Chart, Line, Rule, Steps
from lowdose.report.charts.svg import to_svg

DAYS = 28
DOSES = [1.5] * 14 + [3.0] * 14
NAMES = (
    *("naltrexone_max_ng_ml", "naltrexone_trough_ng_ml", "naltrexol_max_ng_ml"),
    *("naltrexol_trough_ng_ml", "blockade_central_max", "blockade_central_trough"),
    *("tone_mean", "relief", "symptom"),
)


def simulated(hourly: bool = False) -> Simulated:
    """Made-up numbers: every output a line from 0.1 to 0.5, people spread around it."""
    times = DAYS * (24 if hourly else 1)
    line = np.linspace(0.1, 0.5, times)
    spread = np.array(QUANTILES)[:, None] + 0.5
    return Simulated(
        people=1000,
        days=DAYS,
        hypothesis="rebound",
        structure="biophase",
        condition="fibromyalgia",
        seed=0,
        hours=np.arange(1.0, times + 1) if hourly else None,
        typical=dict.fromkeys(NAMES, line),
        quantiles=dict.fromkeys(NAMES, spread * line),
        sources=(),
        device="2 cores, double precision",
    )


def charts() -> dict[str, Chart]:
    return {
        "dose": dose_response_chart(DOSES_MG, dose_response()),
        "stop": stop_chart(*after_stopping(4.5), dose_mg=4.5),
        "course": titration_chart(simulated(), DOSES),
        "hours": titration_chart(simulated(hourly=True), DOSES),
        "people": people_chart(simulated(), np.full(DAYS, 5.0)),
    }


def layers_of(chart: Chart, kind: type) -> list:  # type: ignore[type-arg]
    return [layer for panel in chart.panels for layer in panel.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("width", [320, 720])
def test_words_stay_inside_and_every_chart_says_what_it_shows(width: int) -> None:
    for name, chart in charts().items():
        root = ElementTree.fromstring(to_svg(chart, width=width))
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            size, x = float(text.get("font-size", "0")), float(text.get("x", "0"))
            long = text_width(text.text or "", size)
            left = x - {"end": long, "middle": long / 2}.get(text.get("text-anchor", ""), 0.0)
            assert left >= -1 and left + long <= width + 1, (name, text.text)
        assert len(chart.description) > 60


def test_dose_response_shows_three_accounts_twice_and_the_untreated_tone() -> None:
    chart = charts()["dose"]

    assert len(layers_of(chart, Line)) == 6
    assert [rule.place for rule in layers_of(chart, Rule) if not rule.upright] == [1.0, 1.0]


def test_each_account_has_a_look_of_its_own() -> None:
    for name in ("dose", "stop"):
        lines = charts()[name].panels[0].layers
        roles = [layer.role for layer in lines if isinstance(layer, Line)]
        assert len(set(roles)) == 3


def test_the_inverted_u_rises_peaks_and_falls_under_each_account() -> None:
    for tone in dose_response().values():
        top = int(tone.argmax())
        assert 0 < top < tone.size - 1
        assert tone[top] > 1 > tone[-1]


def test_after_stopping_the_legend_says_when_a_quarter_is_left() -> None:
    labels = [line.label for line in layers_of(charts()["stop"], Line)]

    assert labels == [
        "biophase: below 25 % after 3.9 days",
        "plasma: below 25 % after 6 hours",
        "slow dissociation: below 25 % after 8.7 days",
    ]


def test_a_blockade_that_stays_is_said_so() -> None:
    chart = stop_chart([0.0, 24.0], {"biophase": np.array([0.9, 0.8])}, dose_mg=4.5)

    assert layers_of(chart, Line)[0].label.endswith("not within the time shown")


def test_a_single_day_after_a_dose_is_marked_every_six_hours() -> None:
    chart = stop_chart([0.0, 24.0], {"biophase": np.array([0.9, 0.8])}, dose_mg=4.5)

    assert chart.x.ticks == tuple((float(hour), str(hour)) for hour in (0, 6, 12, 18, 24))


def test_titration_shows_the_doses_and_both_ends_of_each_day() -> None:
    chart = charts()["course"]

    assert list(layers_of(chart, Steps)[0].y) == DOSES
    assert [len(layers_of(Chart("", "", chart.x, (panel,)), Line)) for panel in chart.panels] == [
        *(0, 2, 2, 2)
    ]


def test_hours_of_a_titration_lie_within_their_days() -> None:
    line = layers_of(charts()["hours"], Line)[0]

    assert (line.x[0], line.x[-1]) == (1 + 1 / 24, DAYS + 1)


def test_people_are_bands_with_the_middle_person_and_the_placebo() -> None:
    chart = charts()["people"]
    wide, half = layers_of(chart, Band)[:2]

    assert all(a <= b for a, b in zip(wide.low, half.low, strict=True))
    assert "typical person on a placebo" in {line.label for line in layers_of(chart, Line)}
