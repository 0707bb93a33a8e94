"""What one would have to measure: picture and words show one ranking, and nothing is hidden."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from lowdose.population.sensitivity import Influence, Sensitivity
from lowdose.report.assumptions_text import assumptions_text
from lowdose.report.charts.assumptions_chart import sensitivity_chart
from lowdose.report.charts.specification import Bars, Intervals
from lowdose.report.charts.svg import to_svg


def influence(name: str, total: float, fifths: tuple[float, ...]) -> Influence:
    return Influence(name, 0.1, total, total - 0.1, total + 0.1, 0.0, 0.0, fifths, "assumption")


FOUND = Sensitivity(
    hypothesis="rebound",
    structure="slow_dissociation",
    days=84,
    draws=64,
    seed=0,
    typical=0.0,
    mean=0.02,
    low=0.0,
    high=0.15,
    influences=(
        influence("release_rise", 0.95, (0.0, 0.0, 0.01, 0.02, 0.07)),
        influence("tone_half", 0.30, (0.05, 0.03, 0.02, 0.01, 0.004)),
        influence("volume_l", 0.001, (0.02,) * 5),
    ),
)
NOTHING = replace(FOUND, hypothesis="none", mean=0.0, high=0.0, influences=())


def test_bars_go_from_the_lowest_to_the_highest_fifth_where_one_at_a_time_shows_nothing() -> None:
    layers = sensitivity_chart(FOUND).panels[0].layers
    bars = next(layer for layer in layers if isinstance(layer, Bars))
    alone = [layer for layer in layers if isinstance(layer, Intervals)][-1]

    assert (bars.start, bars.end) == ((0.0, 5.0), (7.000000000000001, 0.4))
    assert (alone.low, alone.high) == ((0.0, 0.0), (0.0, 0.0))


def test_the_dot_marks_the_highest_fifth_even_where_more_of_it_is_less_benefit() -> None:
    layers = sensitivity_chart(FOUND).panels[0].layers
    bars = next(layer for layer in layers if isinstance(layer, Bars))
    dots = next(layer for layer in layers if isinstance(layer, Intervals))

    assert dots.middle == bars.end


def test_assumptions_without_any_hand_in_it_are_left_out() -> None:
    names = [category.name for category in sensitivity_chart(FOUND).panels[0].y.categories]

    assert names == ["Rise of release at full blockade", "Tone for half the drive"]


def test_a_share_is_never_said_to_be_above_100_percent() -> None:
    notes = [category.note for category in sensitivity_chart(FOUND).panels[0].y.categories]

    assert notes[0] == "share 95 % (85–100)"


@pytest.mark.parametrize("found", [FOUND, NOTHING])
@pytest.mark.parametrize("width", [280, 720])
def test_the_picture_is_sound_svg_and_describes_itself(found: Sensitivity, width: int) -> None:
    root = ElementTree.fromstring(to_svg(sensitivity_chart(found), width=width))
    said = root.find("{http://www.w3.org/2000/svg}desc")

    assert said is not None
    assert "benefit" in (said.text or "")


def test_words_name_what_to_measure_first_and_what_it_rests_on() -> None:
    said = " ".join(assumptions_text(FOUND).split())

    assert "measure first: rise of release at full blockade (here 0.5 share; assumption:" in said
    assert "tone for half the drive 30 % (20–40) 5.0 and 0.4" in said


def test_where_nothing_matters_words_and_picture_say_so() -> None:
    assert "nothing moves the benefit" in " ".join(assumptions_text(NOTHING).split())
    assert "nothing moves the benefit" in sensitivity_chart(NOTHING).panels[0].y.label


def test_no_line_of_words_is_wider_than_a_screen() -> None:
    assert max(map(len, assumptions_text(FOUND).splitlines())) <= 80
