"""What a regimen would do under one hypothesis, as pictures and sentences. For the worker alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lowdose.mechanism.parameters import Person
    from lowdose.population.simulate import Simulated
    from lowdose.report.charts.specification import Chart

__all__ = ["CHARTS", "CONDITIONS", "HYPOTHESES", "PEOPLE", "drawn", "simulated", "simulation_asked"]

PEOPLE = 500
HYPOTHESES = ("rebound", "none", "glia", "growth_factor")
"""The accounts of how a dose becomes relief; a test holds them to the library's."""

CONDITIONS = ("fibromyalgia", "chronic pain")
"""Where ratings can start."""

CHARTS = ("people", "levels", "stop", "dose")
"""Relief and ratings; levels and blockade; after the last dose; tone by dose."""

_WIDE_PX, _NARROW_PX = 688, 288


def simulation_asked(
    doses_mg: Sequence[float],
    *,
    hypothesis: str = "rebound",
    condition: str = "fibromyalgia",
    charts: Iterable[str] = CHARTS,
) -> dict[str, Any]:
    """The question to `computed.want`: doses of each day, mg, at bedtime."""
    return {
        "doses_mg": [round(float(dose), 3) for dose in doses_mg],
        "hypothesis": hypothesis,
        "condition": condition,
        "charts": list(charts),
        "people": PEOPLE,
    }


def simulated(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Simulate it: {"about": [...], "outcome": ..., "accounts": [...], "charts": [...]}."""
    from lowdose.mechanism.compare import peaks_and_troughs
    from lowdose.mechanism.hypotheses import read_hypothesis, with_changes
    from lowdose.mechanism.parameters import typical
    from lowdose.population.placebo import placebo_course
    from lowdose.population.simulate import simulate
    from lowdose.report.side_effects_text import side_effects_text
    from lowdose.report.simulation_text import hypothesis_words, outcome_words

    doses = asked["doses_mg"]
    hypothesis = read_hypothesis(asked["hypothesis"])
    found = simulate(
        doses, people=asked["people"], hypothesis=hypothesis, condition=asked["condition"]
    )
    person = with_changes(typical(), hypothesis)
    accounts = peaks_and_troughs(doses, person)
    return {
        "about": list(hypothesis_words(hypothesis)),
        "outcome": outcome_words(found, placebo_course(doses, asked["condition"])),
        "side_effects": side_effects_text(doses),
        "accounts": [
            {"name": name.replace("_", " "), "peak": round(100 * high), "trough": round(100 * low)}
            for name, (high, low) in accounts.items()
        ],
        "people": found.people,
        "charts": [drawn(_MAKERS[name](found, doses, person)) for name in asked["charts"]],
    }


def _people(found: Simulated, doses: Sequence[float], _person: Person) -> Chart:
    from lowdose.population.placebo import placebo_course
    from lowdose.report.charts.mechanism_charts import people_chart

    return people_chart(found, placebo_course(doses, found.condition))


def _levels(found: Simulated, doses: Sequence[float], _person: Person) -> Chart:
    from lowdose.report.charts.mechanism_charts import titration_chart

    return titration_chart(found, doses)


def _stop(_found: Simulated, doses: Sequence[float], person: Person) -> Chart:
    from lowdose.mechanism.compare import after_stopping
    from lowdose.report.charts.mechanism_charts import stop_chart

    last = next(dose for dose in reversed(doses) if dose)
    hours, blocked = after_stopping(last, person=person)
    return stop_chart(hours, blocked, dose_mg=last)


def _dose(_found: Simulated, _doses: Sequence[float], person: Person) -> Chart:
    from lowdose.mechanism.compare import DOSES_MG, dose_response
    from lowdose.report.charts.mechanism_charts import dose_response_chart

    return dose_response_chart(DOSES_MG, dose_response(DOSES_MG, person))


_MAKERS: Mapping[str, Callable[[Any, Sequence[float], Any], Chart]] = {
    "people": _people,
    "levels": _levels,
    "stop": _stop,
    "dose": _dose,
}


def drawn(chart: Chart) -> dict[str, str]:
    """A chart for a wide and for a narrow page, with its title and what it shows in words."""
    from lowdose.report.charts.svg import to_svg

    wide, narrow = (
        to_svg(chart, width=width, theme="light", heading=False) for width in (_WIDE_PX, _NARROW_PX)
    )
    return {"title": chart.title, "caption": chart.description, "wide": wide, "narrow": narrow}
