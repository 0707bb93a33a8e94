"""The pictures that `lowdose simulate` draws, each from what has been simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from lowdose.cli.output import CHARTS, check_endings

if TYPE_CHECKING:
    from lowdose.mechanism.parameters import Person
    from lowdose.population.sensitivity import Sensitivity
    from lowdose.population.simulate import Simulated
    from lowdose.regimen.hours import HourlySchedule
    from lowdose.report.charts.specification import Chart

__all__ = ["PICTURES", "Scene", "charts_asked", "draw"]

PICTURES = ("people", "course", "first-days", "dose", "stop", "assumptions")
_FIRST_DAYS = 4


@dataclass(frozen=True)
class Scene:
    """What there is to draw: what was found, daily doses, doses by hour, and the typical person.

    `again` simulates a few days hour by hour. assumptions: what moves the benefit, if asked.
    """

    found: Simulated
    daily_mg: tuple[float, ...]
    by_hour: HourlySchedule
    person: Callable[[], Person]
    again: Callable[[HourlySchedule], Simulated]
    assumptions: Sensitivity | None = None


def charts_asked(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each picture's file and kind.

    Raises `click.UsageError` where there are not as many of both, `InputError` for other files.
    """
    files = given["charts"]
    pictures = given["pictures"] or ("people",) * len(files)
    if len(pictures) != len(files):
        raise click.UsageError(f"{len(files)} --chart and {len(pictures)} --picture; give as many.")
    check_endings(("--chart", files, CHARTS))
    return list(zip(files, pictures, strict=True))


def draw(path: str, picture: str, scene: Scene) -> None:
    """Draw one picture into its file."""
    from lowdose.report.charts.picture import save_chart

    drawn: dict[str, Callable[[Scene], Chart]] = {
        "people": _people,
        "course": _course,
        "first-days": _first_days,
        "dose": _dose_response,
        "stop": _stop,
        "assumptions": _assumptions,
    }
    save_chart(drawn[picture](scene), path)
    click.echo(f"Wrote {path}.", err=True)


def _people(scene: Scene) -> Chart:
    from lowdose.population.placebo import placebo_course
    from lowdose.report.charts.mechanism_charts import people_chart

    placebo = placebo_course(scene.daily_mg, scene.found.condition)
    return people_chart(scene.found, placebo if scene.found.hours is None else placebo.repeat(24))


def _course(scene: Scene) -> Chart:
    from lowdose.report.charts.mechanism_charts import titration_chart

    return titration_chart(scene.found, scene.daily_mg)


def _first_days(scene: Scene) -> Chart:
    from lowdose.report.charts.mechanism_charts import titration_chart

    first = scene.by_hour._replace(doses_mg=scene.by_hour.doses_mg[:_FIRST_DAYS])
    return titration_chart(scene.again(first), scene.daily_mg[:_FIRST_DAYS])


def _dose_response(scene: Scene) -> Chart:
    from lowdose.mechanism.compare import DOSES_MG, dose_response
    from lowdose.report.charts.mechanism_charts import dose_response_chart

    return dose_response_chart(DOSES_MG, dose_response(DOSES_MG, scene.person()))


def _stop(scene: Scene) -> Chart:
    from lowdose.mechanism.compare import after_stopping
    from lowdose.report.charts.mechanism_charts import stop_chart

    last = next(day for day in reversed(scene.by_hour.doses_mg) if any(day))
    hours, blocked = after_stopping(last, hours=scene.by_hour.hours, person=scene.person())
    return stop_chart(hours, blocked, dose_mg=last)


def _assumptions(scene: Scene) -> Chart:
    from lowdose.report.charts.assumptions_chart import sensitivity_chart

    assert scene.assumptions is not None, "worked out whenever this picture is asked for"
    return sensitivity_chart(scene.assumptions)
