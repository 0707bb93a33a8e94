"""`lowdose simulate`: what a regimen would do under one hypothesis, in one person or many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from lowdose import __version__
from lowdose.cli.output import put_json
from lowdose.cli.plan_options import course_options
from lowdose.cli.progress import progress_bar
from lowdose.cli.simulate_course import regimen_of_options
from lowdose.cli.simulate_events import (
    check_events_options,
    predict_for_events,
    write_regimen_events,
)
from lowdose.cli.simulate_more import (
    assumptions_of,
    check_more,
    more_options,
    more_places,
    write_more,
)
from lowdose.cli.simulate_pictures import PICTURES, Scene, charts_asked, draw
from lowdose.regimen.climb import schedule
from lowdose.regimen.doses import Regimen
from lowdose.regimen.hours import HourlySchedule, schedule_by_hour

if TYPE_CHECKING:
    from lowdose.mechanism.hypotheses import Hypothesis
    from lowdose.mechanism.parameters import Person
    from lowdose.population.simulate import Simulated

__all__ = ["command"]

_PEOPLE = 1000
_FIRST_PEOPLE = 1000


@click.command("simulate")
@course_options
@click.option("--file", "file", metavar="PLAN.toml", help="Read a plan file; options change it.")
@click.option(
    "--doses",
    multiple=True,
    metavar="MG:DAYS,...",
    help="Instead: doses written out, also beyond low dose: 50:28,0:14",
)
@click.option(
    "--events",
    metavar="FILE.csv",
    help="Instead: predict for a dosing data set (NONMEM's columns); - for input.",
)
@click.option(
    "--events-out", metavar="FILE.csv", help="With --events: write its rows with predictions."
)
@click.option("--write-events", metavar="FILE.csv", help="Write the regimen as a dosing data set.")
@click.option(
    "--people",
    type=int,
    show_default="1000; with --events none but the typical person",
    help="How many people.",
)
@click.option(
    "--hypothesis",
    default="rebound",
    show_default=True,
    metavar="NAME|FILE.toml",
    help="How blockade becomes relief: none, rebound, glia, growth_factor, or your own.",
)
@click.option(
    "--blockade",
    default="biophase",
    show_default=True,
    metavar="NAME",
    help="How the drug blocks: biophase, plasma or slow_dissociation.",
)
@click.option(
    "--condition",
    default="fibromyalgia",
    show_default=True,
    metavar="NAME",
    help="Where ratings start: fibromyalgia or 'chronic pain'.",
)
@click.option(
    "--adherence",
    default="full",
    show_default=True,
    metavar="full|usual|poor",
    help="How many doses are missed or late.",
)
@click.option(
    "--formulation",
    default="capsule",
    show_default=True,
    metavar="NAME",
    help="capsule, solution, slow-release or sublingual.",
)
@click.option(
    "--outputs",
    type=click.Choice(["daily", "hourly"]),
    default="daily",
    show_default=True,
    help="How closely to look.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="The same seed draws the same people.",
)
@click.option("--single", is_flag=True, help="Compute in single precision: quicker.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--csv", "csv", metavar="FILE", help="Write a row a person and day; - for output.")
@click.option("--parquet", metavar="FILE", help="The same as a Parquet file.")
@click.option(
    "--chart",
    "charts",
    multiple=True,
    metavar="FILE.svg|png|html",
    help="Write a picture; may be given several times.",
)
@click.option(
    "--picture",
    "pictures",
    multiple=True,
    type=click.Choice(PICTURES),
    help="Which picture each --chart is, in order; default: people.",
)
@more_options
@click.option("--cite", is_flag=True, help="List what every number rests on.")
def command(**given: Any) -> None:
    """Show what a regimen would do: levels, blockade, tone, relief and ratings.

    A simulation under a hypothesis that nobody has proved; it prescribes nothing and asks nothing
    about safety.

    \b
    Examples:
      lowdose simulate --template usual
      lowdose simulate --start-mg 4.5 --target-mg 4.5 --days 84 --hypothesis none
      lowdose simulate --template usual --people 100000 --parquet people.parquet
      lowdose simulate --template usual --chart stop.svg --picture stop
      lowdose simulate --template usual --split morning,bedtime
      lowdose simulate --doses 50:28,0:14
      lowdose simulate --template usual --write-events usual.csv
      lowdose simulate --events doses.csv --people 1000 --events-out predicted.csv
    """
    check_events_options(given)
    if given["events"] is not None:
        predict_for_events(given)
        return
    given = {**given, "people": _PEOPLE if given["people"] is None else given["people"]}
    charts = charts_asked(given)
    check_more(given)
    _check_places(given)
    regimen = regimen_of_options(given)
    by_hour = schedule_by_hour(regimen)
    from lowdose.mechanism.hypotheses import read_hypothesis

    hypothesis = read_hypothesis(given["hypothesis"])
    found = _simulated(by_hour, hypothesis, given)
    click.echo(f"Computed on {found.device}.", err=True)
    scene = Scene(
        found,
        schedule(regimen),
        by_hour,
        lambda: _typical(hypothesis, given),
        lambda first: _again(first, hypothesis, given),
        assumptions_of(schedule(regimen), hypothesis, given),
    )
    write_more(found, scene.daily_mg, hypothesis, given)
    if given["write_events"]:
        write_regimen_events(given["write_events"], regimen)
    for path, picture in charts:
        draw(path, picture, scene)
    _say(scene, regimen, hypothesis, given)


def _check_places(given: Mapping[str, Any]) -> None:
    files = [given[key] for key in ("csv", "parquet", "write_events") if given[key]]
    places = [*files, *given["charts"], *more_places(given), *(["-"] if given["as_json"] else [])]
    if len(set(places)) < len(places):
        raise click.UsageError("Each output needs a place of its own.")


def _simulated(
    by_hour: HourlySchedule, hypothesis: Hypothesis, given: Mapping[str, Any]
) -> Simulated:
    from lowdose.population.simulate import simulate
    from lowdose.report.people_table import people_tables

    hourly = given["outputs"] == "hourly"
    files = {key: [given[key]] if given[key] else [] for key in ("csv", "parquet")}
    with (
        progress_bar("Simulating", given["people"]) as progress,
        people_tables(**files, hourly=hourly) as save,
    ):
        found = simulate(
            by_hour.doses_mg,
            hours=by_hour.hours,
            people=given["people"],
            hypothesis=hypothesis,
            structure=given["blockade"],
            condition=given["condition"],
            adherence=given["adherence"],
            formulation=given["formulation"],
            hourly=hourly,
            single=given["single"],
            seed=given["seed"],
            progress=progress,
            save=save,
        )
    for path in (path for paths in files.values() for path in paths if path != "-"):
        click.echo(f"Wrote {path}.", err=True)
    return found


def _again(first: HourlySchedule, hypothesis: Hypothesis, given: Mapping[str, Any]) -> Simulated:
    """A few days hour by hour, for a picture: not so many people, and no files."""
    changed = {**given, "outputs": "hourly", "csv": None, "parquet": None}
    changed["people"] = min(given["people"], _FIRST_PEOPLE)
    return _simulated(first, hypothesis, changed)


def _typical(hypothesis: Hypothesis, given: Mapping[str, Any]) -> Person:
    """The typical person under this hypothesis, on this formulation."""
    from lowdose.mechanism.exposure import formulated
    from lowdose.mechanism.hypotheses import with_changes
    from lowdose.mechanism.parameters import typical

    return with_changes(formulated(typical(), given["formulation"]), hypothesis)


def _say(scene: Scene, regimen: Regimen, hypothesis: Hypothesis, given: Mapping[str, Any]) -> None:
    """The answer on standard output, unless the table of people goes there."""
    from lowdose.mechanism.compare import peaks_and_troughs

    doses, hours = scene.by_hour
    accounts = peaks_and_troughs(doses, scene.person(), hours=hours)
    if given["as_json"]:
        from lowdose.report.simulation_json import simulation_json

        put_json(
            simulation_json(
                scene.found,
                scene.by_hour,
                accounts=accounts,
                version=__version__,
                assumptions=scene.assumptions,
            )
        )
    elif "-" not in {given["csv"], given["write_events"]}:
        _say_in_words(scene, regimen, hypothesis, accounts)
        if scene.assumptions and given["assumptions"]:
            from lowdose.report.assumptions_text import assumptions_text

            click.echo("\n" + assumptions_text(scene.assumptions))
        if given["cite"]:
            from lowdose.report.simulation_text import sources_text

            click.echo("\n" + sources_text(scene.found))


def _say_in_words(
    scene: Scene,
    regimen: Regimen,
    hypothesis: Hypothesis,
    accounts: Mapping[str, tuple[float, float]],
) -> None:
    from lowdose.population.placebo import placebo_course
    from lowdose.report.simulation_text import simulation_text

    said = simulation_text(
        scene.found,
        scene.daily_mg,
        hours=scene.by_hour.hours,
        regimen=regimen.name,
        hypothesis=hypothesis,
        accounts=accounts,
        placebo=placebo_course(scene.daily_mg, scene.found.condition),
    )
    click.echo(said)
