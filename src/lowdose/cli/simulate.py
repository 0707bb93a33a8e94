"""`lowdose simulate`: what a regimen would do under one hypothesis, in one person or many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from lowdose import __version__
from lowdose.cli.output import CHARTS, check_endings, put_json
from lowdose.cli.plan_options import content_of, course_options, renamed, written_in
from lowdose.cli.progress import progress_bar
from lowdose.cli.simulate_more import (
    assumptions_of,
    check_more,
    more_options,
    more_places,
    write_more,
)
from lowdose.regimen.climb import schedule
from lowdose.regimen.doses import Regimen
from lowdose.regimen.request import COURSE_KEYS, merged, parse_course

if TYPE_CHECKING:
    from lowdose.mechanism.hypotheses import Hypothesis
    from lowdose.population.sensitivity import Sensitivity
    from lowdose.population.simulate import Simulated
    from lowdose.report.charts.specification import Chart

__all__ = ["command"]

_PICTURES = ("people", "course", "first-days", "dose", "stop", "assumptions")
_FIRST_DAYS = 4
_FIRST_PEOPLE = 1000


@click.command("simulate")
@course_options
@click.option("--file", "file", metavar="PLAN.toml", help="Read a plan file; options change it.")
@click.option("--people", type=int, default=1000, show_default=True, help="How many people.")
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
    type=click.Choice(_PICTURES),
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
    """
    charts = _charts(given)
    check_more(given)
    _check_places(given)
    regimen = _regimen(given)
    doses = schedule(regimen)
    _say_split(regimen)
    from lowdose.mechanism.hypotheses import read_hypothesis

    hypothesis = read_hypothesis(given["hypothesis"])
    found = _simulated(doses, hypothesis, given)
    click.echo(f"Computed on {found.device}.", err=True)
    write_more(found, doses, hypothesis, given)
    assumptions = assumptions_of(doses, hypothesis, given)
    for path, picture in charts:
        _draw(path, picture, found, doses, hypothesis, given, assumptions)
    _say(found, doses, regimen, hypothesis, given, assumptions)


def _charts(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each picture's file and kind."""
    files = given["charts"]
    pictures = given["pictures"] or ("people",) * len(files)
    if len(pictures) != len(files):
        raise click.UsageError(f"{len(files)} --chart and {len(pictures)} --picture; give as many.")
    check_endings(("--chart", files, CHARTS))
    return list(zip(files, pictures, strict=True))


def _check_places(given: Mapping[str, Any]) -> None:
    places = [given[key] for key in ("csv", "parquet") if given[key]]
    places += [*given["charts"], *more_places(given)]
    if len(set(places)) < len(places) or (given["as_json"] and given["csv"] == "-"):
        raise click.UsageError("Each output needs a place of its own.")


def _regimen(given: Mapping[str, Any]) -> Regimen:
    from lowdose.regimen.plan_file import read_plan_file

    options = {key: value for key, value in written_in(given).items() if key in COURSE_KEYS}
    file = read_plan_file(*content_of(given["file"])) if given["file"] else {}
    written = merged(file, options)
    if not {"template", "steps", "start_mg", "step_mg", "every_days", "target_mg"} & set(written):
        raise click.UsageError(
            "Say what to simulate: --template NAME (see lowdose plan --list-templates), or "
            "--start-mg, --step-mg, --every-days and --target-mg, or --file PLAN.toml."
        )
    return renamed(lambda: parse_course(written), given)


def _say_split(regimen: Regimen) -> None:
    if any(len(step.intakes) > 1 for step in regimen.steps):
        click.echo("Note: split doses are simulated as the day's whole dose at once.", err=True)


def _simulated(
    doses: Sequence[float], hypothesis: Hypothesis, given: Mapping[str, Any]
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
            doses,
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


def _draw(
    path: str,
    picture: str,
    found: Simulated,
    doses: Sequence[float],
    hypothesis: Hypothesis,
    given: Mapping[str, Any],
    assumptions: Sensitivity | None,
) -> None:
    from lowdose.report.charts.picture import save_chart

    drawn: dict[str, Callable[[], Chart]] = {
        "people": lambda: _people(found, doses),
        "course": lambda: _course(found, doses),
        "first-days": lambda: _first_days(doses, hypothesis, given),
        "dose": lambda: _dose_response(hypothesis, given),
        "stop": lambda: _stop(doses, hypothesis, given),
        "assumptions": lambda: _assumptions(assumptions),
    }
    save_chart(drawn[picture](), path)
    click.echo(f"Wrote {path}.", err=True)


def _people(found: Simulated, doses: Sequence[float]) -> Chart:
    from lowdose.population.placebo import placebo_course
    from lowdose.report.charts.mechanism_charts import people_chart

    placebo = placebo_course(doses, found.condition)
    return people_chart(found, placebo if found.hours is None else placebo.repeat(24))


def _course(found: Simulated, doses: Sequence[float]) -> Chart:
    from lowdose.report.charts.mechanism_charts import titration_chart

    return titration_chart(found, doses)


def _first_days(doses: Sequence[float], hypothesis: Hypothesis, given: Mapping[str, Any]) -> Chart:
    from lowdose.report.charts.mechanism_charts import titration_chart

    changed = {**given, "outputs": "hourly", "csv": None, "parquet": None}
    changed["people"] = min(given["people"], _FIRST_PEOPLE)
    first = doses[:_FIRST_DAYS]
    return titration_chart(_simulated(first, hypothesis, changed), first)


def _dose_response(hypothesis: Hypothesis, given: Mapping[str, Any]) -> Chart:
    from lowdose.mechanism.compare import DOSES_MG, dose_response
    from lowdose.report.charts.mechanism_charts import dose_response_chart

    person = _typical(hypothesis, given)
    return dose_response_chart(DOSES_MG, dose_response(DOSES_MG, person))


def _stop(doses: Sequence[float], hypothesis: Hypothesis, given: Mapping[str, Any]) -> Chart:
    from lowdose.mechanism.compare import after_stopping
    from lowdose.report.charts.mechanism_charts import stop_chart

    last = next(dose for dose in reversed(doses) if dose)
    hours, blocked = after_stopping(last, person=_typical(hypothesis, given))
    return stop_chart(hours, blocked, dose_mg=last)


def _assumptions(found: Sensitivity | None) -> Chart:
    from lowdose.report.charts.assumptions_chart import sensitivity_chart

    assert found is not None, "worked out whenever this picture is asked for"
    return sensitivity_chart(found)


def _typical(hypothesis: Hypothesis, given: Mapping[str, Any]) -> Any:
    """The typical person under this hypothesis, on this formulation."""
    from lowdose.mechanism.exposure import formulated
    from lowdose.mechanism.hypotheses import with_changes
    from lowdose.mechanism.parameters import typical

    return with_changes(formulated(typical(), given["formulation"]), hypothesis)


def _say(
    found: Simulated,
    doses: Sequence[float],
    regimen: Regimen,
    hypothesis: Hypothesis,
    given: Mapping[str, Any],
    assumptions: Sensitivity | None,
) -> None:
    """The answer on standard output, unless the table of people goes there."""
    from lowdose.mechanism.compare import peaks_and_troughs

    accounts = peaks_and_troughs(doses, _typical(hypothesis, given))
    if given["as_json"]:
        from lowdose.report.simulation_json import simulation_json

        put_json(
            simulation_json(
                found, doses, accounts=accounts, version=__version__, assumptions=assumptions
            )
        )
    elif given["csv"] != "-":
        _say_in_words(found, doses, regimen, hypothesis, accounts)
        if assumptions and given["assumptions"]:
            from lowdose.report.assumptions_text import assumptions_text

            click.echo("\n" + assumptions_text(assumptions))
        if given["cite"]:
            from lowdose.report.simulation_text import sources_text

            click.echo("\n" + sources_text(found))


def _say_in_words(
    found: Simulated,
    doses: Sequence[float],
    regimen: Regimen,
    hypothesis: Hypothesis,
    accounts: Mapping[str, tuple[float, float]],
) -> None:
    from lowdose.population.placebo import placebo_course
    from lowdose.report.simulation_text import simulation_text

    said = simulation_text(
        found,
        doses,
        regimen=regimen.name,
        hypothesis=hypothesis,
        accounts=accounts,
        placebo=placebo_course(doses, found.condition),
    )
    click.echo(said)
