"""`lowdose simulate` with dosing data sets: predict for one, or write a regimen as one.

Everything is read, checked and worked out before anything is printed or written.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from lowdose import __version__
from lowdose.cli.output import put, put_json
from lowdose.cli.progress import progress_bar
from lowdose.errors import Fault, InputError

if TYPE_CHECKING:
    from lowdose.mechanism.events import EventTable
    from lowdose.population.predict_events import Predicted
    from lowdose.regimen.doses import Regimen

__all__ = ["check_events_options", "predict_for_events", "write_regimen_events"]

# What may stand beside --events; everything else says something about a regimen or its people.
_BESIDE = {
    *("events", "events_out", "people", "hypothesis", "blockade", "formulation", "seed"),
    "as_json",
}


def check_events_options(given: Mapping[str, Any]) -> None:
    """Refuse options that do not go together; raises `click.UsageError`."""
    if given["events"] is None:
        if given["events_out"] is not None:
            raise click.UsageError("--events-out needs --events FILE.csv to predict for.")
        return
    context = click.get_current_context()
    others = [
        parameter.opts[0]
        for parameter in context.command.params
        if parameter.name not in _BESIDE
        and context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    ]
    if others:
        raise click.UsageError(
            f"--events says everything that is taken and looked at; leave it out, or leave out "
            f"{', '.join(others)}."
        )
    if given["as_json"] and given["events_out"] == "-":
        raise click.UsageError("Each output needs a place of its own.")
    _check_place(given)


def predict_for_events(given: Mapping[str, Any]) -> None:
    """Predict for a data set; write the table where asked, and say what was predicted."""
    text, table = _read(given["events"], given["blockade"])
    found = _predicted(table, given)
    out = given["events_out"]
    if out is not None:
        from lowdose.report.events_table import predicted_csv

        put(out, predicted_csv(text, found))
    if out == "-":
        return
    from lowdose.report.events_summary import events_json, events_summary

    if given["as_json"]:
        put_json(events_json(found, version=__version__))
    else:
        click.echo(events_summary(found))


def write_regimen_events(path: str, regimen: Regimen) -> None:
    """Write the regimen as a data set that NONMEM, mrgsolve and rxode2 read."""
    from lowdose.mechanism.events_regimen import regimen_events
    from lowdose.mechanism.events_write import events_csv

    put(path, events_csv(regimen_events(regimen)))


def _check_place(given: Mapping[str, Any]) -> None:
    """The file that is read is not written over."""
    out, file = given["events_out"], given["events"]
    if out not in {None, "-"} and file != "-" and Path(out).resolve() == Path(file).resolve():
        raise click.UsageError("--events-out would write over --events; name another file.")


def _read(file: str, structure: str) -> tuple[str, EventTable]:
    from lowdose.mechanism.events_read import events_text, parse_events
    from lowdose.population.predict_events import events_faults
    from lowdose.report.events_table import check_columns

    source = "standard input" if file == "-" else file
    text = events_text(_content(file), source)
    table = parse_events(text, source, also=lambda table: events_faults(table, structure))
    check_columns(text, source=source)
    return text, table


def _content(file: str) -> bytes:
    if file == "-":
        with click.open_file("-", "rb") as stream:
            content: bytes = stream.read()
            return content
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError):
        raise InputError([Fault("--events", repr(file), "a CSV file that can be read")]) from None


def _predicted(table: EventTable, given: Mapping[str, Any]) -> Predicted:
    from lowdose.population.predict_events import predict_events

    people = given["people"]
    if people is not None and people < 1:
        raise InputError([Fault("--people", str(people), "1 or more, or no --people at all")])
    with progress_bar("Predicting", (people or 0) * len(table.people)) as progress:
        return predict_events(
            table,
            people=people or 0,
            structure=given["blockade"],
            hypothesis=given["hypothesis"],
            formulation=given["formulation"],
            seed=given["seed"],
            progress=progress,
        )
