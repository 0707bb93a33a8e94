"""What is taken in a simulation: a regimen from options or a file, or doses written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from lowdose.cli.plan_options import content_of, option_of, renamed, written_in
from lowdose.errors import InputError
from lowdose.regimen.doses import Regimen
from lowdose.regimen.request import COURSE_KEYS, merged, parse_course

__all__ = ["course_given", "regimen_of_options"]

_SAY = (
    "Say what to simulate: --template NAME (see lowdose plan --list-templates), or "
    "--start-mg, --step-mg, --every-days and --target-mg, or --file PLAN.toml, or "
    "--doses MG:DAYS,... (also beyond low dose), or --events FILE.csv."
)


def regimen_of_options(given: Mapping[str, Any]) -> Regimen:
    """The regimen that the options or the file describe.

    Raises `click.UsageError` where they say nothing, or two things; `InputError` with every fault.
    """
    if given["doses"]:
        return _written_out(given)
    from lowdose.regimen.plan_file import read_plan_file

    file = read_plan_file(*content_of(given["file"])) if given["file"] else {}
    written = merged(file, _course_options(given))
    if not {"template", "steps", "start_mg", "step_mg", "every_days", "target_mg"} & set(written):
        raise click.UsageError(_SAY)
    return renamed(lambda: parse_course(written), given)


def course_given(given: Mapping[str, Any]) -> list[str]:
    """The options in use that say what is taken, but for --doses."""
    options = [option_of(key) or key for key in _course_options(given)]
    return [*options, *(["--file"] if given["file"] else [])]


def _course_options(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in written_in(given).items() if key in COURSE_KEYS}


def _written_out(given: Mapping[str, Any]) -> Regimen:
    if others := course_given(given):
        raise click.UsageError(
            f"--doses says everything that is taken; leave it out, or leave out "
            f"{', '.join(others)}."
        )
    from lowdose.regimen.simulated_doses import regimen_of_doses

    try:
        return regimen_of_doses(given["doses"])
    except InputError as error:
        faults = [replace(fault, place=f"--{fault.place}") for fault in error.faults]
        raise InputError(faults) from None
